"""The log on SQLite: groups and units on the one write thread, by the bare connection.

The write transaction is the lock. Statements are few and constant, so that the connection keeps them prepared.
"""

# ruff: noqa: S608 - every statement is a constant of this file
from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from sqlalchemy import Connection

from liyu.kit.errors import Refusal
from liyu.messaging.decisions import Decision, decide, wanted_keys
from liyu.messaging.message_state import Target
from liyu.messaging.model import Append, Item, Mark, Unit
from liyu.messaging.outcome import Numbered, Outcome, number, outcome, steps
from liyu.messaging.rows import EVENT_COLUMNS, HEAD_COLUMNS, MEMBER_COLUMNS, Head, Known, Locked, MemberRow
from liyu.platform.db.sqlite import SqliteDatabase

T = TypeVar("T")

_HEADS = f"select {HEAD_COLUMNS} from conversation where id in (select value from json_each(?))"
_MEMBERS = f"select {MEMBER_COLUMNS} from member where conversation_id in (select value from json_each(?))"
_KNOWN = (
    "select e.conversation_id, e.actor_id, e.client_id, e.seq, e.at, e.body_hash from json_each(?) as x"
    " cross join event as e on e.conversation_id = json_extract(x.value, '$[0]')"
    " and e.actor_id = json_extract(x.value, '$[1]') and e.client_id = json_extract(x.value, '$[2]')"
)
_TARGET = "select seq, kind, actor_id, visibility, at, body, state from event where conversation_id = ? and seq = ?"
_ORDINAL = "select ordinal from event where conversation_id = ? and seq <= ? order by seq desc limit 1"
_OWN = (
    "select count(*) from event where conversation_id = ? and seq > ? and actor_id = ? and visibility = 'all'"
    " and kind in ('text', 'picture', 'voice', 'file', 'sticker', 'product', 'question')"
)
_INSERT = f"insert into event ({EVENT_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_UPDATE = (
    "update conversation set customer_id = ?, title = ?, vip = ?, epoch = ?, last_seq = ?, acl_rev = ?,"
    " assignee_id = ?, counted = ?, answered = ?, waiting_since = ?, top_seq = ?, top_at = ?, top_kind = ?,"
    " top_text = ?, top_actor = ?, merged_into = ? where id = ?"
)
_OWNERS = (
    "insert into inbox_owner (owner, chain_id, rev) select json_extract(value, '$[0]'), json_extract(value, '$[1]'),"
    " json_extract(value, '$[2]') from json_each(?) where true"
    " on conflict (owner) do update set rev = rev + excluded.rev returning owner, rev"
)
_INBOX = (
    "insert into inbox (owner, conversation_id, chain_id, rev, gone) values (?, ?, ?, ?, ?)"
    " on conflict (owner, conversation_id) do update set rev = excluded.rev, gone = excluded.gone"
)
_MEMBER = (
    f"insert into member ({MEMBER_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " on conflict (conversation_id, person_id) do update set role = excluded.role, state = excluded.state,"
    " from_seq = excluded.from_seq, name = excluded.name, avatar = excluded.avatar, vip = excluded.vip,"
    " read_seq = excluded.read_seq, delivered_seq = excluded.delivered_seq, read_ordinal = excluded.read_ordinal,"
    " own_unread = excluded.own_unread"
)
_SPOKEN = "update member set own_unread = ? where conversation_id = ? and person_id = ?"
_STATE = "update event set state = ? where conversation_id = ? and seq = ?"
_BLANK = "update event set body = '{}' where conversation_id = ? and seq = ?"
_BLANK_EDITS = (
    "update event set body = json_object('target', target, 'text', '')"
    " where conversation_id = ? and target = ? and kind = 'edit'"
)
_FORGET = "delete from message_term where conversation_id = ? and seq = ?"


_encode = msgspec.json.Encoder().encode


class SqliteLog:
    """Adapter of the log's port (``writer.Log``)."""

    shards = 1

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def commit(self, shard: int, items: Sequence[tuple[Item, bytes]], now_ms: int) -> Outcome:
        """Append a group in one transaction."""

        def work(raw: sqlite3.Connection) -> Outcome:
            raw.execute("begin immediate")
            try:
                result = append(raw, items, now_ms)
                raw.execute("commit")
            except BaseException:
                if raw.in_transaction:
                    raw.execute("rollback")
                raise
            return result

        return await self._database.on_write_thread(work)

    async def submit(
        self,
        chain: str,
        unit: Callable[[Connection, int], Unit[T]],
        prepare: Callable[[Unit[T]], list[tuple[Item, bytes]]],
        now_ms: int,
    ) -> tuple[T, Outcome]:
        """Run ``unit`` and append its events in the same transaction. A refusal undoes both."""

        def work(raw: sqlite3.Connection) -> tuple[T, Outcome]:
            connection = self._database.writing()
            with connection.begin():
                done = unit(connection, now_ms)
                result = append(raw, prepare(done), now_ms)
                for answer in result.answers:
                    if isinstance(answer, Refusal):
                        raise answer
            return done.value, result

        return await self._database.on_write_thread(work)

    async def stop(self) -> None:
        """Nothing is held."""


