"""The conversation log: one gap-free sequence per conversation, and all that is read from it."""
