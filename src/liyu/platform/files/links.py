"""Signed links to bytes: who holds one may read that one variant until it expires.

The signature is an HMAC over chain, file, variant and expiry with a key derived from the installation's secret.
Issuing a link is the caller's decision (it checked access); this module only signs and verifies, without a database.
A link without an end (``e=0``) is signed for what everybody may see: product pictures and clips.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Final

from liyu.kit.errors import Reason, Refusal
from liyu.kit.ids import ChainId, FileId
from liyu.kit.keys import derived_key

PURPOSE: Final = "files.links"
LIFE_MS: Final = 60 * 60 * 1000  # a page left open for an hour still shows its pictures; then it asks for new links
STEP_MS: Final = 15 * 60 * 1000  # expiries are rounded up to this, so links repeat and browsers reuse what they cached
NEVER: Final = 0
_SIGNATURE_BYTES: Final = 16  # 128 bits: beyond guessing, and links stay short


class LinkInvalid(Refusal):
    """The signature does not fit: the link was changed, or another installation made it."""

    code = "files.link_invalid"
    reason = Reason.FORBIDDEN
    zh = "这个文件链接无效。"
    en = "This link to a file is not valid."


class LinkExpired(Refusal):
    """The link was good once. Its holder asks for a new one where they may read the file."""

    code = "files.link_expired"
    reason = Reason.GONE
    zh = "这个文件链接已过期，请刷新页面。"
    en = "This link to a file has expired. Please refresh the page."


@dataclass(frozen=True, slots=True)
class Link:
    """An address (path and query, without a host) and when it ends (ms since 1970; ``NEVER``: it does not)."""

    url: str
    expires_at: int


class LinkSigner:
    """Makes and checks links. ``secret`` is the installation's; ``life_ms``: how long a link is good at least."""

    def __init__(self, secret: bytes, *, life_ms: int = LIFE_MS) -> None:
        self._key = derived_key(secret, PURPOSE)
        self._life_ms = life_ms

    def sign(self, chain: ChainId, file: FileId, variant: str, now_ms: int) -> Link:
        """A link that works for at least ``life_ms``."""
        expires_at = -(-(now_ms + self._life_ms) // STEP_MS) * STEP_MS
        return self._link(chain, file, variant, expires_at)

    def sign_public(self, chain: ChainId, file: FileId, variant: str) -> Link:
        """A link that never ends, only for what the whole world may see."""
        return self._link(chain, file, variant, NEVER)

    def verify(self, chain: str, file: str, variant: str, expires_at: int, signature: str, now_ms: int) -> None:
        """Raise ``LinkInvalid`` or ``LinkExpired`` unless this link is ours and still good."""
        expected = self._signature(chain, file, variant, expires_at)
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise LinkInvalid()
        if expires_at != NEVER and expires_at <= now_ms:
            raise LinkExpired()

    def _link(self, chain: ChainId, file: FileId, variant: str, expires_at: int) -> Link:
        signature = self._signature(chain, file, variant, expires_at)
        return Link(f"/files/{file}/{variant}?c={chain}&e={expires_at}&s={signature}", expires_at)

    def _signature(self, chain: str, file: str, variant: str, expires_at: int) -> str:
        text = "\n".join((chain, file, variant, str(expires_at)))
        digest = hmac.new(self._key, text.encode(), hashlib.sha256).digest()[:_SIGNATURE_BYTES]
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
