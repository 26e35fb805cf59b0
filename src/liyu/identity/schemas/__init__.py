"""What the identity endpoints accept and answer, by use case."""
