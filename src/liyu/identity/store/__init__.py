"""All SQL of the identity domain, one file per use case. Functions are synchronous over a ``Connection``."""
