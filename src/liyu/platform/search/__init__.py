"""The search port and its twins: tantivy, and a plain scan that says what is right."""
