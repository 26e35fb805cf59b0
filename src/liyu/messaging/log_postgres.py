"""The log on PostgreSQL: groups by asyncpg on a connection per shard, units in their own transaction.

Order of locks, the same everywhere: conversations in ascending id, then inbox owners in ascending order. The
idempotency keys are read by a statement of its own after the lock, so that it sees what the lock waited for. Each key
is an index probe (lateral with a limit): joined plainly, the planner may scan the table. Synchronous commit stays on.
"""

# ruff: noqa: S608 - every statement is a constant of this file
from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

import asyncpg
import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.kit.errors import Refusal
from liyu.messaging.decisions import Decision, decide, wanted_keys
from liyu.messaging.message_state import Target
from liyu.messaging.model import Append, Item, Mark, Unit
from liyu.messaging.outcome import Numbered, Outcome, number, outcome, steps
from liyu.messaging.rows import EVENT_COLUMNS, HEAD_COLUMNS, MEMBER_COLUMNS, Head, Known, Locked, MemberRow
from liyu.platform.db.postgres import LOCK_TIMEOUT_MS, PostgresDatabase, name_chains, sqlstate, translated

T = TypeVar("T")

if TYPE_CHECKING:  # generic for the type checker alone
    Bare = asyncpg.Connection[asyncpg.Record]

ATTEMPTS = 3  # of one transaction that lost a race
DEADLINE_S = 15  # for one statement: longer than the lock time-out, so that PostgreSQL speaks first
_RACES = {"40001", "40P01", "55P03"}

_CHAINS = "select set_config('liyu.chains', $1, true), set_config('lock_timeout', $2, true)"
_LOCK = f"select {HEAD_COLUMNS} from conversation where id = any($1::text[]) order by id for update"
_KNOWN = (
    "select x.conversation, x.actor, x.cid, e.seq, e.at, e.body_hash"
    " from unnest($1::text[], $2::text[], $3::text[]) as x (conversation, actor, cid)"
    " cross join lateral (select seq, at, body_hash from event where conversation_id = x.conversation"
    " and actor_id = x.actor and client_id = x.cid limit 1) as e"
)
_MEMBERS = f"select {MEMBER_COLUMNS} from member where conversation_id = any($1::text[])"
_TARGETS = (
    "select e.* from unnest($1::text[], $2::bigint[]) as x (conversation, seq) cross join lateral"
    " (select conversation_id, seq, kind, actor_id, visibility, at, body, state from event"
    " where conversation_id = x.conversation and event.seq = x.seq limit 1) as e"
)
_PLACES = (
    "select x.conversation, x.person, x.seq,"
    " coalesce((select ordinal from event where conversation_id = x.conversation and event.seq <= x.seq"
    " order by event.seq desc limit 1), 0),"
    " (select count(*) from event where conversation_id = x.conversation and event.seq > x.seq"
    " and actor_id = x.person and visibility = 'all'"
    " and kind in ('text', 'picture', 'voice', 'file', 'sticker', 'product', 'question'))"
    " from unnest($1::text[], $2::text[], $3::bigint[]) as x (conversation, person, seq)"
)
_OWNERS = (
    "insert into inbox_owner (owner, chain_id, rev) select x.owner, x.chain, x.step"
    " from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as x (owner, chain, step, place)"
    " order by x.place on conflict (owner) do update set rev = inbox_owner.rev + excluded.rev returning owner, rev"
)
_EVENTS = (
    f"insert into event ({EVENT_COLUMNS}) select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[],"
    " $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[], $10::bytea[], $11::bigint[], $12::bigint[])"
)
_HEADS = (
    "update conversation as c set customer_id = x.customer, title = x.title, vip = x.vip, epoch = x.epoch,"
    " last_seq = x.last_seq, acl_rev = x.acl_rev, assignee_id = x.assignee, counted = x.counted,"
    " answered = x.answered, waiting_since = x.waiting, top_seq = x.top_seq, top_at = x.top_at,"
    " top_kind = x.top_kind, top_text = x.top_text, top_actor = x.top_actor, merged_into = x.merged"
    " from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::int[], $6::bigint[], $7::int[], $8::text[],"
    " $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[], $15::text[], $16::text[],"
    " $17::text[]) as x (id, customer, title, vip, epoch, last_seq, acl_rev, assignee, counted, answered, waiting,"
    " top_seq, top_at, top_kind, top_text, top_actor, merged) where c.id = x.id"
)
_INBOX = (
    "insert into inbox (owner, conversation_id, chain_id, rev, gone)"
    " select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::boolean[])"
    " on conflict (owner, conversation_id) do update set rev = excluded.rev, gone = excluded.gone"
)
_MEMBER = (
    f"insert into member ({MEMBER_COLUMNS}) select * from unnest($1::text[], $2::text[], $3::text[], $4::text[],"
    " $5::text[], $6::bigint[], $7::text[], $8::text[], $9::boolean[], $10::bigint[], $11::bigint[], $12::bigint[],"
    " $13::int[]) on conflict (conversation_id, person_id) do update set role = excluded.role,"
    " state = excluded.state, from_seq = excluded.from_seq, name = excluded.name, avatar = excluded.avatar,"
    " vip = excluded.vip, read_seq = excluded.read_seq, delivered_seq = excluded.delivered_seq,"
    " read_ordinal = excluded.read_ordinal, own_unread = excluded.own_unread"
)
_SPOKEN = (
    "update member as m set own_unread = x.unread from unnest($1::text[], $2::text[], $3::int[])"
    " as x (conversation, person, unread) where m.conversation_id = x.conversation and m.person_id = x.person"
)
_STATES = (
    "update event as e set state = x.state from unnest($1::text[], $2::bigint[], $3::text[])"
    " as x (conversation, seq, state) where e.conversation_id = x.conversation and e.seq = x.seq"
)
_BLANK = "update event set body = '{}' where conversation_id = $1 and seq = $2"
_BLANK_EDITS = (
    'update event set body = \'{"target":\' || target || \',"text":""}\''
    " where conversation_id = $1 and target = $2 and kind = 'edit'"
)
_FORGET = "delete from message_term where conversation_id = $1 and seq = $2"


