"""SQLite: one write thread, a few readers, WAL and ``synchronous=FULL``.

``FULL`` because in WAL mode ``NORMAL`` may lose the last commits when the power fails. All writes of the process pass
through one thread in the order of their submission, so a writer never waits for another's lock.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
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

_log = logging.getLogger(__name__)

#: Transactions after which a thread of its own copies the log into the file, while writers go on: a copy costs syncs,
#: and done by the writer every sender waits for it.
CHECKPOINT_COMMITS = 64
#: Pages of 4 KiB in the log at which the writer copies what is left by itself and begins the log anew. A page written
#: by many commits is copied once: measured with 50 senders, a third more messages than with SQLite's 1,000.
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
        self._copier = ThreadPoolExecutor(1, thread_name_prefix="liyu-checkpoint")
        self._copying: asyncio.Future[None] | None = None
        self._commits = 0

    @property
    def engine(self) -> Engine:
        """The engine of the write thread, for migrations before ``start``."""
        return self._write_engine

    async def start(self) -> None:
        def connect() -> None:
            self._write_connection = self._write_engine.connect()

        await self._run(self._writer, connect)

    async def stop(self) -> None:
        if self._copying is not None:
            await asyncio.wait([self._copying])
        self._copier.shutdown()

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

        return await self._write(run)

    async def on_write_thread(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` on the write thread with the bare connection; ``work`` begins and ends its own transaction."""

        def run() -> T:
            raw: Any = self.writing().connection.driver_connection
            return work(raw)

        return await self._write(run)

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

    async def _write(self, work: Callable[[], T]) -> T:
        result = await self._run(self._writer, work)
        self._commits += 1
        if self._commits >= CHECKPOINT_COMMITS and (self._copying is None or self._copying.done()):
            self._commits = 0
            self._copying = asyncio.get_running_loop().run_in_executor(self._copier, self._checkpoint)
        return result

    def _checkpoint(self) -> None:
        """Copy what is in the log as far as nobody is disturbed; what is left stays for the next time."""
        try:
            with contextlib.closing(sqlite3.connect(self.path, isolation_level=None, timeout=0)) as connection:
                connection.execute(f"pragma synchronous={self._synchronous}")
                connection.execute("pragma wal_checkpoint(passive)").fetchall()
        except sqlite3.OperationalError as error:
            _log.warning("the log of the database was not copied: %s", error)

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
