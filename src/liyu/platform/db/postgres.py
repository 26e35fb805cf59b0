"""PostgreSQL by asyncpg: SQLAlchemy's async engine for units and queries, a bare pool for the log.

Every transaction first names the chains it may touch (``liyu.chains``), which the row-level security policies read.
``synchronous_commit`` stays on: an acknowledged commit is on disk.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, TypeVar

import asyncpg
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from liyu.platform.db.port import DatabaseUnavailable, StorageFull

T = TypeVar("T")

ATTEMPTS = 3  # of one unit that lost a race (serialisation failure, deadlock, lock time-out)
LOCK_TIMEOUT_MS = 5_000  # a unit that waits longer is tried again rather than holding others up

_RACES = {"40001", "40P01", "55P03"}  # serialization_failure, deadlock_detected, lock_not_available
_FULL = {"53100"}  # disk_full


class PostgresDatabase:
    """The scale twin. ``dsn`` as ``postgresql://user:password@host:port/name``."""

    dialect: Literal["sqlite", "postgresql"] = "postgresql"

    def __init__(self, dsn: str, *, pool_size: int = 8) -> None:
        self.dsn = dsn
        self._pool_size = pool_size
        self._engine: AsyncEngine | None = None
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    @property
    def engine(self) -> AsyncEngine:
        """SQLAlchemy's engine. Raises ``DatabaseUnavailable`` before ``start``."""
        if self._engine is None:
            raise DatabaseUnavailable()
        return self._engine

    @property
    def pool(self) -> asyncpg.Pool[asyncpg.Record]:
        """Bare asyncpg connections for the log. Raises ``DatabaseUnavailable`` before ``start``."""
        if self._pool is None:
            raise DatabaseUnavailable()
        return self._pool

    async def start(self) -> None:
        address = self.dsn.replace("postgresql://", "postgresql+asyncpg://", 1)
        self._engine = create_async_engine(address, pool_size=self._pool_size, pool_pre_ping=True)
        try:
            self._pool = await asyncpg.create_pool(self.dsn, min_size=1, max_size=self._pool_size, timeout=10)
        except (OSError, asyncpg.PostgresError, TimeoutError) as error:
            raise DatabaseUnavailable() from error

    async def stop(self) -> None:
        if self._pool is not None:
            await self._pool.close()
        if self._engine is not None:
            await self._engine.dispose()
        self._pool = self._engine = None

    async def read(self, chain: str | Sequence[str], query: Callable[[Connection], T]) -> T:
        async def run() -> T:
            async with self.engine.connect() as connection:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                async with connection.begin():
                    await name_chains(connection, chain)
                    return await connection.run_sync(query)

        return await self._attempt(run)

    async def write(self, chain: str | Sequence[str], unit: Callable[[Connection], T]) -> T:
        async def run() -> T:
            async with self.engine.begin() as connection:
                await name_chains(connection, chain)
                return await connection.run_sync(unit)

        return await self._attempt(run)

    async def _attempt(self, run: Callable[[], Awaitable[T]]) -> T:
        """Run, and run again after a lost race; translate what PostgreSQL says otherwise."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return await run()
            except (sa.exc.DBAPIError, asyncpg.PostgresError, OSError, TimeoutError) as error:
                state = sqlstate(error)
                if state in _RACES and attempt < ATTEMPTS:
                    await asyncio.sleep(random.random() * 0.02 * attempt)  # noqa: S311  jitter, not a secret
                    continue
                raise translated(error) from error
        raise DatabaseUnavailable()


async def name_chains(connection: AsyncConnection, chain: str | Sequence[str]) -> None:
    """Tell the policies whose rows this transaction may touch, and bound how long it waits for locks."""
    chains = chain if isinstance(chain, str) else ",".join(chain)
    await connection.execute(
        sa.text("select set_config('liyu.chains', :chains, true), set_config('lock_timeout', :wait, true)"),
        {"chains": chains, "wait": f"{LOCK_TIMEOUT_MS}ms"},
    )


def sqlstate(error: BaseException) -> str | None:
    """The five-character code of PostgreSQL inside ``error``, if there is one."""
    origin: Any = getattr(error, "orig", error)
    state = getattr(origin, "sqlstate", None)
    return state if isinstance(state, str) else None


def translated(error: Exception) -> Exception:
    """The port's exception for one of PostgreSQL's, or ``error`` itself when it is a defect of ours."""
    state = sqlstate(error)
    if state in _FULL:
        return StorageFull()
    unreachable = isinstance(error, OSError | TimeoutError) or bool(getattr(error, "connection_invalidated", False))
    if unreachable or state in _RACES or (state or "").startswith(("08", "57P", "53")):
        return DatabaseUnavailable()
    return error
