"""Secrets that a client holds: made here, and kept only as hashes.

Tokens carry 256 random bits and links 128, so a plain hash at rest is enough: there is nothing to guess. Passwords
are another matter and live in ``passwords.py``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

SESSION_BYTES = 32
LINK_BYTES = 16


def new_token(prefix: str, size: int = SESSION_BYTES) -> str:
    """A fresh secret of ``size`` random bytes, such as ``lys_3f…``. The prefix tells secret scanners what leaked."""
    return f"{prefix}_{_text(secrets.token_bytes(size))}"


def token_hash(token: str) -> bytes:
    """What is stored in place of ``token``: its SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def csrf_of(session_token: str) -> str:
    """The page's own token that belongs to a session: derived, so it needs no storage and no other session's fits."""
    digest = hmac.new(session_token.encode("utf-8", "surrogatepass"), b"liyu csrf", hashlib.sha256).digest()
    return _text(digest)


def same(left: str, right: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
