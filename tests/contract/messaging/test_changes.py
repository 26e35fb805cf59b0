"""Reactions, choices, edits, recalls and notes on both twins."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
import sqlalchemy as sa

from liyu.kit.ids import ConversationId
from liyu.messaging import errors
from liyu.messaging.tables import event
from liyu.protocol.snapshots import MessageState
from tests.contract.messaging.world import World
from tests.equation import Equation

MINUTE_MS = 60_000


async def state_of(world: World, who: Any, conversation: ConversationId, seq: int) -> MessageState:
    snapshot = await world.messaging.snapshot(who, conversation)
    return next(message.state for message in snapshot.messages if message.seq == seq)


async def test_reactions_and_choices_sum_up(world: World, equation: Equation) -> None:
    """R8."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    options = [{"id": "a", "label": "香囊"}, {"id": "b", "label": "团扇"}]
    asked = (await world.send(guide, conversation, "question", {"text": "喜欢哪个？", "options": options})).seq
    for option in ("a", "b"):
        await world.send(customer, conversation, "choice", {"target": asked, "option": option})
    for who in (customer, guide):
        await world.send(who, conversation, "reaction", {"target": asked, "emoji": "👍"})
    await world.send(customer, conversation, "reaction", {"target": asked, "emoji": "❤️"})
    await world.send(guide, conversation, "reaction", {"target": asked, "emoji": "👍", "on": False})
    state = await state_of(world, guide, conversation, asked)
    assert state.choices == {customer.person: "b"}
    assert state.reactions == {"👍": [customer.person], "❤️": [customer.person]}
    with pytest.raises(errors.BadMessage):
        await world.send(customer, conversation, "choice", {"target": asked, "option": "c"})
    text = (await world.say(guide, conversation, "好的")).seq
    with pytest.raises(errors.TargetUnsuited):
        await world.send(customer, conversation, "choice", {"target": text, "option": "a"})


async def test_an_edit_is_ones_own_and_in_time(world: World, equation: Equation) -> None:
    """R8, R9."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    await equation.watch_inboxes(customer, guide)
    seq = (await world.say(customer, conversation, "三百以内")).seq
    await world.send(customer, conversation, "edit", {"target": seq, "text": "四百以内"}, cid_="edit")
    assert (await state_of(world, guide, conversation, seq)).text == "四百以内"
    with pytest.raises(errors.NotYours):
        await world.send(guide, conversation, "edit", {"target": seq, "text": "免费"})
    sticker = (await world.send(customer, conversation, "sticker", {"sticker": "ok"})).seq
    with pytest.raises(errors.TargetUnsuited):
        await world.send(customer, conversation, "edit", {"target": sticker, "text": "好"})
    world.clock.advance(61 * MINUTE_MS)
    with pytest.raises(errors.TooLate):
        await world.send(customer, conversation, "edit", {"target": seq, "text": "五百以内"})
    again = await world.send(customer, conversation, "edit", {"target": seq, "text": "四百以内"}, cid_="edit")
    assert again.duplicate, "a retry is answered even when it would now be too late"


async def test_a_recall_blanks_at_every_replay(world: World, equation: Equation) -> None:
    """R9: original and edits, in the table and in every later reading; the numbers stay."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer, guide)
    await equation.watch_inboxes(customer, guide)
    seq = (await world.say(customer, conversation, "密码是一二三", cid_="secret")).seq
    await world.send(customer, conversation, "edit", {"target": seq, "text": "密码是四五六"})
    await world.send(guide, conversation, "reaction", {"target": seq, "emoji": "👍"})
    await world.send(customer, conversation, "recall", {"target": seq}, cid_="recall")
    bodies = await world.database.read(
        world.chain,
        lambda connection: connection.execute(
            sa.select(event.c.body, event.c.state).where(event.c.conversation_id == conversation)
        ).all(),
    )
    assert "密码" not in json.dumps([tuple(row) for row in bodies], ensure_ascii=False)
    page = await world.messaging.events_after(guide, conversation, 0, 500)
    assert b"\xe5\xaf\x86" not in b"".join(one.encoded for one in page.events)
    assert [one.seq for one in page.events] == list(range(1, page.last + 1))
    assert await state_of(world, guide, conversation, seq) == MessageState(recalled=True)
    assert any(seq in told.blanked for told in world.told.events)
    assert (await world.say(customer, conversation, "密码是一二三", cid_="secret")).seq == seq
    assert (await world.send(customer, conversation, "recall", {"target": seq}, cid_="recall")).duplicate
    with pytest.raises(errors.CidReused):
        await world.say(customer, conversation, "密码是七八九", cid_="secret")
    for kind, body in (("recall", {}), ("edit", {"text": "啊"}), ("reaction", {"emoji": "👍"})):
        with pytest.raises(errors.TargetGone):
            await world.send(customer, conversation, kind, {"target": seq, **body})


