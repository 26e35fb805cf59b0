"""The bus port and its twins: within the process, and Redis."""
