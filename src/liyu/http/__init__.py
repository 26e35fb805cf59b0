"""The HTTP edge: problem documents, limits, security headers, pages. No domain rules."""
