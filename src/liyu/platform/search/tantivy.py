"""The tantivy twin: the index of one node, in memory or in a folder that may be deleted at any time.

Text arrives already cut into terms, so tantivy only matches, filters, orders by a number and counts. How far each
tenant's changes are in is a document of its own, committed together with them.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import structlog
from tantivy import Document as Row
from tantivy import Index, IndexWriter, Occur, Order, Query, Schema, SchemaBuilder, Searcher

from liyu.platform.search.order import order_key
from liyu.platform.search.plan import FEW, plan
from liyu.platform.search.port import Document, Hits, Mark, SearchQuery, Sort
from liyu.platform.search.tantivy_conditions import Clause, Conditions, must, owned
from liyu.platform.search.text import document_terms, query_units

log = structlog.get_logger(__name__)

MARKS = "-marks-"  # the tenant of the documents that say how far each tenant is
MOST_KEYS = 1_000  # different keys of one facet that are counted
FORM = "2"  # of the index on disk: another form is built anew
REMEMBERED = 500  # answers kept until the next change
PINNED = 200  # documents that are asked for by id instead of by what is nearly their words
_TOTAL = "-total-"

_SORTS: tuple[Sort, ...] = get_args(Sort)


def schema(facets: Sequence[str]) -> Schema:
    """The fields. A change of theirs needs a new ``FORM``."""
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("mark", stored=True, tokenizer_name="raw", index_option="basic")
    for field in ("tenant", "scope", "scoped"):
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


class TantivySearch:
    """The index of this node. ``folder`` ``None``: in memory, built anew at every start.

    ``facets``: the groups that documents have; ``memory_mb``: what the writer may use before it makes a segment.
    """

    def __init__(self, folder: Path | None = None, *, facets: Sequence[str], memory_mb: int = 30) -> None:
        self._groups = tuple(facets)
        self._schema = schema(facets)
        self._say = Conditions(self._schema)
        self._index, self._writer = self._opened(folder, memory_mb * 1_000_000)
        self._writing = threading.Lock()
        self._answered: dict[object, Hits] = {}
        self._generation = 0  # of what can be found; answers of an older one are never given again

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
        found = searcher.search(self._say.term("tenant", MARKS), 100_000).hits
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
        question = (self._generation, *_plain(query))
        known = self._answered.get(question)
        if known is None:
            known = self._found(self._index.searcher(), query)
            if len(self._answered) >= REMEMBERED:
                self._answered.clear()
            self._answered[question] = known
        return known

    # Reading

    def _found(self, searcher: Searcher, query: SearchQuery) -> Hits:
        units = query_units(query.text)
        if not units:
            everything = [must(self._say.term("tenant", query.tenant))]
            found = None if query.text.strip() else self._answer(searcher, query, everything, None, 0)
            return found or _nothing(query)
        wanted = plan(units)
        title = self._say.condition(wanted.title, query.tenant)
        for condition, least in ((wanted.exact, FEW), (wanted.forgiving, 1), (wanted.partial, 1)):
            if condition is None:
                continue
            text = [must(self._say.condition(condition, query.tenant))]
            if condition is not wanted.exact:
                # Else an error could be forgiven in the name of the tenant.
                text = self._pinned(searcher, [*text, must(self._say.term("tenant", query.tenant))])
            if (found := self._answer(searcher, query, text, title, least)) is not None:
                return found
        return _nothing(query)

    def _pinned(self, searcher: Searcher, text: list[Clause]) -> list[Clause]:
        """The same documents by id where they are few: words that are nearly right are looked for only once."""
        found = _ordered(searcher, text, "relevance", 0, PINNED)
        if (found.count or 0) > PINNED:
            return text
        return [must(Query.term_set_query(self._schema, "id", list(_ids(searcher, found))))]

    def _answer(
        self, searcher: Searcher, query: SearchQuery, text: list[Clause], title: Query | None, least: int
    ) -> Hits | None:
        """The hits of a text; ``None`` when fewer than ``least`` have it, before filters."""
        base = [*text, *self._say.scope(query)]
        filters = self._say.filters(query, None)
        if filters:
            if least and _count(searcher, Query.boolean_query(base)) < least:
                return None
            total, facets = self._tally(searcher, query, base, filters)
        else:
            total, facets = self._tally(searcher, query, base, [])
            if total < least:
                return None
        return Hits(self._page(searcher, query, text, title, total), total, facets)

    def _tally(
        self, searcher: Searcher, query: SearchQuery, base: list[Clause], filters: list[Clause]
    ) -> tuple[int, Facets]:
        """How many fit, and the counts of groups; those without a filter of their own in the same pass."""
        narrowed = [group for group in query.count_facets if query.filters.get(group)]
        together = [group for group in query.count_facets if group not in narrowed]
        total, found = _tallied(searcher, [*base, *filters], together)
        for group in narrowed:
            found |= _tallied(searcher, [*base, *self._say.filters(query, group)], [group])[1]
        return total, found

    def _page(
        self, searcher: Searcher, query: SearchQuery, text: list[Clause], title: Query | None, total: int
    ) -> tuple[str, ...]:
        """The ids of the page: the first tier in the shop's order, then the rest."""
        limits = [*self._say.scope(query), *self._say.filters(query, None)]
        if title is None or query.sort != "relevance":
            return _ids(searcher, _ordered(searcher, [*text, *limits], query.sort, query.offset, query.limit))
        # Whatever has it all in its title fits the text too: that need not be asked again.
        first = _ordered(searcher, [must(title), *limits], query.sort, query.offset, query.limit)
        ids = _ids(searcher, first)
        if len(ids) == query.limit or query.offset + len(ids) >= total:
            return ids
        rest = [*text, *limits, (Occur.MustNot, title)]
        offset = max(0, query.offset - int(first.count or 0))
        return ids + _ids(searcher, _ordered(searcher, rest, query.sort, offset, query.limit - len(ids)))

    # Writing

    def _row(self, document: Document) -> Row:
        terms = document_terms(document.titles, document.keywords, document.texts)
        row = Row()
        row.add_text("id", document.id)
        row.add_text("tenant", document.tenant)
        for scope in document.scopes:
            row.add_text("scope", scope)
        if document.scopes:
            row.add_text("scoped", document.tenant)
        for field in ("title", "all", "starts", "fuzzy"):
            row.add_text(field, " ".join(owned(document.tenant, term) for term in sorted(getattr(terms, field))))
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


