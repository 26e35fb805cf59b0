"""Ports to the outside, each beside its adapters. Imports nothing of the domains."""
