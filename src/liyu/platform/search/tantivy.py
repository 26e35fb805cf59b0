"""The tantivy twin: the index of one node, in memory or in a folder that may be deleted at any time.

Text arrives already cut into terms, so tantivy only matches, filters, orders by a number and counts. How far each
tenant's changes are in is a document of its own, committed together with them.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import structlog
from tantivy import Document as Row
from tantivy import FieldType, Index, IndexWriter, Occur, Order, Query, Schema, SchemaBuilder, Searcher, SearchResult

from liyu.platform.search.order import order_key
from liyu.platform.search.plan import FEW, Condition, Has, Near, plan
from liyu.platform.search.port import Document, Hits, Mark, SearchQuery, Sort
from liyu.platform.search.text import document_terms, query_units

log = structlog.get_logger(__name__)

EVERYWHERE = "*"  # the scope of a document that every scope may find
MARKS = "-marks-"  # the tenant of the documents that say how far each tenant is
MOST_KEYS = 1_000  # different keys of one facet that are counted
FORM = "1"  # of the index on disk: another form is built anew
REMEMBERED = 500  # totals and counts kept until the next change

_SORTS: tuple[Sort, ...] = get_args(Sort)


def schema(facets: Sequence[str]) -> Schema:
    """The fields. A change of theirs needs a new ``FORM``."""
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("mark", stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("tenant", "scope"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("title", "all", "starts", "fuzzy"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="basic")
    for group in facets:
        builder.add_text_field(group, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("price", indexed=True, fast=True)
    builder.add_boolean_field("in_stock", indexed=True)
    for sort in _SORTS:
        builder.add_unsigned_field(f"by_{sort}", fast=True)
    return builder.build()


Facets = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The conditions of a text, that of the first tier, and how many fit before filters (``None``: not counted)."""

    conditions: list[Query]
    title: Query | None
    count: int | None


