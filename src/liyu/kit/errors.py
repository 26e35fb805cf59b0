"""The root of every expected refusal.

A refusal has a stable ``code`` that clients act on and a sentence per language. It is never a 500.
HTTP status and WebSocket close code are mapped at the edges from ``Reason``, so that domains know neither.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, ClassVar


class Reason(Enum):
    """Why something was refused, as far as an edge must know it."""

    INVALID = "invalid"  # 422: the input cannot be accepted as it is
    UNAUTHENTICATED = "unauthenticated"  # 401
    FORBIDDEN = "forbidden"  # 403
    NOT_FOUND = "not_found"  # 404: also where existence must not be revealed
    CONFLICT = "conflict"  # 409
    GONE = "gone"  # 410
    TOO_LARGE = "too_large"  # 413
    UNSUPPORTED = "unsupported"  # 415
    TOO_MANY = "too_many"  # 429: ``retry_after_ms`` tells when to come back
    UNAVAILABLE = "unavailable"  # 503: a part is absent or overloaded; nothing was changed


class Refusal(Exception):
    """An expected refusal.

    ``code`` is stable and in the form ``area.word``; ``details`` are plain values that may be shown to the
    caller and fill the placeholders of ``zh`` and ``en``; ``retryable`` says that the same request may succeed later.
    """

    code: ClassVar[str] = "internal.refused"
    reason: ClassVar[Reason] = Reason.INVALID
    retryable: ClassVar[bool] = False
    zh: ClassVar[str] = "这一步没有成功。"
    en: ClassVar[str] = "That did not work."

    def __init__(self, *, retry_after_ms: int | None = None, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details
        self.retry_after_ms = retry_after_ms

    def message(self, language: str) -> str:
        """The sentence for a person, in ``language`` (``zh…`` or anything else for English)."""
        text = self.zh if language.lower().startswith("zh") else self.en
        try:
            return text.format(**self.details)
        except (KeyError, IndexError):
            return text
