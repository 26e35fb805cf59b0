"""Parts of addresses and questions that several endpoints share."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path, Query

from liyu.http.fields import ID_PATTERN, SLUG_PATTERN
from liyu.identity.schemas.people import PERSON_EXAMPLE, SHOP_EXAMPLE
from liyu.kit.pages import MAX_PAGE, BadCursor, decode_cursor, encode_cursor

AnId = Annotated[str, Path(description="The id.", pattern=ID_PATTERN, examples=[PERSON_EXAMPLE])]
ShopSlug = Annotated[
    str, Path(description="The shop's slug.", pattern=SLUG_PATTERN, max_length=40, examples=["pingjiang"])
]
AShop = Annotated[str | None, Query(description="A shop's id.", pattern=ID_PATTERN, examples=[SHOP_EXAMPLE])]
Cursor = Annotated[
    str | None, Query(description="`next_cursor` of the page before.", max_length=200, examples=["WyJhdWRfMDFrMyJd"])
]
Limit = Annotated[int, Query(description="At most so many rows.", ge=1, le=MAX_PAGE, examples=[50])]

DEFAULT_LIMIT: Final = 50


def position(cursor: str | None) -> str | None:
    """The id after which the page begins. Raises ``BadCursor``."""
    if cursor is None:
        return None
    (last,) = decode_cursor(cursor, str)
    if not isinstance(last, str) or not last.replace("_", "").isascii() or not last.replace("_", "").isalnum():
        raise BadCursor()
    return last


def next_cursor(ids: list[str], limit: int) -> str | None:
    """The cursor of the next page when this one was full."""
    return encode_cursor(ids[-1]) if len(ids) == limit else None
