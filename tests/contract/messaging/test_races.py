"""Isolation on both twins: lost update, phantom, duplicate, deadlock, and a group in which one item is poison."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection

from liyu.kit.errors import Refusal
from liyu.kit.ids import ConversationId
from liyu.messaging import errors
from liyu.messaging.milestones import system_event
from liyu.messaging.model import Ack, Append, Item, Unit
from liyu.messaging.outcome import Outcome
from liyu.messaging.writer import Log, Writer
from liyu.platform.db.port import DatabaseUnavailable
from liyu.platform.db.postgres import PostgresDatabase
from tests.contract.messaging.world import HASH_KEY, World, cid, log_of
from tests.equation import Equation


def text(world: World, conversation: ConversationId, actor: str, words: str, cid_: str | None = None) -> Append:
    """A text as the writer takes it."""
    body = f'{{"text":"{words}"}}'.encode()
    return Append(conversation, world.chain, actor, (), cid_ or cid(), "text", body)  # type: ignore[arg-type]


def second_writer(world: World) -> Writer:
    """Another node: its own connections, the same database."""
    writer = Writer(log_of(world.database), world.clock, HASH_KEY)
    writer.on_committed.append(world.told.committed)
    return writer


async def test_two_nodes_number_without_gap_or_double(world: World) -> None:
    """R1: lost update. Each number is given once, whoever gives it."""
    customer = world.person()
    conversation = await world.open(customer)
    other = second_writer(world)
    writers = (world.writer, other)
    acks = await asyncio.gather(
        *(writers[n % 2].send(text(world, conversation, customer.person, str(n))) for n in range(60))
    )
    assert sorted(ack.seq for ack in acks) == list(range(2, 62))
    page = await world.messaging.events_after(customer, conversation, 0, 500)
    assert [event.seq for event in page.events] == list(range(1, 62))
    await other.stop()


async def test_two_nodes_see_each_others_keys(world: World) -> None:
    """R3: phantom. The same message through both nodes at once stands once, and both get the same ack."""
    customer = world.person()
    conversation = await world.open(customer)
    other = second_writer(world)
    for n in range(10):
        message = text(world, conversation, customer.person, str(n), f"same-{n}")
        first, second = await asyncio.gather(world.writer.send(message), other.send(message))
        assert (first.seq, first.at) == (second.seq, second.at)
        assert sorted([first.duplicate, second.duplicate]) == [False, True]
    assert (await world.messaging.snapshot(customer, conversation)).head == 11
    await other.stop()


async def test_units_and_groups_cross_without_deadlock(world: World, equation: Equation) -> None:
    """R6: locks are taken in one order, so crossing writers wait for each other but never for ever."""
    customers = [world.person() for _ in range(6)]
    conversations = [await world.open(customer) for customer in customers]
    guide = world.guide()
    await equation.watch_inboxes(guide, *customers)
    others = [second_writer(world), second_writer(world)]
    shuffled = random.Random(7)

    async def unit(n: int) -> None:
        chosen = shuffled.sample(conversations, 3)
        events = [system_event(world.chain, one, "note", {"n": str(n)}) for one in chosen]
        await others[n % 2].submit(world.chain, lambda _connection, _now: Unit(None, events))

    async def sends(n: int) -> None:
        for step in range(6):
            place = (n + step) % 6
            writer = (world.writer, *others)[step % 3]
            await writer.send(text(world, conversations[place], customers[place].person, f"{n}.{step}"))

    async with asyncio.timeout(60):
        await asyncio.gather(*(unit(n) for n in range(24)), *(sends(n) for n in range(12)))
    heads = await world.messaging.heads([world.chain], conversations)
    assert sum(head.seq for head in heads.values()) == 6 + 24 * 3 + 12 * 6
    for other in others:
        await other.stop()


async def test_a_refused_event_undoes_its_unit(world: World, equation: Equation) -> None:
    """R7: everything or nothing."""
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)

    def unit(_connection: Connection, _now: int) -> Unit[None]:
        late = text(world, conversation, customer.person, "第二")
        stale = Append(conversation, world.chain, customer.person, (), cid(), "text", late.body, acl_rev=99)
        return Unit(None, [text(world, conversation, customer.person, "第一"), stale])

    with pytest.raises(errors.AccessChanged):
        await world.writer.submit(world.chain, unit)
    assert (await world.messaging.snapshot(customer, conversation)).head == 1


class Poisoned:
    """A log whose transactions fail while they hold the item ``poison``; otherwise the real one."""

    def __init__(self, log: Log, error: Exception) -> None:
        self._log = log
        self._error = error
        self.shards = log.shards
        self.groups: list[int] = []

    async def commit(self, shard: int, items: Sequence[tuple[Item, bytes]], now_ms: int) -> Outcome:
        self.groups.append(len(items))
        if any(isinstance(item, Append) and item.cid == "poison" for item, _ in items):
            raise self._error
        return await self._log.commit(shard, items, now_ms)

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)


@pytest.mark.parametrize("error", [RuntimeError("poison"), DatabaseUnavailable()])
async def test_a_group_that_fails_is_retried_item_by_item(world: World, error: Exception) -> None:
    """R5: a defect in one item fails it alone; a database that is away fails all at once, to be sent again."""
    customer = world.person()
    conversation = await world.open(customer)
    log = Poisoned(log_of(world.database), error)
    writer = Writer(log, world.clock, HASH_KEY)  # type: ignore[arg-type]
    names = ["a", "poison", "b"]
    results = await asyncio.gather(
        *(writer.send(text(world, conversation, customer.person, "x", name)) for name in names), return_exceptions=True
    )
    if isinstance(error, Refusal):
        assert results == [error] * 3
        assert log.groups == [3]
    else:
        assert [type(one) for one in results] == [Ack, RuntimeError, Ack]
        assert log.groups == [3, 1, 1, 1]
    assert (await writer.send(text(world, conversation, customer.person, "x", "c"))).seq > 1
    await writer.stop()


async def test_more_than_may_wait_are_told_to_come_back(world: World) -> None:
    """R22."""
    customer = world.person()
    conversation = await world.open(customer)
    writer = Writer(log_of(world.database), world.clock, HASH_KEY, group=5, queue=10)
    results = await asyncio.gather(
        *(writer.send(text(world, conversation, customer.person, str(n))) for n in range(30)), return_exceptions=True
    )
    acks = [one for one in results if isinstance(one, Ack)]
    refused = [one for one in results if isinstance(one, errors.Overloaded)]
    assert (len(acks), len(refused)) == (10, 20)
    assert all(one.retry_after_ms for one in refused)
    assert [ack.seq for ack in acks] == list(range(2, 12))
    await writer.stop()


async def test_a_sender_that_left_loses_nothing(world: World, equation: Equation) -> None:
    """R3: whoever was cut off while waiting sends again and finds its message."""
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    sending = asyncio.create_task(world.say(customer, conversation, "你好", cid_="cut"))
    for _ in range(50):
        await asyncio.sleep(0)
        if world.writer.waiting:
            break
    sending.cancel()
    assert isinstance((await asyncio.gather(sending, return_exceptions=True))[0], asyncio.CancelledError)
    assert (await world.say(customer, conversation, "你好", cid_="cut")).seq == 2


async def test_shards_share_the_work(world: World) -> None:
    """R1, R2: several writers of one node."""
    if not isinstance(world.database, PostgresDatabase):
        assert log_of(world.database, 4).shards == 1, "one thread writes SQLite"
        return
    sharded = World(world.database, shards=4)
    try:
        await _share(sharded)
    finally:
        await sharded.stop()


async def _share(world: World) -> None:
    customers = [world.person() for _ in range(8)]
    conversations = [await world.open(customer) for customer in customers]
    await asyncio.gather(*(world.say(customers[n % 8], conversations[n % 8], str(n)) for n in range(80)))
    heads = await world.messaging.heads([world.chain], conversations)
    assert {head.seq for head in heads.values()} == {11}
    queue = sorted(
        (change.first_rev, change.last_rev) for change in world.told.inbox if change.owner == f"q:{world.shop.id}"
    )
    assert queue[0][0] == 1
    assert all(following[0] == last[1] + 1 for last, following in itertools.pairwise(queue)), "contiguous over shards"