async def test_the_shop_says_for_how_long(world: World, equation: Equation) -> None:
    """R9."""
    strict = world.add_shop(world.chain, recall_limit_ms=2 * MINUTE_MS)
    customer = world.person()
    conversation = await world.open(customer, strict)
    await equation.watch(conversation, customer)
    first, second = [(await world.say(customer, conversation, text)).seq for text in ("甲", "乙")]
    world.clock.advance(2 * MINUTE_MS)
    await world.send(customer, conversation, "recall", {"target": first})
    world.clock.advance(1)
    with pytest.raises(errors.TooLate):
        await world.send(customer, conversation, "recall", {"target": second})


async def test_two_recalls_at_once_are_one(world: World, equation: Equation) -> None:
    """R4: decided under the lock, one after the other."""
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    seq = (await world.say(customer, conversation, "你好")).seq
    results = await asyncio.gather(
        *(world.send(customer, conversation, "recall", {"target": seq}) for _ in range(2)), return_exceptions=True
    )
    assert [isinstance(one, errors.TargetGone) for one in results] == [False, True]


async def test_notes_are_for_staff_alone(world: World, equation: Equation) -> None:
    """R11: also what is said about them, and in inboxes."""
    customer, guide, friend = world.person(), world.guide(), world.person("friend", "阿青")
    conversation = await world.open(customer)
    await world.messaging.joining.add_friend(world.chain, conversation, friend.person)
    await equation.watch(conversation, customer, guide, friend)
    await equation.watch_inboxes(customer, guide, friend)
    note = (await world.say(guide, conversation, "老顾客，给九五折", vis="staff")).seq
    await world.send(guide, conversation, "reaction", {"target": note, "emoji": "👍"})
    await world.send(guide, conversation, "edit", {"target": note, "text": "给九折"})
    for who in (customer, friend):
        with pytest.raises(errors.TargetNotFound):
            await world.send(who, conversation, "reaction", {"target": note, "emoji": "👍"})
        with pytest.raises(errors.TargetNotFound):
            await world.send(who, conversation, "text", {"text": "什么？", "reply_to": note})
        page = await world.messaging.events_after(who, conversation, 0, 500)
        assert all("折" not in one.encoded.decode() for one in page.events)
        assert page.last == note + 2
    (entry,) = (await world.messaging.inbox(customer, f"p:{customer.person}", None, 10)).items
    assert entry.last_text == ""
    assert entry.unread == 0


async def test_who_came_later_sees_nothing_of_before(world: World, equation: Equation) -> None:
    """R11: neither messages nor what changes them."""
    customer, guide, friend = world.person(), world.guide(), world.person("friend", "阿青")
    conversation = await world.open(customer)
    before = (await world.say(customer, conversation, "给她一个惊喜")).seq
    await world.messaging.joining.add_friend(world.chain, conversation, friend.person)
    await equation.watch(conversation, customer, guide, friend)
    await world.send(customer, conversation, "edit", {"target": before, "text": "给她一个大惊喜"})
    after = (await world.say(customer, conversation, "你看哪个好")).seq
    snapshot = await world.messaging.snapshot(friend, conversation)
    assert [message.kind for message in snapshot.messages] == ["member.joined", "text"]
    page = await world.messaging.events_after(friend, conversation, 0, 500)
    assert [one.seq for one in page.events] == [before + 1, after]
    assert (page.first, page.last) == (1, after)
    items, more = await world.messaging.history(friend, conversation, before + 1, 50)
    assert (items, more) == ([], False)
    with pytest.raises(errors.TargetNotFound):
        await world.send(friend, conversation, "reaction", {"target": before, "emoji": "👍"})
