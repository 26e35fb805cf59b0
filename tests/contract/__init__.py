"""One promise, both twins."""