class PostgresLog:
    """Adapter of the log's port (``writer.Log``). ``shards`` connections are kept for groups."""

    def __init__(self, database: PostgresDatabase, shards: int = 1) -> None:
        self._database = database
        self.shards = shards
        self._connections: dict[int, Bare] = {}

    async def commit(self, shard: int, items: Sequence[tuple[Item, bytes]], now_ms: int) -> Outcome:
        """Append a group in one transaction on the shard's connection."""

        async def run() -> Outcome:
            connection = await self._connection(shard)
            chains = ",".join(sorted({item.chain for item, _ in items}))
            async with asyncio.timeout(DEADLINE_S), connection.transaction():
                await connection.execute(_CHAINS, chains, f"{LOCK_TIMEOUT_MS}ms")
                return await append(connection, items, now_ms)

        return await _attempt(run)

    async def submit(
        self,
        chain: str,
        unit: Callable[[Connection, int], Unit[T]],
        prepare: Callable[[Unit[T]], list[tuple[Item, bytes]]],
        now_ms: int,
    ) -> tuple[T, Outcome]:
        """Run ``unit`` and append its events in the same transaction. A refusal undoes both."""

        async def run() -> tuple[T, Outcome]:
            async with self._database.engine.begin() as connection:
                await name_chains(connection, chain)
                done = await connection.run_sync(unit, now_ms)
                bare: Any = (await connection.get_raw_connection()).driver_connection
                result = await append(bare, prepare(done), now_ms)
                for answer in result.answers:
                    if isinstance(answer, Refusal):
                        raise answer
                return done.value, result

        return await _attempt(run)

    async def stop(self) -> None:
        """Give the shards' connections back."""
        for connection in self._connections.values():
            await self._database.pool.release(connection)  # type: ignore[arg-type]
        self._connections.clear()

    async def _connection(self, shard: int) -> Bare:
        kept = self._connections.pop(shard, None)
        if kept is not None and _alive(kept):
            self._connections[shard] = kept
            return kept
        if kept is not None:
            await self._database.pool.release(kept)  # type: ignore[arg-type]
        fresh: Any = await self._database.pool.acquire(timeout=DEADLINE_S)
        self._connections[shard] = fresh
        return cast("Bare", fresh)


