"""Defects to plant into a server on SQLite, to show that the checker finds them. Nothing of the product loads this.

Python imports ``sitecustomize`` at its start from the first folder of its path; ``PLANTED_DEFECT`` names the defect.
"""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

LATE_S = 0.4  # how long a commit is put off


def _open_transaction(raw: sqlite3.Connection, items: Sequence[Any], now_ms: int) -> Any:
    """Append without committing; the transaction stays open."""
    from liyu.messaging.log_sqlite import append

    if not raw.in_transaction:
        raw.execute("begin immediate")
    return append(raw, items, now_ms)


_open_transaction.late = True  # type: ignore[attr-defined]


def _end(raw: sqlite3.Connection) -> None:
    if raw.in_transaction:
        raw.execute("commit")


def _commit_before_anything_else() -> None:
    """Let every other user of the write thread find no open transaction."""
    from liyu.platform.db.sqlite import SqliteDatabase

    plain = SqliteDatabase._run

    async def run(self: SqliteDatabase, pool: ThreadPoolExecutor, work: Any) -> Any:
        def settled() -> Any:
            if pool is self._writer and self._write_connection is not None and not getattr(self, "_late", False):
                _end(self._write_connection.connection.driver_connection)  # type: ignore[arg-type]
            return work()

        return await plain(self, pool, settled)

    SqliteDatabase._run = run  # type: ignore[method-assign]


async def _append_late(log: Any, items: Sequence[Any], now_ms: int) -> Any:
    database = log._database
    database._late = True
    try:
        return await database.on_write_thread(lambda raw: _open_transaction(raw, items, now_ms))
    finally:
        database._late = False


def ack_before_commit() -> None:
    """Senders are answered while the transaction is still open."""
    from liyu.messaging.log_sqlite import SqliteLog

    _commit_before_anything_else()

    async def commit(self: SqliteLog, shard: int, items: Sequence[Any], now_ms: int) -> Any:
        outcome = await _append_late(self, items, now_ms)
        loop = asyncio.get_running_loop()
        loop.call_later(LATE_S, lambda: loop.create_task(self._database.on_write_thread(_end)))
        return outcome

    SqliteLog.commit = commit  # type: ignore[method-assign]


def fanout_before_commit() -> None:
    """Readers are told before the commit, senders after it."""
    from liyu.messaging.log_sqlite import SqliteLog
    from liyu.messaging.writer import Writer

    _commit_before_anything_else()
    told: list[Any] = []
    plain = Writer._tell

    def remember(self: Writer, outcome: Any) -> None:
        if outcome in told:
            told.remove(outcome)
        else:
            plain(self, outcome)

    async def commit(self: SqliteLog, shard: int, items: Sequence[Any], now_ms: int) -> Any:
        outcome = await _append_late(self, items, now_ms)
        plain(writers[0], outcome)
        told.append(outcome)
        await asyncio.sleep(LATE_S)
        await self._database.on_write_thread(_end)
        return outcome

    writers: list[Writer] = []
    made = Writer.__init__

    def init(self: Writer, *values: Any, **named: Any) -> None:
        made(self, *values, **named)
        writers.append(self)

    Writer.__init__ = init  # type: ignore[method-assign]
    Writer._tell = remember  # type: ignore[method-assign]
    SqliteLog.commit = commit  # type: ignore[method-assign]


def dedupe_dropped() -> None:
    """The idempotency key is neither looked up nor unique."""
    import liyu.app.wiring as wiring
    from liyu.messaging.decisions import _Group

    _Group._known = lambda self, item: None  # type: ignore[method-assign]
    plain = wiring.upgrade

    async def upgrade(database: Any) -> None:
        await plain(database)
        await database.on_write_thread(_forget_unique)

    wiring.upgrade = upgrade


def _forget_unique(raw: sqlite3.Connection) -> None:
    (made,) = raw.execute("select sql from sqlite_master where type = 'table' and name = 'event'").fetchone()
    without = re.sub(r",?\s*CONSTRAINT \w+ UNIQUE \([^)]*\)", "", made)
    if without == made:
        return
    raw.execute("alter table event rename to event_before")
    raw.execute(without)
    raw.execute("insert into event select * from event_before")
    raw.execute("drop table event_before")


_DEFECTS = {defect.__name__: defect for defect in (ack_before_commit, fanout_before_commit, dedupe_dropped)}

if os.environ.get("PLANTED_DEFECT"):
    _DEFECTS[os.environ["PLANTED_DEFECT"]]()
