"""SQLite: one write thread, a few readers, WAL and ``synchronous=FULL``.

``FULL`` because in WAL mode ``NORMAL`` may lose the last commits when the power fails. All writes of the process pass
through one thread in the order of their submission, so a writer never waits for another's lock.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from liyu.platform.db.port import DatabaseUnavailable, StorageFull

T = TypeVar("T")

#: Pages of 4 KiB that the log collects before they are copied: each copy costs further syncs while senders wait, and
#: a page written by many commits is copied once. Measured with 50 senders: a third more messages than with 1,000.
CHECKPOINT_PAGES = 8_000
READERS = 4  # threads; a reader never blocks the writer in WAL mode


class SqliteDatabase:
    """The embedded twin, one file in ``path``'s folder."""

    dialect: Literal["sqlite", "postgresql"] = "sqlite"

    def __init__(self, path: Path, *, synchronous: str = "FULL") -> None:
        self.path = path
        self._synchronous = synchronous
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="liyu-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="liyu-read")
        self._write_engine = self._engine(writing=True)
        self._read_engine = self._engine(writing=False)
        self._write_connection: Connection | None = None

    @property
    def engine(self) -> Engine:
        """The engine of the write thread, for migrations before ``start``."""
        return self._write_engine

    async def start(self) -> None:
        def connect() -> None:
            self._write_connection = self._write_engine.connect()

        await self._run(self._writer, connect)

    async def stop(self) -> None:
        def close() -> None:
            if self._write_connection is not None:
                self._write_connection.close()
                self._write_connection = None
            self._write_engine.dispose()

        await self._run(self._writer, close)
        self._writer.shutdown()
        self._readers.shutdown()
        self._read_engine.dispose()

    async def read(self, chain: str | Sequence[str], query: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._read_engine.connect() as connection, connection.begin():
                return query(connection)

        return await self._run(self._readers, run)

    async def write(self, chain: str | Sequence[str], unit: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self.writing().begin() as transaction:
                value = unit(self.writing())
                transaction.commit()
                return value

        return await self._run(self._writer, run)

    async def on_write_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` on the write thread with the bare connection; ``work`` begins and ends its own transaction."""

        def run() -> T:
            raw: Any = self.writing().connection.driver_connection
            return work(raw)

        return await self._run(self._writer, run)

    def writing(self) -> Connection:
        """The write thread's connection. Only to be used on the write thread."""
        if self._write_connection is None:
            raise DatabaseUnavailable()
        return self._write_connection

    def _engine(self, *, writing: bool) -> Engine:
        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=10)
            connection.execute("pragma journal_mode=wal")
            connection.execute(f"pragma synchronous={self._synchronous}")
            connection.execute("pragma foreign_keys=on")
            connection.execute("pragma temp_store=memory")
            connection.execute("pragma cache_size=-32000")
            connection.execute(f"pragma wal_autocheckpoint={CHECKPOINT_PAGES}")
            if not writing:
                connection.execute("pragma query_only=on")
            return connection

        if writing:
            engine = sa.create_engine("sqlite://", creator=connect, poolclass=StaticPool)
        else:
            engine = sa.create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=READERS)

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("begin immediate" if writing else "begin")

        return engine

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, work)
        except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
            raise translated(error) from error


def translated(error: Exception) -> Exception:
    """The port's exception for one of SQLite's, or ``error`` itself when it is a defect of ours."""
    text = str(error)
    if "disk is full" in text or "disk I/O error" in text:
        return StorageFull()
    if "locked" in text or "unable to open" in text or "busy" in text:
        return DatabaseUnavailable()
    return error
