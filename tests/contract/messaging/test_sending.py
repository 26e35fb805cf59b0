"""Sending on both twins: numbers, idempotency, groups, refusals, completion."""

from __future__ import annotations

import asyncio
import dataclasses
import json

import pytest

from liyu.messaging import errors
from liyu.messaging.model import Ack
from liyu.messaging.ports import CardFacts
from tests.contract.messaging.world import World
from tests.equation import Equation


async def test_numbers_are_contiguous_and_everybody_reads_the_same(world: World, equation: Equation) -> None:
    """R1, R2."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    acks = await asyncio.gather(*(world.say(customer, conversation, str(n)) for n in range(40)))
    assert [ack.seq for ack in acks] == list(range(2, 42))
    page = await world.messaging.events_after(guide, conversation, 1, 500)
    texts = [json.loads(event.encoded)["body"]["text"] for event in page.events]
    assert texts == [str(n) for n in range(40)]


async def test_a_retry_gets_the_first_ack(world: World, equation: Equation) -> None:
    """R3: whatever happened in between."""
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    first = await world.say(customer, conversation, "你好", cid_="one")
    await world.say(customer, conversation, "还在吗")
    world.clock.advance(86_400_000)
    again = await world.send(customer, conversation, "text", {"text": "你好", "unknown": 1}, cid_="one")
    assert (again.seq, again.at, again.duplicate) == (first.seq, first.at, True)


async def test_the_same_cid_twice_in_one_group_is_one_message(world: World, equation: Equation) -> None:
    """R3, R4."""
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    acks = await asyncio.gather(*(world.say(customer, conversation, "你好", cid_="one") for _ in range(5)))
    assert [ack.duplicate for ack in acks] == [False, True, True, True, True]
    assert {ack.seq for ack in acks} == {2}
    assert (await world.messaging.snapshot(customer, conversation)).head == 2


async def test_another_body_under_the_same_cid_is_refused(world: World, equation: Equation) -> None:
    """R3."""
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    await world.say(customer, conversation, "你好", cid_="one")
    for kind, body in (
        ("text", {"text": "再见"}),
        ("text", {"text": "你好", "reply_to": 2}),
        ("sticker", {"sticker": "ok"}),
    ):
        with pytest.raises(errors.CidReused):
            await world.send(customer, conversation, kind, body, cid_="one")


async def test_a_retry_is_found_under_every_alias(world: World, equation: Equation) -> None:
    """R3: a visitor that signed in meanwhile is the same sender."""
    visitor = world.person("visitor", "访客")
    conversation = await world.open(visitor)
    first = await world.say(visitor, conversation, "你好", cid_="one")
    person = world.person()
    person = dataclasses.replace(person, aliases=(visitor.person,))
    await equation.watch(conversation, person)
    again = await world.say(person, conversation, "你好", cid_="one")
    assert (again.seq, again.duplicate) == (first.seq, True)
    with pytest.raises(errors.CidReused):
        await world.say(person, conversation, "别的", cid_="one")


async def test_a_refusal_inside_a_group_leaves_the_others(world: World, equation: Equation) -> None:
    """R4: refused items take no number."""
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    await world.say(customer, conversation, "第一", cid_="used")
    results = await asyncio.gather(
        world.say(customer, conversation, "甲"),
        world.say(customer, conversation, "不同", cid_="used"),
        world.send(customer, conversation, "reaction", {"target": 99, "emoji": "👍"}),
        world.say(customer, conversation, "乙"),
        return_exceptions=True,
    )
    assert [type(one) for one in results] == [Ack, errors.CidReused, errors.TargetNotFound, Ack]
    assert [one.seq for one in results if isinstance(one, Ack)] == [3, 4]


async def test_an_access_of_yesterday_is_loaded_again(world: World, equation: Equation) -> None:
    """R12: compared under the lock; the sender notices nothing."""
    customer, guide, friend = world.person(), world.guide(), world.person("friend", "阿青")
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    await world.say(customer, conversation, "你好")
    await world.messaging.joining.add_friend(world.chain, conversation, friend.person)
    ack = await world.say(customer, conversation, "这是阿青")
    assert ack.seq == 4


async def test_who_was_taken_out_can_send_no_more(world: World, equation: Equation) -> None:
    """R12."""
    customer, guide, friend = world.person(), world.guide(), world.person("friend", "阿青")
    conversation = await world.open(customer)
    await world.messaging.joining.add_friend(world.chain, conversation, friend.person)
    await world.say(friend, conversation, "选第二个")
    await equation.watch(conversation, customer, guide)
    await world.messaging.joining.remove(guide, conversation, friend.person)
    with pytest.raises(errors.ConversationNotFound):
        await world.say(friend, conversation, "还是第一个")


async def test_cards_are_filled_from_the_catalogue(world: World, equation: Equation) -> None:
    """R10: and a retry gets its ack when the price has changed or the product is gone."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    world.town.products["prd_1"] = CardFacts("手作香囊", 26800, "CNY", "/p.webp")
    said = {"product": "prd_1", "title": "假的", "price_minor": 1, "currency": "USD"}
    first = await world.send(guide, conversation, "product", said, cid_="card")
    body = (await world.messaging.snapshot(customer, conversation)).messages[-1].body
    assert json.loads(bytes(body)) == {
        "product": "prd_1", "title": "手作香囊", "price_minor": 26800, "currency": "CNY", "picture": "/p.webp",
    }  # fmt: skip
    world.town.products["prd_1"] = CardFacts("手作香囊", 29800, "CNY", None)
    assert (await world.send(guide, conversation, "product", said, cid_="card")).seq == first.seq
    del world.town.products["prd_1"]
    assert (await world.send(guide, conversation, "product", said, cid_="card")).duplicate
    with pytest.raises(errors.ProductNotHere):
        await world.send(guide, conversation, "product", said)


