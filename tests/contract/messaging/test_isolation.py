"""One chain's log is invisible to another: in every use case, and on PostgreSQL to the database itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
import sqlalchemy as sa

from liyu.identity.model import Grant, Role
from liyu.kit.ids import ChainId
from liyu.messaging import errors, tables
from liyu.messaging.model import Mark
from liyu.platform.db.port import Database
from tests.contract.messaging.world import World, cid

OWN = (
    tables.conversation,
    tables.event,
    tables.member,
    tables.inbox,
    tables.inbox_owner,
    tables.message_term,
    tables.erasure,
)


@pytest.fixture
async def other(database: Database) -> World:
    """Another chain in the same installation."""
    return World(database)


async def test_no_use_case_crosses_chains(world: World, other: World) -> None:
    """R13: for its owner, for staff that claims the shop, and for ids that are known."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await world.say(customer, conversation, "只有本店知道")
    thief = dataclasses.replace(guide, chain=other.chain, grants=(Grant(Role.OWNER, other.chain, world.shop.id),))
    twin = dataclasses.replace(customer, chain=other.chain)
    for who in (thief, twin, other.guide(), other.person()):
        for refused in (
            world.messaging.snapshot(who, conversation),
            world.messaging.history(who, conversation, 99, 10),
            world.messaging.events_after(who, conversation, 0, 10),
            world.say(who, conversation, "你好"),
            world.messaging.mark(who, conversation, 1, 1),
            world.messaging.assign(who, conversation, who.person),
            world.messaging.joining.remove(who, conversation, customer.person),
            world.messaging.search(who, "本店", conversation),
            world.messaging.share(who, conversation),
        ):
            with pytest.raises((errors.ConversationNotFound, errors.PersonUnknown)):
                await refused
        assert await world.messaging.access_many(who, [conversation]) == {}
        assert await world.messaging.search(who, "本店") == []
    assert await world.messaging.heads([other.chain], [conversation]) == {}
    assert await world.messaging.marks(other.chain, [conversation]) == {}
    owner = f"q:{world.shop.id}"
    assert await world.messaging.revisions(other.chain, [owner]) == {owner: 0}
    assert (await world.messaging.inbox(thief, owner, None, 10)).items == []
    with pytest.raises(errors.ConversationNotFound):
        await world.messaging.events_between(other.chain, conversation, 0, 10)
    with pytest.raises(errors.ConversationNotFound):
        await world.writer.mark(Mark(conversation, other.chain, customer.person, 1, 1))


async def test_postgresql_hides_other_chains_even_from_a_query_that_forgets(world: World, other: World) -> None:
    """R13: row security, as the role that the server uses."""
    if world.database.dialect != "postgresql":
        return
    customer = world.person()
    conversation = await world.open(customer)
    await world.say(customer, conversation, "只有本店知道")
    await world.messaging.search(customer, "本店")
    await world.messaging.erasing.restore([(world.chain, customer.person, 1)])
    for table in OWN:
        here = await world.database.read(world.chain, lambda c, table=table: _count(c, table))
        there = await world.database.read(other.chain, lambda c, table=table: _count(c, table))
        nowhere = await world.database.read(ChainId(""), lambda c, table=table: _count(c, table))
        assert (here > 0 or table is tables.message_term, there, nowhere) == (True, 0, 0), table.name


async def test_postgresql_takes_no_row_for_another_chain(world: World, other: World) -> None:
    """R13."""
    if world.database.dialect != "postgresql":
        return
    row = {"owner": cid(), "chain_id": world.chain, "rev": 1}
    with pytest.raises(sa.exc.DBAPIError, match="row-level security"):
        await world.database.write(other.chain, lambda c: c.execute(tables.inbox_owner.insert().values(row)))


def _count(connection: sa.Connection, table: Any) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
