"""Routing: who takes care of a conversation next, and how long a customer really waits."""
