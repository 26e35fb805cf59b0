"""Inboxes and marks on both twins: one number per owner, contiguous, nothing lost."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from liyu.messaging import errors
from liyu.messaging.tables import inbox
from tests.contract.messaging.world import World
from tests.equation import Equation


async def test_one_row_per_queue_not_one_per_guide(world: World, equation: Equation) -> None:
    """R15: however many guides the shop has."""
    guides = [world.guide() for _ in range(5)]
    customers = [world.person() for _ in range(3)]
    await equation.watch_inboxes(guides[0], *customers)
    conversations = [await world.open(customer) for customer in customers]
    for customer, conversation in zip(customers, conversations, strict=True):
        await equation.watch(conversation, customer)
        await asyncio.gather(*(world.say(customer, conversation, str(n)) for n in range(10)))
    rows = await world.database.read(
        world.chain,
        lambda c: c.execute(sa.select(inbox.c.owner).where(inbox.c.chain_id == world.chain)).scalars().all(),
    )
    assert sorted(rows) == sorted([f"q:{world.shop.id}"] * 3 + [f"p:{customer.person}" for customer in customers])


async def test_waiting_and_unread(world: World, equation: Equation) -> None:
    """R18: since the customer's oldest unanswered message; one's own messages are not unread."""
    customer, guide = world.person(vip=True), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    await equation.watch_inboxes(customer, guide)
    since = world.clock.now_ms()
    for text in ("在吗", "有人吗"):
        await world.say(customer, conversation, text)
        world.clock.advance(60_000)
    (queued,) = (await world.messaging.inbox(guide, f"q:{world.shop.id}", None, 10)).items
    assert (queued.waiting_since, queued.unread, queued.last_text, queued.vip) == (since, 2, "有人吗", True)
    await world.say(guide, conversation, "备注", vis="staff")
    (queued,) = (await world.messaging.inbox(guide, f"q:{world.shop.id}", None, 10)).items
    assert queued.waiting_since == since, "a note is no answer"
    answer = (await world.say(guide, conversation, "来了")).seq
    (queued,) = (await world.messaging.inbox(guide, f"q:{world.shop.id}", None, 10)).items
    assert (queued.waiting_since, queued.unread) == (None, 0)
    (own,) = (await world.messaging.inbox(customer, f"p:{customer.person}", None, 10)).items
    assert own.unread == 1
    (guides,) = (await world.messaging.inbox(guide, f"p:{guide.person}", None, 10)).items
    assert guides.unread == 2
    await world.messaging.mark(customer, conversation, answer, answer)
    (own,) = (await world.messaging.inbox(customer, f"p:{customer.person}", None, 10)).items
    assert (own.unread, own.read) == (0, answer)


async def test_marks_only_go_forward(world: World, equation: Equation) -> None:
    """R19: read implies delivered, and neither passes the head."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    for n in range(6):
        await world.say(customer, conversation, str(n))
    await world.say(guide, conversation, "好")
    await equation.watch(conversation, customer, guide)
    await equation.watch_inboxes(customer, guide)
    assert await world.messaging.set_cursor(guide, conversation, 4, 2) is not None
    assert await world.messaging.set_cursor(guide, conversation, 3, 0) is None
    (own,) = (await world.messaging.inbox(guide, f"p:{guide.person}", None, 10)).items
    assert (own.read, own.unread) == (4, 3)
    moved = await asyncio.gather(*(world.messaging.mark(guide, conversation, n, 0) for n in (5, 99, 6)))
    assert (moved[-1].read, moved[-1].delivered) == (9, 9)
    marks = await world.messaging.marks(world.chain, [conversation])
    assert {mark.person: mark.read for mark in marks[conversation]} == {customer.person: 0, guide.person: 9}
    with pytest.raises(errors.ConversationNotFound):
        await world.messaging.mark(world.person(), conversation, 1, 1)


async def test_staff_that_looks_in_is_no_member(world: World, equation: Equation) -> None:
    """R19."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    seq = (await world.say(customer, conversation, "你好")).seq
    await equation.watch(conversation, customer, guide)
    await world.messaging.mark(guide, conversation, seq, seq)
    assert len((await world.messaging.snapshot(customer, conversation)).members) == 1
    await world.say(guide, conversation, "您好")
    snapshot = await world.messaging.snapshot(customer, conversation)
    assert {member.person.id: member.read for member in snapshot.members}[guide.person] == seq


async def test_a_reader_far_behind_loads_afresh(world: World, equation: Equation) -> None:
    """R16."""
    guide = world.guide()
    await equation.watch_inboxes(guide)
    for _ in range(4):
        await world.open(world.person())
    owner = f"q:{world.shop.id}"
    assert await world.messaging.changes_after(world.chain, owner, 0, 3) is None
    assert await world.messaging.changes_after(world.chain, owner, 99, 3) is None, "a revision never reached"
    assert (await world.messaging.revisions(world.chain, [owner, "q:none"])) == {owner: 4, "q:none": 0}
    with pytest.raises(errors.InboxNotFound):
        await world.messaging.inbox(world.guide(world.sister), owner, None, 10)


async def test_heads_come_in_one_query(world: World, equation: Equation) -> None:
    customers = [world.person() for _ in range(3)]
    conversations = [await world.open(customer) for customer in customers]
    await equation.watch(conversations[0], customers[0])
    heads = await world.messaging.heads([world.chain], [*conversations, conversations[0]])
    assert {id_: (head.epoch, head.seq) for id_, head in heads.items()} == dict.fromkeys(conversations, (1, 1))
    assert await world.messaging.heads([world.chain], []) == {}
