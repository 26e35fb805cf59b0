"""Keys for one purpose each, derived from the installation's one secret.

So a signature made for one thing (a link to a file) can never be used as another (a session).
"""

from __future__ import annotations

import hashlib
import hmac


def derived_key(secret: bytes, purpose: str) -> bytes:
    """Return 32 bytes that depend on ``secret`` and ``purpose`` alone (``purpose`` such as ``files.links``)."""
    return hmac.new(secret, b"liyu/" + purpose.encode(), hashlib.sha256).digest()
