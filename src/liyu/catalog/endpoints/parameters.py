"""What several endpoints of the catalogue take: the services, ids, pages, languages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from liyu.catalog.service import Catalog
from liyu.http.fields import ID_PATTERN
from liyu.kit.pages import MAX_PAGE, BadCursor, decode_cursor, encode_cursor


def catalog_of(request: Request) -> Catalog:
    """The running catalogue."""
    catalog: Catalog = request.app.state.services.catalog
    return catalog


CatalogService = Annotated[Catalog, Depends(catalog_of)]

PRODUCT_EXAMPLE = "prd_01k3v9q2m4x7r8t5w6y0z1a2b3"
VARIANT_EXAMPLE = "var_01k3v9q2m4x7r8t5w6y0z1a2b3"
LOCATION_EXAMPLE = "loc_01k3v9q2m4x7r8t5w6y0z1a2b3"
MEDIA_EXAMPLE = "med_01k3v9q2m4x7r8t5w6y0z1a2b3"
IMPORT_EXAMPLE = "imp_01k3v9q2m4x7r8t5w6y0z1a2b3"

Key = Annotated[
    str,
    Path(
        description="Id or permanent name of the product.",
        examples=["begonia-mirror"],
        max_length=100,
        pattern=r"^[A-Za-z0-9_-]+$",
    ),
]
AVariant = Annotated[str, Path(description="Id of the variant.", pattern=ID_PATTERN, examples=[VARIANT_EXAMPLE])]
ALocation = Annotated[str, Path(description="Id of the place.", pattern=ID_PATTERN, examples=[LOCATION_EXAMPLE])]
AMedia = Annotated[str, Path(description="Id of the picture or clip.", pattern=ID_PATTERN, examples=[MEDIA_EXAMPLE])]
AnImport = Annotated[str, Path(description="Id of the import.", pattern=ID_PATTERN, examples=[IMPORT_EXAMPLE])]
Cursor = Annotated[
    str | None, Query(description="`next_cursor` of the page before.", max_length=200, examples=["WyJwcmRfMDFrMyJd"])
]
Limit = Annotated[int, Query(description="At most so many rows.", ge=1, le=MAX_PAGE, examples=[50])]


def after_id(cursor: str | None) -> str | None:
    """The id after which a page begins. Raises ``BadCursor``."""
    if cursor is None:
        return None
    last: str = decode_cursor(cursor, str)[0]
    if "\x00" in last or not last.isascii():
        raise BadCursor()
    return last


def next_cursor(ids: list[str], limit: int) -> str | None:
    """The cursor of the next page when this one was full."""
    return encode_cursor(ids[-1]) if len(ids) == limit else None
