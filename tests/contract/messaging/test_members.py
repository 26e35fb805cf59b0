"""Opening, joining, leaving, handing over and merging on both twins."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import pytest

from liyu.identity.events import LinkRedeemed, LinkRevoked, PersonChanged, PersonMerged
from liyu.kit.ids import LinkId, PersonId
from liyu.messaging import errors
from liyu.platform.jobs.worker import Worker
from tests.contract.messaging.world import World, renamed
from tests.equation import Equation


async def test_one_lasting_conversation_per_person_and_shop(world: World, equation: Equation) -> None:
    """R14: also when two tabs open it at the same moment."""
    customer = world.person()
    opened = await asyncio.gather(*(world.messaging.open_conversation(customer, world.shop.slug) for _ in range(4)))
    assert len({snapshot.id for snapshot, _ in opened}) == 1
    assert sum(created for _, created in opened) == 1
    conversation = await world.open(customer)
    assert await world.open(customer, world.sister) != conversation
    await equation.watch(conversation, customer)
    foreign = world.add_shop(world.person().chain.__class__("chn_other"))
    with pytest.raises(errors.ShopNotFound):
        await world.open(customer, foreign)


async def test_the_shop_greets(world: World, equation: Equation) -> None:
    greeting = world.add_shop(world.chain, greeting="欢迎光临")
    customer = world.person()
    conversation = await world.open(customer, greeting)
    await equation.watch(conversation, customer)
    last = (await world.messaging.snapshot(customer, conversation)).messages[-1]
    assert (last.kind, json.loads(bytes(last.body))["values"]) == ("system", {"text": "欢迎光临"})


async def test_a_new_name_is_an_event(world: World, equation: Equation) -> None:
    """R20: whatever a snapshot shows, events tell."""
    visitor, guide = world.person("visitor", "访客"), world.guide()
    conversation = await world.open(visitor)
    await equation.watch(conversation, visitor, guide)
    await equation.watch_inboxes(guide)
    await world.open(renamed(visitor, "小林"))
    snapshot = await world.messaging.snapshot(guide, conversation)
    assert snapshot.title == "小林"
    assert [member.person.name for member in snapshot.members] == ["小林"]


async def test_a_vip_mark_reaches_every_conversation(world: World, equation: Equation) -> None:
    """R20: told by a job, once, and only where it shows something new."""
    customer, guide = world.person(), world.guide()
    conversations = [await world.open(customer), await world.open(customer, world.sister)]
    await equation.watch(conversations[0], customer, guide)
    await equation.watch_inboxes(guide)
    card = world.town.people[customer.person]
    world.town.people[customer.person] = dataclasses.replace(card, vip=True, name="林小姐")
    worker = Worker(world.database, world.clock)
    world.messaging.register(worker)
    for _ in range(2):
        await world.messaging.on_person_changed(PersonChanged(world.chain, customer.person))
        await worker.step()
    (entry,) = (await world.messaging.inbox(guide, f"q:{world.shop.id}", None, 10)).items
    assert (entry.vip, entry.title) == (True, "林小姐")
    heads = await world.messaging.heads([world.chain], conversations)
    assert {head.seq for head in heads.values()} == {2}


async def test_staff_joins_with_its_first_word(world: World, equation: Equation) -> None:
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    await equation.watch_inboxes(customer, guide)
    await asyncio.gather(*(world.say(guide, conversation, str(n)) for n in range(5)))
    snapshot = await world.messaging.snapshot(customer, conversation)
    assert {member.person.id for member in snapshot.members} == {customer.person, guide.person}
    assert [m.kind for m in snapshot.messages].count("text") == 5


async def test_assignment_moves_between_inboxes(world: World, equation: Equation) -> None:
    """R15, R16."""
    customer, guide, other = world.person(), world.guide(), world.guide(name="阿诚")
    conversation = await world.open(customer)
    await world.say(customer, conversation, "你好")
    await equation.watch(conversation, customer, guide)
    await equation.watch_inboxes(customer, guide, other)
    queue, own = f"q:{world.shop.id}", f"p:{guide.person}"

    async def where() -> tuple[int, int]:
        return tuple(  # type: ignore[return-value]
            [len((await world.messaging.inbox(guide, owner, None, 10)).items) for owner in (queue, own)]
        )

    assert await where() == (1, 0)
    await world.messaging.assign(guide, conversation, guide.person, "熟客")
    assert await where() == (0, 1)
    seen = await world.messaging.snapshot(customer, conversation)
    assert seen.assignee == guide.person
    assert "熟客" not in json.dumps([json.loads(bytes(message.body)) for message in seen.messages], ensure_ascii=False)
    head = seen.head
    await world.messaging.assign(guide, conversation, guide.person)
    assert (await world.messaging.snapshot(customer, conversation)).head == head, "already so: no event"
    await world.messaging.assign(guide, conversation, other.person)
    await world.messaging.assign(other, conversation, None)
    assert await where() == (1, 1)
    for stranger in (customer, world.guide(world.sister)):
        with pytest.raises((errors.SendForbidden, errors.ConversationNotFound)):
            await world.messaging.assign(stranger, conversation, guide.person)
    with pytest.raises(errors.PersonUnknown):
        await world.messaging.assign(guide, conversation, customer.person)


async def test_a_sister_shops_guide_joins_as_a_member(world: World, equation: Equation) -> None:
    """R13: and its membership ends with its grants."""
    customer, guide, sister = world.person(), world.guide(), world.guide(world.sister, "阿云")
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    await world.messaging.joining.add(guide, conversation, sister.person)
    await world.say(sister, conversation, "我们店有货")
    with pytest.raises(errors.ConversationNotFound):
        await world.messaging.snapshot(dataclasses.replace(sister, grants=()), conversation)
    await world.messaging.joining.remove(sister, conversation, sister.person)
    with pytest.raises(errors.ConversationNotFound):
        await world.messaging.snapshot(sister, conversation)
    with pytest.raises(errors.SendForbidden):
        await world.messaging.joining.remove(guide, conversation, customer.person)


async def test_who_is_in_charge_and_leaves_gives_it_back(world: World, equation: Equation) -> None:
    """R15."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    await equation.watch_inboxes(customer, guide)
    await world.messaging.assign(guide, conversation, guide.person)
    await world.messaging.joining.remove(guide, conversation, guide.person)
    snapshot = await world.messaging.snapshot(guide, conversation)
    assert snapshot.assignee is None
    assert len((await world.messaging.inbox(guide, f"q:{world.shop.id}", None, 10)).items) == 1
    assert (await world.messaging.inbox(guide, f"p:{guide.person}", None, 10)).items == []