async def test_files_are_those_of_the_conversation(world: World, equation: Equation) -> None:
    """R10."""
    customer, other = world.person(), world.person()
    here, there = await world.open(customer), await world.open(other)
    await equation.watch(here, customer)
    body = {"file": "fil_1", "width": 800, "height": 600}
    world.town.files["fil_1"] = {"kind": "picture", "conversation": here, "body": body}
    await world.send(customer, here, "picture", {"file": "fil_1", "width": 1, "alt": "香囊"})
    shown = json.loads(bytes((await world.messaging.snapshot(customer, here)).messages[-1].body))
    assert shown == {"file": "fil_1", "width": 800, "height": 600, "alt": "香囊"}
    with pytest.raises(errors.FileNotHere):
        await world.send(other, there, "picture", {"file": "fil_1"})
    with pytest.raises(errors.FileNotHere):
        await world.send(customer, here, "voice", {"file": "fil_1"})


async def test_nobody_writes_where_they_may_not(world: World, equation: Equation) -> None:
    """R11, R13."""
    customer, stranger, guide, sister = world.person(), world.person(), world.guide(), world.guide(world.sister)
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    for who in (stranger, sister):
        with pytest.raises(errors.ConversationNotFound):
            await world.say(who, conversation, "你好")
    for vis in ("staff", "customer"):
        with pytest.raises(errors.SendForbidden):
            await world.say(customer, conversation, "你好", vis=vis)
    options = [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}]
    with pytest.raises(errors.SendForbidden):
        await world.send(customer, conversation, "question", {"text": "哪个？", "options": options})
    with pytest.raises(errors.UnknownKind):
        await world.send(guide, conversation, "assigned", {"person": None})


async def test_one_count_for_http_and_websocket(world: World) -> None:
    """R22: whoever sends too fast is told how long to wait."""
    customer, slow = world.person(), world.person()
    waits = {customer.person: 0, slow.person: 700}
    world.messaging.count(slow)
    world.messaging.pace = lambda principal: waits[principal.person]
    world.messaging.count(customer)
    with pytest.raises(errors.TooManyRequests) as refused:
        world.messaging.count(slow)
    assert refused.value.retry_after_ms == 700
