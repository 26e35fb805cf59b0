"""The search terms of the log, written behind it: how far each conversation was read stands in ``indexed_seq``.

Never part of sending: a message's terms are many small rows. Whoever searches first reads on what is missing in its
own conversations, so nothing is ever missed; the background only makes that short.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from liyu.kit.clock import Clock
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, ConversationId
from liyu.messaging.model import CommittedEvents, InboxChange
from liyu.messaging.tables import conversation, event, message_term
from liyu.messaging.terms import terms_of
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.protocol import events
from liyu.protocol.snapshots import MessageState

BATCH = 100  # events of one transaction: about 2,500 terms, some 15 ms
SEARCHED = ("text", "question", "product", "file")
QUIET_MS = 1_500  # the background waits until nothing was committed for so long …
PATIENCE_MS = 30_000  # … but no longer than this
STEP_S = 0.5

_STATE = msgspec.json.Decoder(MessageState)

_log = logging.getLogger(__name__)


def words_of(kind: str, body: str, state: str | None) -> str:
    """What of a message can be found; empty for what is gone or has no words."""
    if kind not in SEARCHED or body == "{}":
        return ""
    said: Any = msgspec.json.decode(body, type=events.KINDS[kind])
    if isinstance(said, events.Text):
        edited = _STATE.decode(state).text if state else None
        return said.text if edited is None else edited
    if isinstance(said, events.Question):
        return "\n".join([said.text, *(option.label for option in said.options)])
    if isinstance(said, events.ProductCard):
        return f"{said.title}\n{said.word}"
    assert isinstance(said, events.File)
    return said.name


def read_on(connection: Connection, chain: ChainId, id_: ConversationId, batch: int = BATCH) -> bool:
    """Write the terms of up to ``batch`` further events of a conversation; whether more are left."""
    c, e = conversation.c, event.c
    position = sa.select(c.indexed_seq, c.last_seq).where(c.id == id_, c.chain_id == chain)
    # Locked against the log's writers: a recall between reading a text and writing its terms would leave them behind.
    row = connection.execute(position.with_for_update()).first()
    if row is None or row.indexed_seq >= row.last_seq:
        return False
    last = min(row.last_seq, row.indexed_seq + batch)
    fresh = connection.execute(
        sa.select(e.seq, e.kind, e.target).where(e.conversation_id == id_, e.seq > row.indexed_seq, e.seq <= last)
    ).all()
    edited = {one.target for one in fresh if one.kind == "edit"}
    if edited:
        forget(connection, id_, sorted(edited))
    _write(connection, chain, id_, sorted(edited | {one.seq for one in fresh if one.kind in SEARCHED}))
    connection.execute(conversation.update().where(c.id == id_, c.indexed_seq < last).values(indexed_seq=last))
    return bool(last < row.last_seq)


def forget(connection: Connection, id_: ConversationId, seqs: Sequence[int]) -> None:
    """Take the terms of these messages away."""
    t = message_term.c
    connection.execute(message_term.delete().where(t.conversation_id == id_, t.seq.in_(seqs)))


def _write(connection: Connection, chain: ChainId, id_: ConversationId, seqs: Sequence[int]) -> None:
    e = event.c
    query = sa.select(e.seq, e.kind, e.body, e.state).where(e.conversation_id == id_, e.seq.in_(seqs))
    terms = [
        {"conversation_id": id_, "term": term, "seq": row.seq, "chain_id": chain}
        for row in connection.execute(query)
        for term in sorted(terms_of(words_of(row.kind, row.body, row.state)))
    ]
    if terms:
        insert = postgres_insert if connection.dialect.name == "postgresql" else sqlite_insert
        connection.execute(insert(message_term).on_conflict_do_nothing(), terms)


class Indexing:
    """Reads on in quiet moments. One per process; several may do the same work without harm."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._behind: dict[ConversationId, ChainId] = {}
        self._last_commit_ms = 0
        self._first_behind_ms = 0

    def committed(self, committed: Sequence[CommittedEvents], _inbox: Sequence[InboxChange]) -> None:
        """What the writer tells after each commit."""
        self._last_commit_ms = self._clock.monotonic_ms()
        if not self._behind:
            self._first_behind_ms = self._last_commit_ms
        for one in committed:
            self._behind[one.conversation] = one.chain

    async def find_behind(self) -> None:
        """Look for what an earlier run of the program left unread."""
        c = conversation.c

        def query(connection: Connection) -> dict[ConversationId, ChainId]:
            rows = connection.execute(sa.select(c.id, c.chain_id).where(c.indexed_seq < c.last_seq))
            return {ConversationId(row.id): ChainId(row.chain_id) for row in rows}

        self._behind = await self._database.read(ALL_CHAINS, query) | self._behind

    async def run(self) -> None:
        """Until cancelled: read on whenever it is quiet, one batch at a time."""
        await self.find_behind()
        while True:
            await asyncio.sleep(STEP_S)
            try:
                while self._behind and self._may():
                    await self.step()
            except Refusal as refusal:
                _log.warning("search reads on later: %s", refusal.code)

    async def step(self) -> None:
        """One batch of one conversation that is behind."""
        id_, chain = next(iter(self._behind.items()))
        if not await self.read_on(chain, id_):
            self._behind.pop(id_, None)

    async def read_on(self, chain: ChainId, id_: ConversationId) -> bool:
        """One batch of this conversation; whether more are left."""
        return await self._database.write(chain, lambda connection: read_on(connection, chain, id_))

    def _may(self) -> bool:
        now = self._clock.monotonic_ms()
        return now - self._last_commit_ms >= QUIET_MS or now - self._first_behind_ms >= PATIENCE_MS
