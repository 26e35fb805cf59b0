"""The history of the tables leads to the tables that the code describes, on both databases, with data in them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import liyu.app.wiring  # noqa: F401  (registers every domain's tables)
from liyu.platform.db import migrate
from liyu.platform.db.metadata import metadata
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.db.postgres import PostgresDatabase
from liyu.platform.db.sqlite import SqliteDatabase

NOW = 1_790_000_000_000
CHAINS = ("chn_a", "chn_b")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Any) -> Database:
    """Both twins without tables, not started."""
    if request.param == "sqlite":
        return SqliteDatabase(tmp_path / "empty.sqlite3", synchronous="OFF")
    return PostgresDatabase(request.getfixturevalue("empty_postgres_dsn"))


def insert(connection: Connection, table: str, **values: Any) -> None:
    """One row, written with the columns of the present revision."""
    reflected = sa.Table(table, sa.MetaData(), autoload_with=connection)
    connection.execute(reflected.insert().values(**values))


def first_shops(connection: Connection) -> None:
    """Two chains with a shop and a person each, as revision 0001 knows them."""
    for number, chain in enumerate(CHAINS):
        insert(connection, "chain", chain_id=chain, name=f"链{number}", created_at=NOW)
        insert(connection, "shop", **_shop(connection, chain, number))
        insert(connection, "person", **_person(connection, chain, number))


def _shop(connection: Connection, chain: str, number: int) -> dict[str, Any]:
    return _filled(connection, "shop", id=f"shp_{number}", chain_id=chain, slug=f"shop-{number}", name="平江路店")


def _person(connection: Connection, chain: str, number: int) -> dict[str, Any]:
    return _filled(connection, "person", id=f"per_{number}", chain_id=chain, kind="customer", name="周屿")


def _filled(connection: Connection, table: str, **values: Any) -> dict[str, Any]:
    """``values``, and something plain for every other column that must not be empty."""
    for column in sa.inspect(connection).get_columns(table):
        if column["name"] in values or column["nullable"] or column["default"] is not None:
            continue
        kind = column["type"]
        if isinstance(kind, sa.Boolean):
            values[column["name"]] = False
        elif isinstance(kind, sa.Integer):
            values[column["name"]] = NOW
        elif isinstance(kind, sa.JSON):
            values[column["name"]] = {}
        elif isinstance(kind, sa.LargeBinary):
            values[column["name"]] = b"x"
        else:
            values[column["name"]] = "x"
    return values


def test_the_files_are_one_line_of_revisions() -> None:
    script = ScriptDirectory.from_config(migrate.configuration())
    assert [found.revision for found in reversed(list(script.walk_revisions()))] == migrate.revisions()
    assert script.get_current_head() == migrate.newest()


async def test_the_history_leads_to_the_tables_of_the_code(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        return list(compare_metadata(context, metadata))

    assert await database.read(ALL_CHAINS, differences) == []


async def test_data_of_the_first_revision_survives_every_later_one(empty_database: Database) -> None:
    await empty_database.start()
    first, *later = migrate.revisions()
    await migrate.upgrade(empty_database, first)
    await empty_database.write(ALL_CHAINS, first_shops)
    for revision in later:
        await migrate.upgrade(empty_database, revision)
        assert await migrate.current(empty_database) == revision
    shops = await empty_database.read(
        ALL_CHAINS, lambda c: c.execute(sa.text("select slug, name from shop order by slug")).all()
    )
    assert [tuple(row) for row in shops] == [("shop-0", "平江路店"), ("shop-1", "平江路店")]
    await empty_database.stop()


async def test_a_second_upgrade_changes_nothing(database: Database) -> None:
    await migrate.upgrade(database)
    assert await migrate.current(database) == migrate.newest()


async def test_every_table_of_a_tenant_is_fenced(postgres_database: Database) -> None:
    def fenced(connection: Connection) -> dict[str, bool]:
        rows = connection.execute(
            sa.text(
                "select relname, relrowsecurity and relforcerowsecurity as fenced from pg_class where relkind = 'r'"
            )
        )
        return {row.relname: row.fenced for row in rows}

    found = await postgres_database.read(ALL_CHAINS, fenced)
    open_tables = {table.name for table in metadata.tables.values() if "chain_id" in table.c and not found[table.name]}
    assert open_tables == set()


async def test_the_fence_shows_and_takes_only_rows_of_the_named_chain(postgres_database: Database) -> None:
    await postgres_database.write(ALL_CHAINS, first_shops)
    query = sa.text("select chain_id from shop")
    for chain in CHAINS:
        seen = await postgres_database.read(chain, lambda c: c.execute(query).scalars().all())
        assert seen == [chain]
    both = await postgres_database.read(list(CHAINS), lambda c: c.execute(query).scalars().all())
    assert sorted(both) == sorted(CHAINS)
    assert await postgres_database.read("chn_c", lambda c: c.execute(query).scalars().all()) == []
    with pytest.raises(sa.exc.DBAPIError, match="row-level security"):
        await postgres_database.write(CHAINS[0], lambda c: insert(c, "shop", **_shop(c, CHAINS[1], 7)))