class TantivySearch:
    """The index of this node. ``folder`` ``None``: in memory, built anew at every start.

    ``facets``: the groups that documents have; ``memory_mb``: what the writer may use before it makes a segment.
    """

    def __init__(self, folder: Path | None = None, *, facets: Sequence[str], memory_mb: int = 30) -> None:
        self._groups = tuple(facets)
        self._schema = schema(facets)
        self._index, self._writer = self._opened(folder, memory_mb * 1_000_000)
        self._writing = threading.Lock()
        self._counted: dict[object, Facets] = {}
        self._generation = 0  # of what can be found; counts of an older one are never asked for again

    def _opened(self, folder: Path | None, memory: int) -> tuple[Index, IndexWriter]:
        """The index and its only writer. What is in the folder is thrown away when it cannot be read; a folder that
        another process writes to is left to it, and this index lives in memory."""
        if folder is not None:
            path = folder / "-".join((FORM, *self._groups))
            try:
                index = self._index_at(path)
                return index, index.writer(memory, 1)
            except ValueError as error:
                log.warning("search.in_memory", error=str(error).split(".")[0])
        index = Index(self._schema)
        return index, index.writer(memory, 1)

    def _index_at(self, path: Path) -> Index:
        try:
            path.mkdir(parents=True, exist_ok=True)
            return Index(self._schema, path=str(path))
        except ValueError as error:
            log.warning("search.rebuilt", error=str(error).split(".")[0])
            shutil.rmtree(path)
            path.mkdir(parents=True)
            return Index(self._schema, path=str(path))

    def apply(self, tenant: str, mark: Mark | None, changed: Sequence[Document], gone: Sequence[str]) -> None:
        rows = [self._row(document) for document in changed]
        with self._writing:
            for id_ in (*(document.id for document in changed), *gone):
                self._writer.delete_documents_by_term("id", id_)
            for row in rows:
                self._writer.add_document(row)
            if mark is not None:
                self._set_mark(tenant, mark)
            self._commit()

    def forget(self, tenant: str) -> None:
        with self._writing:
            self._writer.delete_documents_by_term("tenant", tenant)
            self._writer.delete_documents_by_term("id", MARKS + tenant)
            self._commit()

    def marks(self) -> Mapping[str, Mark]:
        searcher = self._index.searcher()
        found = searcher.search(self._term("tenant", MARKS), 100_000).hits
        marks: dict[str, Mark] = {}
        for _, address in found:
            row = searcher.doc(address)
            epoch, _, revision = row["mark"][0].partition(" ")
            marks[row["id"][0].removeprefix(MARKS)] = Mark(epoch, int(revision))
        return marks

    def close(self) -> None:
        with self._writing:
            self._writer.wait_merging_threads()

    def find(self, query: SearchQuery) -> Hits:
        generation = self._generation
        searcher = self._index.searcher()
        allowed = self._allowed(query)
        chosen = self._chosen(searcher, allowed, query)
        if chosen is None:
            return Hits((), 0, {group: {} for group in query.count_facets})
        base = [*allowed, *chosen.conditions]
        filters = self._filters(query, None)
        fitting = self._all([*base, *filters])
        total = _count(searcher, fitting) if filters or chosen.count is None else chosen.count
        facets = self._remembered(generation, query, lambda: self._facets(searcher, query, base, fitting))
        return Hits(self._page(searcher, query, fitting, chosen.title, total), total, facets)

    # Reading

    def _chosen(self, searcher: Searcher, allowed: list[Query], query: SearchQuery) -> Chosen | None:
        """What the text asks for; ``None``: nothing fits."""
        units = query_units(query.text)
        if not units:
            return None if query.text.strip() else Chosen([], None, None)
        wanted = plan(units)
        for condition, least in ((wanted.exact, FEW), (wanted.forgiving, 1), (wanted.partial, 1)):
            if condition is None:
                continue
            asked = self._condition(condition)
            count = _count(searcher, self._all([*allowed, asked]))
            if count >= least:
                return Chosen([asked], self._condition(wanted.title), count)
        return None

    def _remembered(self, generation: int, query: SearchQuery, count: Callable[[], Facets]) -> Facets:
        """Facet counts; the same question is counted once between two changes."""
        filters = tuple(sorted((group, tuple(keys)) for group, keys in query.filters.items()))
        limits = (query.min_minor, query.max_minor, query.in_stock)
        question = (generation, query.tenant, query.scope, query.text, filters, limits, query.count_facets)
        known = self._counted.get(question)
        if known is None:
            if len(self._counted) >= REMEMBERED:
                self._counted.clear()
            known = self._counted[question] = count()
        return known

    def _facets(self, searcher: Searcher, query: SearchQuery, base: list[Query], fitting: Query) -> Facets:
        narrowed = [group for group in query.count_facets if query.filters.get(group)]
        together = [group for group in query.count_facets if group not in narrowed]
        found = self._counts(searcher, fitting, together)
        for group in narrowed:
            found |= self._counts(searcher, self._all([*base, *self._filters(query, group)]), [group])
        return found

    def _counts(self, searcher: Searcher, query: Query, groups: list[str]) -> dict[str, Mapping[str, int]]:
        if not groups:
            return {}
        asked = {group: {"terms": {"field": group, "size": MOST_KEYS}} for group in groups}
        answered: dict[str, Any] = searcher.aggregate(query, asked)
        return {
            group: {bucket["key"]: bucket["doc_count"] for bucket in answered[group]["buckets"]} for group in groups
        }

    def _page(
        self, searcher: Searcher, query: SearchQuery, fitting: Query, title: Query | None, total: int
    ) -> tuple[str, ...]:
        """The ids of the page: the first tier in the shop's order, then the rest."""
        if title is None or query.sort != "relevance":
            return self._ordered(searcher, fitting, query.sort, query.offset, query.limit)
        found: Any = searcher.search(
            self._all([fitting, title]),
            query.limit,
            count=True,
            order_by_field=f"by_{query.sort}",
            offset=query.offset,
            order=Order.Asc,
        )
        ids = _ids(searcher, found)
        if len(ids) == query.limit or query.offset + len(ids) >= total:
            return ids
        rest = Query.boolean_query([(Occur.Must, fitting), (Occur.MustNot, title)])
        offset = max(0, query.offset - int(found.count or 0))
        return ids + self._ordered(searcher, rest, query.sort, offset, query.limit - len(ids))

    def _ordered(self, searcher: Searcher, query: Query, sort: Sort, offset: int, limit: int) -> tuple[str, ...]:
        found = searcher.search(query, limit, count=False, order_by_field=f"by_{sort}", offset=offset, order=Order.Asc)
        return _ids(searcher, found)

    # Conditions

    def _allowed(self, query: SearchQuery) -> list[Query]:
        tenant = self._term("tenant", query.tenant)
        if query.scope is None:
            return [tenant]
        scopes = [self._term("scope", EVERYWHERE), self._term("scope", query.scope)]
        return [tenant, self._any(scopes, 1)]

    def _filters(self, query: SearchQuery, but: str | None) -> list[Query]:
        found = [
            self._any([self._term(group, key) for key in keys], 1)
            for group, keys in query.filters.items()
            if keys and group != but
        ]
        if query.min_minor is not None or query.max_minor is not None:
            low, high = query.min_minor or 0, query.max_minor if query.max_minor is not None else (1 << 32)
            found.append(Query.range_query(self._schema, "price", FieldType.Unsigned, low, high))
        if query.in_stock:
            found.append(Query.term_query(self._schema, "in_stock", True))
        return found

    def _condition(self, condition: Condition) -> Query:
        if isinstance(condition, Has):
            return self._term(condition.field, condition.term)
        if isinstance(condition, Near):
            return Query.fuzzy_term_query(self._schema, "fuzzy", condition.term, condition.distance)
        parts = [self._condition(part) for part in condition.parts]
        return parts[0] if len(parts) == 1 else self._any(parts, condition.least)

    def _any(self, parts: list[Query], least: int) -> Query:
        if least == len(parts):
            return self._all(parts)
        return Query.boolean_query([(Occur.Should, part) for part in parts], least)

    @staticmethod
    def _all(parts: list[Query]) -> Query:
        return Query.boolean_query([(Occur.Must, part) for part in parts])

    def _term(self, field: str, value: str) -> Query:
        return Query.term_query(self._schema, field, value, "basic")

    # Writing

    def _row(self, document: Document) -> Row:
        terms = document_terms(document.titles, document.keywords, document.texts)
        row = Row()
        row.add_text("id", document.id)
        row.add_text("tenant", document.tenant)
        for scope in document.scopes or (EVERYWHERE,):
            row.add_text("scope", scope)
        for field in ("title", "all", "starts", "fuzzy"):
            row.add_text(field, " ".join(sorted(getattr(terms, field))))
        for group in self._groups:
            for key in set(document.facets.get(group, ())):
                row.add_text(group, key)
        row.add_unsigned("price", document.price_minor)
        row.add_boolean("in_stock", document.in_stock)
        for sort in _SORTS:
            row.add_unsigned(f"by_{sort}", order_key(sort, document))
        return row

    def _set_mark(self, tenant: str, mark: Mark) -> None:
        id_ = MARKS + tenant
        self._writer.delete_documents_by_term("id", id_)
        row = Row()
        row.add_text("id", id_)
        row.add_text("tenant", MARKS)
        row.add_text("mark", f"{mark.epoch} {mark.revision}")
        self._writer.add_document(row)

    def _commit(self) -> None:
        self._writer.commit()
        self._index.reload()
        self._generation += 1


def _count(searcher: Searcher, query: Query) -> int:
    found: Any = searcher.search(query, 1, count=True)
    return int(found.count or 0)


def _ids(searcher: Searcher, found: SearchResult) -> tuple[str, ...]:
    return tuple(searcher.doc(address)["id"][0] for _, address in found.hits)
