"""A world per test, on both twins in turn, and the equation that every scenario ends with.

Every world is a chain of its own with fresh ids, so the scenarios of one twin share a database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from liyu.platform.db.migrate import upgrade
from liyu.platform.db.port import Database
from liyu.platform.db.postgres import PostgresDatabase
from liyu.platform.db.sqlite import SqliteDatabase
from tests.contract.messaging.world import World
from tests.equation import Equation
from tests.servers import Postgres


async def _upgraded(database: Database) -> None:
    await database.start()
    await upgrade(database)
    await database.stop()


@pytest.fixture(scope="session")
def shared_dsn(postgres: Postgres) -> Iterator[str]:
    """One PostgreSQL database at the newest revision, for the role that row security binds."""
    dsn = asyncio.run(postgres.create())
    asyncio.run(_upgraded(PostgresDatabase(dsn)))
    yield dsn
    asyncio.run(postgres.drop(dsn))


@pytest.fixture(scope="session")
def shared_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One SQLite file at the newest revision."""
    path = tmp_path_factory.mktemp("log") / "shop.sqlite3"
    asyncio.run(_upgraded(SqliteDatabase(path)))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def twin(request: pytest.FixtureRequest) -> Database:
    """Both twins in turn, not started."""
    if request.param == "sqlite":
        return SqliteDatabase(request.getfixturevalue("shared_path"), synchronous="OFF")
    return PostgresDatabase(request.getfixturevalue("shared_dsn"))


@pytest.fixture
async def database(twin: Database) -> AsyncIterator[Database]:
    """Both twins in turn, started."""
    await twin.start()
    yield twin
    await twin.stop()


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """An empty log with people around it."""
    found = World(database)
    yield found
    await found.stop()


@pytest.fixture
async def equation(world: World) -> AsyncIterator[Equation]:
    """Asserted when the scenario is over."""
    found = Equation(world)
    yield found
    await found.holds()
