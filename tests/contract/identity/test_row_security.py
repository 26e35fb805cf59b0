"""The second fence: on PostgreSQL a transaction that does not name a chain sees and writes nothing of it.

Every tenant table of every domain is held to it, so a table that somebody adds without a policy fails here.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

import liyu.app.wiring  # noqa: F401  (registers every domain's tables)
from liyu.platform.db.metadata import metadata
from liyu.platform.db.port import ALL_CHAINS, Database
from tests.contract.identity.world import World

#: Tables of the installation, which belong to no chain.
SHARED = {"throttle", "alembic_version"}
TENANT = sorted(table.name for table in metadata.sorted_tables if table.name not in SHARED)

FENCED = "select c.relname from pg_class c where c.relrowsecurity and c.relforcerowsecurity"
POLICIES = "select tablename, qual, with_check from pg_policies"


def test_every_table_belongs_to_a_chain_or_is_named_here() -> None:
    for table in metadata.sorted_tables:
        assert ("chain_id" in table.c) is (table.name not in SHARED), table.name


async def test_every_tenant_table_has_its_policy(postgres_database: Database) -> None:
    def query(connection: Connection) -> tuple[set[str], dict[str, tuple[str, str]]]:
        fenced = set(connection.execute(sa.text(FENCED)).scalars())
        return fenced, {row[0]: (row[1], row[2]) for row in connection.execute(sa.text(POLICIES))}

    fenced, policies = await postgres_database.read(ALL_CHAINS, query)
    assert set(TENANT) <= fenced
    for table in TENANT:
        reading, writing = policies[table]
        assert reading == writing
        assert "chain_id" in reading
        assert "liyu.chains" in reading


async def test_the_servers_role_cannot_step_over_the_fence(postgres_database: Database) -> None:
    question = "select rolsuper or rolbypassrls from pg_roles where rolname = current_user"
    answer = await postgres_database.read("", lambda connection: connection.execute(sa.text(question)).scalar_one())
    assert answer is False


@pytest.fixture
async def fenced(postgres_database: Database) -> World:
    """A world with rows in every table of this domain."""
    world = await World(postgres_database).found()
    await world.customer("zhouyu")
    await world.visitor()
    await world.identity.site_keys.create(world.owner, world.east.id, "官网", "HS256", ("https://gifts.example",))
    await world.identity.links.make_owner_link(world.east.chain.id)
    return world


def counted(connection: Connection) -> dict[str, int]:
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(metadata.tables[name])).scalar_one()
        for name in TENANT
    }


async def test_without_a_chain_nothing_is_seen(fenced: World) -> None:
    everything = await fenced.database.read(ALL_CHAINS, counted)
    seen = {name for name, count in everything.items() if count}
    assert seen >= {
        "chain",
        "shop",
        "person",
        "credential",
        "role_grant",
        "session",
        "device",
        "site_key",
        "link",
        "audit",
    }
    for chains in ("", "chn_other", "chn_a,chn_b", []):
        assert set((await fenced.database.read(chains, counted)).values()) == {0}


async def test_each_chain_sees_its_own_rows_only(fenced: World) -> None:
    east, abroad = fenced.east.chain.id, fenced.abroad.chain.id
    all_of_them = await fenced.database.read([east, abroad], counted)
    of_east, of_abroad = await fenced.database.read(east, counted), await fenced.database.read(abroad, counted)
    assert all_of_them == {name: of_east[name] + of_abroad[name] for name in TENANT}
    assert of_abroad["shop"] == 1
    assert of_abroad["credential"] == 0


async def test_nobody_writes_into_another_chain(fenced: World) -> None:
    east, abroad = fenced.east.chain.id, fenced.abroad.chain.id
    foreign = (
        metadata.tables["person"]
        .insert()
        .values(id="per_smuggled", chain_id=east, kind="visitor", name="", locale="en", vip=False, created_at=0)
    )
    with pytest.raises(sa.exc.DBAPIError, match="row-level security"):
        await fenced.database.write(abroad, lambda connection: connection.execute(foreign))
    shop = metadata.tables["shop"]
    changed = await fenced.database.write(
        abroad, lambda connection: connection.execute(shop.update().values(name="mine")).rowcount
    )
    assert changed == 1
    assert (await fenced.identity.shops.by_slug("east")).name == "东店"
    removed = await fenced.database.write(
        abroad, lambda connection: connection.execute(metadata.tables["link"].delete()).rowcount
    )
    assert removed == 0
    move = shop.update().where(shop.c.slug == "abroad").values(chain_id=east)
    with pytest.raises(sa.exc.DBAPIError, match="row-level security"):
        await fenced.database.write(abroad, lambda connection: connection.execute(move))