async def test_a_link_brings_friends_in_and_out(world: World, equation: Equation) -> None:
    """R12."""
    customer, guide, friend = world.person(), world.guide(), world.person("friend", "阿青")
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    redeemed = LinkRedeemed(world.chain, LinkId("lnk"), "friend", friend.person, "conversation", conversation, "all")
    for _ in range(2):
        await world.messaging.on_link_redeemed(redeemed)
    await world.say(friend, conversation, "选第二个")
    revoked = LinkRevoked(world.chain, LinkId("lnk"), "friend", "conversation", conversation, (friend.person,))
    for _ in range(2):
        await world.messaging.on_link_revoked(revoked)
    with pytest.raises(errors.ConversationNotFound):
        await world.say(friend, conversation, "还是第一个")
    assert await world.messaging.share(customer, conversation) == world.shop.id


async def test_a_visitors_conversation_follows(world: World, equation: Equation) -> None:
    """R17: nothing is rewritten; marks and numbers go on."""
    visitor, guide = world.person("visitor", "访客"), world.guide()
    conversation = await world.open(visitor)
    await equation.watch(conversation, guide)
    await equation.watch_inboxes(guide)
    seq = (await world.say(visitor, conversation, "你好")).seq
    await world.say(guide, conversation, "您好")
    await world.messaging.mark(visitor, conversation, seq, seq)
    person = world.person(name="林小姐")
    known = dataclasses.replace(person, aliases=(visitor.person,))
    assert await world.open(known) == conversation, "found under the alias before the merge is heard of"
    for _ in range(2):
        await world.messaging.on_person_merged(PersonMerged(world.chain, visitor.person, person.person))
    snapshot = await world.messaging.snapshot(known, conversation)
    assert snapshot.title == "林小姐"
    actors = {message.actor for message in snapshot.messages if message.kind == "text"}
    assert actors == {visitor.person, guide.person}
    present = {member.person.id: member for member in snapshot.members if member.present}
    assert set(present) == {person.person, guide.person}
    assert present[person.person].read == seq
    assert await world.open(known) == conversation
    await world.send(known, conversation, "edit", {"target": seq, "text": "你好呀"})
    (entry,) = (await world.messaging.inbox(known, f"p:{person.person}", None, 10)).items
    assert entry.customer == person.person
    assert (await world.messaging.inbox(visitor, f"p:{visitor.person}", None, 10)).items == []


async def test_a_visitors_thread_stands_beside_an_older_one(world: World, equation: Equation) -> None:
    """R17, decision 0005: the person's own conversation goes on, with whoever took care of the visitor."""
    person, visitor, guide = world.person(name="林小姐"), world.person("visitor", "访客"), world.guide()
    older, thread = await world.open(person), await world.open(visitor)
    await equation.watch(older, person, guide)
    await equation.watch(thread, guide)
    await equation.watch_inboxes(person, guide)
    await world.say(visitor, thread, "你好")
    await world.messaging.assign(guide, thread, guide.person)
    await world.messaging.on_person_merged(PersonMerged(world.chain, visitor.person, person.person))
    known = dataclasses.replace(person, aliases=(PersonId(visitor.person),))
    assert await world.open(known) == older
    assert (await world.messaging.snapshot(known, older)).assignee == guide.person
    here = await world.messaging.snapshot(known, thread)
    codes = [json.loads(bytes(one.body)) for one in here.messages if one.kind == "system"]
    assert codes == [{"code": "conversation.continues", "values": {"conversation": older}}]
    await world.say(known, thread, "还在吗")
    assert len((await world.messaging.inbox(known, f"p:{person.person}", None, 10)).items) == 2
