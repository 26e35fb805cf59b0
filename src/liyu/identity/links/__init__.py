"""Capability links: a secret in an address's fragment that opens exactly one thing, for a while, a number of times."""
