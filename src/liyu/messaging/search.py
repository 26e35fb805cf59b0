"""Search in one's own messages: what one may read, and nothing else, on either database alike.

Cost follows the conversations and the hits, never the length of the history: each conversation is probed by term.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.identity.model import Principal
from liyu.kit.ids import ConversationId
from liyu.messaging import store
from liyu.messaging.access_cache import read_access, read_accesses
from liyu.messaging.indexing import Indexing, words_of
from liyu.messaging.model import Access
from liyu.messaging.tables import conversation, event, message_term
from liyu.messaging.terms import Wanted, answers, wanted_of
from liyu.platform.db.port import Database

CHUNK = 400  # conversations probed by one statement
CATCH_UP = 200  # conversations that one search reads on at most; the background sees to the rest
HITS = 200  # candidates of one chunk that are looked at


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that answers the query. ``text``: its words as they now stand."""

    conv: str
    seq: int
    at: int
    actor: str
    text: str


class Search:
    """The use case of searching."""

    def __init__(self, database: Database, indexing: Indexing) -> None:
        self._database = database
        self._indexing = indexing

    async def search(self, principal: Principal, query: str, within: ConversationId | None, limit: int) -> list[Hit]:
        """Up to ``limit`` messages that answer ``query``, the newest first.

        ``within``: one conversation (raises ``ConversationNotFound``); else all that the person is a member of and,
        for staff, those of its shops.
        """
        wanted = wanted_of(query)
        if not wanted:
            return []
        scope, behind = await self._database.read(principal.chain, lambda c: _scope(c, principal, within))
        for one in behind[:CATCH_UP]:
            while await self._indexing.read_on(principal.chain, one):
                pass
        return await self._database.read(principal.chain, lambda c: _find(c, principal, scope, wanted, query, limit))


def _scope(
    connection: Connection, principal: Principal, within: ConversationId | None
) -> tuple[list[ConversationId], list[ConversationId]]:
    """The conversations to look in, the most recently used first, and those whose terms are not written yet."""
    c = conversation.c
    if within is not None:
        read_access(connection, principal, within)
        where: sa.ColumnElement[bool] = c.id == within
    else:
        own = store.joined_ids(principal.chain, principal.ids)
        where = sa.or_(c.id.in_(own), c.shop_id.in_(principal.staff_shops))
    query = sa.select(c.id, c.indexed_seq, c.last_seq).where(c.chain_id == principal.chain, where)
    rows = connection.execute(query.order_by(c.top_at.desc(), c.id)).all()
    return [row.id for row in rows], [row.id for row in rows if row.indexed_seq < row.last_seq]


def _find(
    connection: Connection,
    principal: Principal,
    scope: Sequence[ConversationId],
    wanted: Sequence[Wanted],
    query: str,
    limit: int,
) -> list[Hit]:
    hits: list[Hit] = []
    for start in range(0, len(scope), CHUNK):
        rows = connection.execute(_candidates(scope[start : start + CHUNK], wanted)).all()
        accesses = read_accesses(connection, principal, list({row.conversation_id for row in rows}))
        for row in rows:
            text = words_of(row.kind, row.body, row.state)
            if _readable(accesses.get(row.conversation_id), row) and answers(text, query):
                hits.append(Hit(row.conversation_id, row.seq, row.at, row.actor_id, text))
        if len(hits) >= limit:
            break
    hits.sort(key=lambda hit: (-hit.at, -hit.seq))
    return hits[:limit]


def _readable(access: Access | None, row: Any) -> bool:
    return access is not None and access.sees(row.visibility, row.seq)


def _candidates(ids: Sequence[ConversationId], wanted: Sequence[Wanted]) -> sa.Select[Any]:
    """The messages in ``ids`` that have every term, the newest first."""
    e = event.c
    first, *others = wanted
    term = message_term.alias()
    found = sa.select(term.c.conversation_id, term.c.seq).where(term.c.conversation_id.in_(ids), _has(term, first))
    for other in others:
        further = message_term.alias()
        found = found.where(
            sa.exists().where(
                further.c.conversation_id == term.c.conversation_id, further.c.seq == term.c.seq, _has(further, other)
            )
        )
    hit = found.distinct().order_by(term.c.seq.desc()).limit(HITS).subquery()
    return (
        sa.select(e.conversation_id, e.seq, e.at, e.actor_id, e.kind, e.body, e.state, e.visibility)
        .join(hit, sa.and_(e.conversation_id == hit.c.conversation_id, e.seq == hit.c.seq))
        .order_by(e.at.desc(), e.seq.desc())
    )


def _has(term: sa.FromClause, wanted: Wanted) -> sa.ColumnElement[bool]:
    if not wanted.beginning:
        return term.c.term == wanted.term
    return sa.and_(term.c.term >= wanted.term, term.c.term < wanted.term + "\U0010ffff")