def append(raw: sqlite3.Connection, items: Sequence[tuple[Item, bytes]], now_ms: int) -> Outcome:
    """Decide and write a group inside the open transaction."""
    locked = _read(raw, [item for item, _ in items])
    decision = decide(items, locked, now_ms)
    needed = [(owner, chain, count) for owner, (chain, count) in steps(decision, locked).items()]
    revs = dict(raw.execute(_OWNERS, (_json(needed),)).fetchall()) if needed else {}
    numbered = number(decision, locked, revs)
    _write(raw, decision, numbered)
    return outcome(decision, locked, numbered)


def _json(values: Sequence[object]) -> str:
    """Values for ``json_each``: one statement for a whole group, instead of one per item."""
    return _encode(values).decode()


def _read(raw: sqlite3.Connection, items: Sequence[Item]) -> Locked:
    locked = Locked()
    execute = raw.execute
    ids = _json(list({item.conversation for item in items}))
    for row in execute(_HEADS, (ids,)).fetchall():
        head = locked.heads[row[0]] = Head(*row)
        head.vip = bool(head.vip)
        locked.members[row[0]] = {}
    for row in execute(_MEMBERS, (ids,)).fetchall():
        member = MemberRow(*row)
        member.vip = bool(member.vip)
        locked.members.setdefault(member.conversation, {})[member.person] = member
    for row in execute(_KNOWN, (_json(wanted_keys(items)),)).fetchall():
        locked.known[(row[0], row[1], row[2])] = Known(row[3], row[4], row[5])
    for item in items:
        if type(item) is Append and item.target is not None:
            row = execute(_TARGET, (item.conversation, item.target)).fetchone()
            if row is not None:
                locked.targets[(item.conversation, item.target)] = Target(*row)
        elif type(item) is Mark:
            _read_place(raw, item, locked)
    return locked


def _read_place(raw: sqlite3.Connection, mark: Mark, locked: Locked) -> None:
    head = locked.heads.get(mark.conversation)
    if head is None or mark.read >= head.last_seq:
        return
    ordinal = raw.execute(_ORDINAL, (mark.conversation, mark.read)).fetchone()
    own = raw.execute(_OWN, (mark.conversation, mark.read, mark.person)).fetchone()[0]
    locked.places[(mark.conversation, mark.person, mark.read)] = (ordinal[0] if ordinal else 0, own)


def _write(raw: sqlite3.Connection, decision: Decision, numbered: Numbered) -> None:
    many = raw.executemany
    if decision.rows:
        many(_INSERT, decision.rows)
    if decision.heads:
        many(_UPDATE, [_head_values(head) for head in decision.heads.values()])
    if decision.members:
        many(_MEMBER, [_member_values(row) for row in decision.members.values()])
    if decision.spoken:
        many(_SPOKEN, [(row.own_unread, *key) for key, row in decision.spoken.items()])
    if numbered.rows:
        many(_INBOX, numbered.rows)
    if decision.states:
        many(_STATE, [(state, *key) for key, state in decision.states.items()])
    if decision.blanks:
        many(_BLANK, decision.blanks)
        many(_BLANK_EDITS, decision.blanks)
        many(_FORGET, decision.blanks)


def _head_values(head: Head) -> tuple[object, ...]:
    return (
        head.customer, head.title, head.vip, head.epoch, head.last_seq, head.acl_rev, head.assignee, head.counted,
        head.answered, head.waiting_since, head.top_seq, head.top_at, head.top_kind, head.top_text, head.top_actor,
        head.merged_into, head.id,
    )  # fmt: skip


def _member_values(row: MemberRow) -> tuple[object, ...]:
    return (
        row.conversation, row.person, row.chain, row.role, row.state, row.from_seq, row.name, row.avatar, row.vip,
        row.read, row.delivered, row.read_ordinal, row.own_unread,
    )  # fmt: skip
