"""The measurements, one file for each idea."""
