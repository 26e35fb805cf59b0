"""Measurements: each figure beside something measured in the same run, never a test with a time in it."""
