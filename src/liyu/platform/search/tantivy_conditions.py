"""Conditions as tantivy says them: of the plan, of a scope, of filters."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from tantivy import FieldType, Occur, Query, Schema

from liyu.platform.search.plan import Condition, Has, Near
from liyu.platform.search.port import SearchQuery

Clause = tuple[Occur, Query]


class Conditions:
    """Says conditions over the fields of ``schema``."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def scope(self, query: SearchQuery) -> list[Clause]:
        """Leaves out what only other scopes may find. Said as an exclusion: that list is short, while what must be
        there is looked up for every hit."""
        if query.scope is None:
            return []
        scoped, here = self.term("scoped", query.tenant), self.term("scope", query.scope)
        return [(Occur.MustNot, Query.boolean_query([must(scoped), (Occur.MustNot, here)]))]

    def filters(self, query: SearchQuery, but: str | None) -> list[Clause]:
        """What the query's filters ask for, the one of the group ``but`` left out."""
        found = [
            must(any_of([self.term(group, key) for key in keys], 1))
            for group, keys in query.filters.items()
            if keys and group != but
        ]
        if query.min_minor is not None or query.max_minor is not None:
            low, high = query.min_minor or 0, query.max_minor if query.max_minor is not None else (1 << 32)
            found.append(must(Query.range_query(self._schema, "price", FieldType.Unsigned, low, high)))
        if query.in_stock:
            found.append(must(Query.term_query(self._schema, "in_stock", True)))
        return found

    def condition(self, condition: Condition, tenant: str) -> Query:
        """A condition of the plan over the terms of ``tenant``."""
        if isinstance(condition, Has):
            return self.term(condition.field, owned(tenant, condition.term))
        if isinstance(condition, Near):
            word = owned(tenant, condition.term)
            return Query.fuzzy_term_query(self._schema, "fuzzy", word, condition.distance)
        return any_of([self.condition(part, tenant) for part in condition.parts], condition.least)

    def term(self, field: str, value: str) -> Query:
        """The field has this very term."""
        return Query.term_query(self._schema, field, value, "basic")


def must(query: Query) -> Clause:
    """A condition that has to hold."""
    return Occur.Must, query


def any_of(parts: list[Query], least: int) -> Query:
    """At least ``least`` of the parts."""
    if len(parts) == 1:
        return parts[0]
    if least == len(parts):
        return Query.boolean_query([must(part) for part in parts])
    return Query.boolean_query([(Occur.Should, part) for part in parts], least)


@lru_cache(maxsize=1_000)
def _mark_of(tenant: str) -> str:
    return hashlib.blake2b(tenant.encode(), digest_size=6).hexdigest()


def owned(tenant: str, term: str) -> str:
    """The term as one tenant's: what must be looked up in any case then finds nobody else's, without a condition more.

    The digest is short; rows are read from the database by tenant again, so nothing rests on it alone.
    """
    return f"{_mark_of(tenant)}/{term}"
