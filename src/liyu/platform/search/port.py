"""The search port: documents in, ordered ids out.

An index is disposable: it is built from the database and can always be built again. Documents carry their tenant and
their scopes, and no query runs without both. The order of hits depends on documents and query alone, never on where
or when they were indexed, so every node answers the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

Sort = Literal["relevance", "newest", "price_up", "price_down"]

#: Further pages are refused: nobody reads them, and every page costs as much as all before it.
DEEPEST = 10_000


@dataclass(frozen=True, slots=True)
class Document:
    """What search knows of one thing.

    ``titles`` weigh more than ``texts``; both in all languages. ``keywords`` are short labels, searched like texts
    and by pinyin like titles. ``scopes``: shops whose visitors may find it; empty: all of the tenant. ``facets``:
    group → keys. ``price_minor``: 0 to 2³¹ − 1. ``rank``: −2³¹ to 2³¹ − 1, higher first among equals.
    """

    id: str
    tenant: str
    titles: tuple[str, ...]
    texts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    price_minor: int = 0
    in_stock: bool = False
    rank: int = 0
    created_ms: int = 0


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for.

    ``scope`` ``None``: every scope of the tenant (its staff). ``filters``: group → keys; one key of every group must
    fit. ``count_facets``: groups whose keys are to be counted.
    """

    tenant: str
    scope: str | None
    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min_minor: int | None = None
    max_minor: int | None = None
    in_stock: bool = False
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 24
    count_facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hits:
    """Ids of one page in order, how many fit in all, and for each counted group: key → how many of those have it.

    A group that is filtered by is counted without its own filter, so that another key of it can be chosen.
    """

    ids: tuple[str, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a tenant's changes are in the index: ``epoch`` names the numbering that ``revision`` belongs to."""

    epoch: str
    revision: int


class Search(Protocol):
    """One of the twins. Its methods block: callers run them off the event loop."""

    def apply(self, tenant: str, mark: Mark | None, changed: Sequence[Document], gone: Sequence[str]) -> None:
        """Take in changed documents and forget the ``gone`` ids, together with ``mark`` (``None``: as it was)."""
        ...

    def forget(self, tenant: str) -> None:
        """Drop all of a tenant, its mark too."""
        ...

    def marks(self) -> Mapping[str, Mark]:
        """Tenant → its mark."""
        ...

    def find(self, query: SearchQuery) -> Hits:
        """Answer ``query``."""
        ...

    def close(self) -> None:
        """Give back files and threads."""
        ...
