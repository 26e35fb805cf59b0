"""Fixtures for everyone: both databases, Redis and a running demo shop, each started at the first test that asks."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from liyu.platform.db.migrate import upgrade
from liyu.platform.db.port import Database
from liyu.platform.db.postgres import PostgresDatabase
from liyu.platform.db.sqlite import SqliteDatabase
from tests.servers import Postgres, Redis, Shop, running_postgres, running_redis, running_shop


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for the session."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    """One Redis for the session. Use a prefix of your own."""
    with running_redis() as server:
        yield server


@pytest.fixture(scope="session")
def migrated() -> dict[str, str]:
    """Remembers what has been migrated once: filled by ``postgres_dsn`` and ``sqlite_template``."""
    return {}


@pytest.fixture
async def empty_postgres_dsn(postgres: Postgres) -> AsyncIterator[str]:
    """A database without tables."""
    dsn = await postgres.create()
    yield dsn
    await postgres.drop(dsn)


@pytest.fixture
async def postgres_dsn(postgres: Postgres, migrated: dict[str, str]) -> AsyncIterator[str]:
    """A fresh database at the newest revision, for the role that row security binds."""
    if "postgresql" not in migrated:
        dsn = await postgres.create()
        database = PostgresDatabase(dsn)
        await database.start()
        await upgrade(database)
        await database.stop()
        migrated["postgresql"] = dsn.rpartition("/")[2]
    dsn = await postgres.create(template=migrated["postgresql"])
    yield dsn
    await postgres.drop(dsn)


@pytest.fixture
async def sqlite_path(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, migrated: dict[str, str]) -> Path:
    """A fresh SQLite file at the newest revision."""
    if "sqlite" not in migrated:
        template = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
        database = SqliteDatabase(template)
        await database.start()
        await upgrade(database)
        await database.stop()
        migrated["sqlite"] = str(template)
    return Path(shutil.copy(migrated["sqlite"], tmp_path / "shop.sqlite3"))


@pytest.fixture
async def sqlite_database(sqlite_path: Path) -> AsyncIterator[Database]:
    """The embedded twin, migrated and started."""
    database = SqliteDatabase(sqlite_path, synchronous="OFF")
    await database.start()
    yield database
    await database.stop()


@pytest.fixture
async def postgres_database(postgres_dsn: str) -> AsyncIterator[Database]:
    """The scale twin, migrated and started."""
    database = PostgresDatabase(postgres_dsn)
    await database.start()
    yield database
    await database.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Both twins in turn, migrated and started: for contract tests."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo shop, made once. Copy it before changing it."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    with running_shop(folder):
        pass
    return folder


@pytest.fixture(scope="session")
def shop(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A running demo shop for the whole session (SQLite, one process). Tests leave its settings alone."""
    folder = tmp_path_factory.mktemp("shop") / "data"
    shutil.copytree(demo_data, folder)
    with running_shop(folder) as found:
        yield found