def _tallied(searcher: Searcher, clauses: list[Clause], groups: list[str]) -> tuple[int, dict[str, Mapping[str, int]]]:
    """How many fit, and for each group how many have which key, in one pass."""
    query = Query.boolean_query(clauses)
    if not groups:
        return _count(searcher, query), {}
    asked: dict[str, Any] = {group: {"terms": {"field": group, "size": MOST_KEYS}} for group in groups}
    asked[_TOTAL] = {"value_count": {"field": "price"}}
    answered: dict[str, Any] = searcher.aggregate(query, asked)
    counts: dict[str, Mapping[str, int]] = {
        group: {bucket["key"]: bucket["doc_count"] for bucket in answered[group]["buckets"]} for group in groups
    }
    return int(answered[_TOTAL]["value"]), counts


def _ordered(searcher: Searcher, clauses: list[Clause], sort: Sort, offset: int, limit: int) -> Any:
    return searcher.search(
        Query.boolean_query(clauses), limit, count=True, order_by_field=f"by_{sort}", offset=offset, order=Order.Asc
    )


def _ids(searcher: Searcher, found: Any) -> tuple[str, ...]:
    return tuple(searcher.doc(address)["id"][0] for _, address in found.hits)


def _plain(query: SearchQuery) -> tuple[object, ...]:
    """The query as a key."""
    filters = tuple(sorted((group, tuple(keys)) for group, keys in query.filters.items()))
    limits = (query.min_minor, query.max_minor, query.in_stock)
    place = (query.sort, query.offset, query.limit)
    return query.tenant, query.scope, query.text, filters, limits, place, query.count_facets


def _nothing(query: SearchQuery) -> Hits:
    return Hits((), 0, {group: {} for group in query.count_facets})
