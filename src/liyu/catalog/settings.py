"""Settings of the catalogue and its search."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from liyu.kit.settings import Section


class CatalogSettings(Section, frozen=True):
    """Where search keeps its index and how fresh it is."""

    index_memory_mb: Annotated[
        int, Meta(ge=15, le=2_000, description="Memory of the search index's writer, in MB.")
    ] = 30
    refresh_seconds: Annotated[
        int,
        Meta(ge=1, le=3_600, description="How often a node looks for products changed by another node, in seconds."),
    ] = 5
    import_rows: Annotated[int, Meta(ge=1, description="Most rows that one import file may have.")] = 200_000
