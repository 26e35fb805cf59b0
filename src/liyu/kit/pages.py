"""Cursor paging: an opaque cursor that says where the next page begins."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from liyu.kit.errors import Reason, Refusal

T = TypeVar("T")

MAX_PAGE = 100  # rows; a list that needs more is read page by page


class BadCursor(Refusal):
    """The cursor was not made by this installation for this list."""

    code = "page.bad_cursor"
    reason = Reason.INVALID
    zh = "翻页的位置已经失效，请从头看起。"
    en = "This page marker is no longer valid. Please start from the beginning."


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the cursor of those that follow (``None``: these were the last)."""

    items: Sequence[T]
    next_cursor: str | None


def encode_cursor(*position: str | int) -> str:
    """Pack the sort key of the last row shown."""
    raw = json.dumps(position, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode_cursor(cursor: str, *shape: type) -> list[Any]:
    """Unpack a cursor made by ``encode_cursor``. Raises ``BadCursor`` when its parts are not of ``shape``."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        parts = json.loads(raw)
    except (ValueError, UnicodeDecodeError):
        raise BadCursor() from None
    if not isinstance(parts, list) or len(parts) != len(shape):
        raise BadCursor()
    if not all(type(part) is kind for part, kind in zip(parts, shape, strict=True)):
        raise BadCursor()
    return parts
