"""Other servers, started by us on the same core."""
