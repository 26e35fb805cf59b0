"""The plain twin: looks at every document. It says what is right, and serves small catalogues and tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from liyu.platform.search.order import order_key
from liyu.platform.search.plan import FEW, AnyOf, Condition, Has, Near, plan
from liyu.platform.search.port import Document, Hits, Mark, SearchQuery, Sort
from liyu.platform.search.text import Terms, document_terms, query_units

Entry = tuple[Document, Terms]


class MemorySearch:
    """An index that is nothing but its documents."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}
        self._marks: dict[str, Mark] = {}

    def apply(self, tenant: str, mark: Mark | None, changed: Sequence[Document], gone: Sequence[str]) -> None:
        for document in changed:
            terms = document_terms(document.titles, document.keywords, document.texts)
            self._entries[document.id] = (document, terms)
        for id_ in gone:
            self._entries.pop(id_, None)
        if mark is not None:
            self._marks[tenant] = mark

    def forget(self, tenant: str) -> None:
        self._entries = {id_: entry for id_, entry in self._entries.items() if entry[0].tenant != tenant}
        self._marks.pop(tenant, None)

    def marks(self) -> Mapping[str, Mark]:
        return dict(self._marks)

    def close(self) -> None:
        self._entries.clear()
        self._marks.clear()

    def find(self, query: SearchQuery) -> Hits:
        allowed = [entry for entry in self._entries.values() if _allowed(entry[0], query)]
        chosen, title = self._chosen(allowed, query)
        fitting = [entry for entry in chosen if _fits(entry[0], query, None)]
        fitting.sort(key=_order(query.sort, title))
        page = fitting[query.offset : query.offset + query.limit]
        facets = {group: _count(chosen, query, group) for group in query.count_facets}
        return Hits(tuple(document.id for document, _ in page), len(fitting), facets)

    def _chosen(self, allowed: list[Entry], query: SearchQuery) -> tuple[list[Entry], Condition | None]:
        """What the text asks for, before filters by attribute, and the condition of the first tier."""
        units = query_units(query.text)
        if not units:
            return ([] if query.text.strip() else allowed), None
        wanted = plan(units)
        for condition, least in ((wanted.exact, FEW), (wanted.forgiving, 1), (wanted.partial, 0)):
            found = [] if condition is None else [entry for entry in allowed if holds(condition, entry[1])]
            if len(found) >= least:
                break
        return found, wanted.title


def _allowed(document: Document, query: SearchQuery) -> bool:
    return document.tenant == query.tenant and (
        query.scope is None or not document.scopes or query.scope in document.scopes
    )


def _fits(document: Document, query: SearchQuery, but: str | None) -> bool:
    if query.min_minor is not None and document.price_minor < query.min_minor:
        return False
    if query.max_minor is not None and document.price_minor > query.max_minor:
        return False
    if query.in_stock and not document.in_stock:
        return False
    return all(
        group == but or bool(set(document.facets.get(group, ())) & set(keys))
        for group, keys in query.filters.items()
        if keys
    )


def _count(entries: list[Entry], query: SearchQuery, group: str) -> Mapping[str, int]:
    counted: Counter[str] = Counter()
    for document, _ in entries:
        if _fits(document, query, group):
            counted.update(set(document.facets.get(group, ())))
    return dict(counted)


def _order(sort: Sort, title: Condition | None) -> Callable[[Entry], tuple[int, ...]]:
    def key(entry: Entry) -> tuple[int, ...]:
        document, terms = entry
        if sort != "relevance":
            return (order_key(sort, document),)
        tier = 0 if title is None or holds(title, terms) else 1
        return tier, order_key(sort, document)

    return key


def holds(condition: Condition, terms: Terms) -> bool:
    """Whether ``condition`` is true of a document's terms."""
    if isinstance(condition, AnyOf):
        return sum(holds(part, terms) for part in condition.parts) >= condition.least
    if isinstance(condition, Near):
        return any(distance(condition.term, word) <= condition.distance for word in terms.fuzzy)
    field: frozenset[str] = getattr(terms, condition.field)
    assert isinstance(condition, Has)
    return condition.term in field


def distance(one: str, other: str) -> int:
    """Edits between two words; exchanging neighbours is one (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        after = [at]
        for place, wanted in enumerate(other, 1):
            cost = min(row[place] + 1, after[place - 1] + 1, row[place - 1] + (letter != wanted))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == wanted:
                cost = min(cost, before[place - 2] + 1)
            after.append(cost)
        before, row = row, after
    return row[-1]
