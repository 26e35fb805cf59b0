"""Erasure on both twins: content goes, numbers stay, followers load afresh."""

from __future__ import annotations

import json

import sqlalchemy as sa

from liyu.identity.events import PersonErased
from liyu.messaging.erasing import KIND
from liyu.messaging.tables import conversation as conversation_table
from liyu.messaging.tables import event, member, message_term
from liyu.platform.jobs.worker import Worker
from tests.contract.messaging.world import World
from tests.equation import Watch


async def everything(world: World) -> str:
    """All that the log's tables hold, as text."""
    rows: list[object] = []
    for table in (event, member, conversation_table, message_term):
        rows += await world.database.read(
            world.chain,
            lambda c, table=table: [
                str(tuple(row)) for row in c.execute(sa.select(table).where(table.c.chain_id == world.chain))
            ],
        )
    return json.dumps(rows, ensure_ascii=False)


async def test_erased_words_are_nowhere(world: World) -> None:
    """R21."""
    customer, guide = world.person(name="林小姐"), world.guide()
    conversation = await world.open(customer)
    seq = (await world.say(customer, conversation, "我住平江路八号")).seq
    await world.send(customer, conversation, "edit", {"target": seq, "text": "我住平江路九号"})
    answer = (await world.say(guide, conversation, "记下了")).seq
    await world.messaging.search(customer, "平江路")
    before = await world.messaging.snapshot(guide, conversation)
    await world.messaging.on_person_erased(PersonErased(world.chain, customer.person, ()))
    worker = Worker(world.database, world.clock)
    worker.handle(KIND, world.messaging.erasing.perform)
    assert await worker.step() == 1
    left = await everything(world)
    for word in ("平江", "林小姐", "平江"):
        assert word not in left
    assert "记下了" in left
    after = await world.messaging.snapshot(guide, conversation)
    assert (after.epoch, after.head) == (before.epoch + 1, before.head)
    assert [message.seq for message in after.messages] == [message.seq for message in before.messages]
    assert [message.state.recalled for message in after.messages if message.seq == seq] == [True]
    assert any(told.epoch == after.epoch and told.last == answer for told in world.told.events)
    await (await Watch.start(world, guide, conversation)).holds()
    retried = await world.say(customer, conversation, "随便什么", cid_=before.messages[1].cid)
    assert (retried.seq, retried.duplicate) == (seq, True), "the key stays, what it stood for is forgotten"


async def test_a_restored_backup_forgets_again(world: World) -> None:
    """R21: erasures made since the backup are told to it, and every epoch rises."""
    customer, other = world.person(name="林小姐"), world.person()
    mine, theirs = await world.open(customer), await world.open(other)
    await world.say(customer, mine, "我住平江路八号")
    await world.messaging.erasing.restore([(world.chain, customer.person, 5)])
    assert "平江路" not in await everything(world)
    heads = await world.messaging.heads([world.chain], [mine, theirs])
    assert heads[theirs].epoch == 2
    assert heads[mine].epoch > 2
    assert (world.chain, customer.person, 5) in await world.messaging.erasing.erased()
