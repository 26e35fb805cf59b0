"""Media made safe and playable everywhere: told apart by content, re-encoded in a limited process of its own."""