def _alive(connection: Bare) -> bool:
    """Whether a kept connection can be used. The pool takes one back by itself when the server goes away."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False


async def _attempt(run: Callable[[], Awaitable[T]]) -> T:
    """Run, and run again after a lost race; translate what PostgreSQL says otherwise."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return await run()
        except Refusal:
            raise
        except (sa.exc.DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            if sqlstate(error) in _RACES and attempt < ATTEMPTS:
                await asyncio.sleep(random.random() * 0.02 * attempt)  # noqa: S311
                continue
            lost = ConnectionError(str(error)) if isinstance(error, asyncpg.InterfaceError) else error
            raise translated(lost) from error
    raise AssertionError("unreachable")


async def append(connection: Bare, items: Sequence[tuple[Item, bytes]], now_ms: int) -> Outcome:
    """Decide and write a group inside the open transaction."""
    locked = await _read(connection, [item for item, _ in items])
    decision = decide(items, locked, now_ms)
    needed = steps(decision, locked)
    revs: dict[str, int] = {}
    if needed:
        columns = list(needed), [chain for chain, _ in needed.values()], [step for _, step in needed.values()]
        revs = {row[0]: row[1] for row in await connection.fetch(_OWNERS, *columns)}
    numbered = number(decision, locked, revs)
    await _write(connection, decision, numbered)
    return outcome(decision, locked, numbered)


async def _read(connection: Bare, items: Sequence[Item]) -> Locked:
    locked = Locked()
    ids = sorted({item.conversation for item in items})
    for row in await connection.fetch(_LOCK, ids):
        locked.heads[row[0]] = Head(*row)
        locked.members[row[0]] = {}
    for row in await connection.fetch(_MEMBERS, ids):
        locked.members[row[0]][row[1]] = MemberRow(*row)
    keys = wanted_keys(items)
    if keys:
        for row in await connection.fetch(_KNOWN, *_columns(keys, 3)):
            locked.known[(row[0], row[1], row[2])] = Known(row[3], row[4], row[5])
    targets = [(item.conversation, item.target) for item in items if type(item) is Append and item.target is not None]
    if targets:
        for row in await connection.fetch(_TARGETS, *_columns(targets, 2)):
            locked.targets[(row[0], row[1])] = Target(*row[1:])
    marks = [(item.conversation, item.person, item.read) for item in items if type(item) is Mark]
    if marks:
        for row in await connection.fetch(_PLACES, *_columns(marks, 3)):
            locked.places[(row[0], row[1], row[2])] = (row[3], row[4])
    return locked


async def _write(connection: Bare, decision: Decision, numbered: Numbered) -> None:
    """Everything in one statement where it can be: each round trip is paid by every waiting sender."""
    parts: list[tuple[str, list[list[Any]]]] = []
    if decision.rows:
        parts.append((_EVENTS, _columns(decision.rows, 12)))
    if decision.heads:
        parts.append((_HEADS, _columns([_head_values(head) for head in decision.heads.values()], 17)))
    if decision.members:
        parts.append((_MEMBER, _columns([_member_values(row) for row in decision.members.values()], 13)))
    if decision.spoken:
        unread = [(*key, row.own_unread) for key, row in decision.spoken.items()]
        parts.append((_SPOKEN, _columns(unread, 3)))
    if numbered.rows:
        parts.append((_INBOX, _columns(numbered.rows, 5)))
    if parts:
        statement = _joined(tuple(text for text, _ in parts))
        await connection.execute(statement, *(column for _, columns in parts for column in columns))
    if decision.states:
        states = [(*key, state) for key, state in decision.states.items()]
        await connection.execute(_STATES, *_columns(states, 3))
    if decision.blanks:
        for text in (_BLANK, _BLANK_EDITS, _FORGET):
            await connection.executemany(text, decision.blanks)


_JOINED: dict[tuple[str, ...], str] = {}


def _joined(statements: tuple[str, ...]) -> str:
    """One statement that runs all of ``statements``, their parameters numbered on."""
    if len(statements) == 1:
        return statements[0]
    known = _JOINED.get(statements)
    if known is None:
        parts, base = [], 0
        for place, text in enumerate(statements):
            count = text.count("$")
            for parameter in range(count, 0, -1):
                text = text.replace(f"${parameter}::", f"${parameter + base}::")
            parts.append(f"w{place} as ({text})")
            base += count
        known = _JOINED[statements] = f"with {', '.join(parts)} select 1"
    return known


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into one list per column, as ``unnest`` takes them."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def _head_values(head: Head) -> tuple[object, ...]:
    return (
        head.id, head.customer, head.title, head.vip, head.epoch, head.last_seq, head.acl_rev, head.assignee,
        head.counted, head.answered, head.waiting_since, head.top_seq, head.top_at, head.top_kind, head.top_text,
        head.top_actor, head.merged_into,
    )  # fmt: skip


def _member_values(row: MemberRow) -> tuple[object, ...]:
    return (
        row.conversation, row.person, row.chain, row.role, row.state, row.from_seq, row.name, row.avatar, row.vip,
        row.read, row.delivered, row.read_ordinal, row.own_unread,
    )  # fmt: skip
