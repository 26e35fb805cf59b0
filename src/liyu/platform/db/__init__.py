"""The database port and its twins: SQLite in the process, PostgreSQL beside it."""
