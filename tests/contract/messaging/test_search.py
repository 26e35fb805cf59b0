"""Search in one's own messages, the same on both twins."""

from __future__ import annotations

import pytest

from liyu.messaging import errors, indexing
from liyu.messaging.ports import CardFacts
from tests.contract.messaging.world import World
from tests.equation import Equation

TEXTS = (
    "想给妈妈挑一份生日礼物",
    "三百以内，喜欢手作的香囊",
    "Do you have a Gift Box for the tea set?",
    "礼品盒要红色的",
    "ＶＩＰ客户，请用顺丰",
    "妈，生日快乐",
    "茶",
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("生日", {0, 5}),
        ("妈妈", {0}),
        ("妈", {0, 5}),
        ("礼", {0, 3}),
        ("gift box", {2}),
        ("GIF", {2}),
        ("ox", set()),
        ("香囊 三百", {1}),
        ("vip", {4}),
        ("茶", {6}),
        ("物礼", set()),
        ("……", set()),
        ("生日礼物三百", set()),
    ],
)
async def test_both_languages_are_found(world: World, equation: Equation, query: str, found: set[int]) -> None:
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    seqs = [(await world.say(customer, conversation, text)).seq for text in TEXTS]
    hits = await world.messaging.search(customer, query)
    assert {seqs.index(hit.seq) for hit in hits} == found
    assert [hit.seq for hit in hits] == sorted((hit.seq for hit in hits), reverse=True)


async def test_one_finds_what_one_may_read(world: World, equation: Equation) -> None:
    """R11."""
    customer, other, guide, friend = world.person(), world.person(), world.guide(), world.person("friend", "阿青")
    here, there = await world.open(customer), await world.open(other)
    await equation.watch(here, customer, guide)
    await world.say(customer, here, "香囊要几个")
    await world.messaging.joining.add_friend(world.chain, here, friend.person)
    late = (await world.say(customer, here, "香囊选红的")).seq
    note = (await world.say(guide, here, "香囊给九折", vis="staff")).seq
    theirs = (await world.say(other, there, "香囊多少钱")).seq
    assert {hit.text for hit in await world.messaging.search(customer, "香囊")} == {"香囊要几个", "香囊选红的"}
    assert [hit.seq for hit in await world.messaging.search(friend, "香囊")] == [late]
    assert {(hit.conv, hit.seq) for hit in await world.messaging.search(guide, "香囊")} >= {
        (here, note),
        (there, theirs),
    }
    assert {hit.conv for hit in await world.messaging.search(guide, "香囊", here)} == {here}
    assert await world.messaging.search(world.guide(world.sister), "香囊") == []
    with pytest.raises(errors.ConversationNotFound):
        await world.messaging.search(other, "香囊", here)


async def test_what_was_said_before_is_not_found(world: World, equation: Equation) -> None:
    """R9: an edit is found by its new words, a recall not at all; also where search had read it before."""
    customer, guide = world.person(), world.guide()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    first, second = [(await world.say(customer, conversation, text)).seq for text in ("要香囊", "要团扇")]
    assert len(await world.messaging.search(customer, "要")) == 2
    await world.send(customer, conversation, "edit", {"target": first, "text": "要茶具"})
    await world.send(customer, conversation, "recall", {"target": second})
    assert [hit.seq for hit in await world.messaging.search(customer, "茶具")] == [first]
    for gone in ("香囊", "团扇"):
        assert await world.messaging.search(customer, gone) == []
    world.town.products["prd_1"] = CardFacts("苏绣团扇", 1, "CNY", None)
    card = (await world.send(guide, conversation, "product", {"product": "prd_1", "word": "配她的旗袍"})).seq
    assert [hit.seq for hit in await world.messaging.search(customer, "旗袍")] == [card]


async def test_the_background_reads_on(world: World, equation: Equation) -> None:
    customer = world.person()
    conversation = await world.open(customer)
    await equation.watch(conversation, customer)
    for n in range(5):
        await world.say(customer, conversation, f"第{n}句话")
    background = indexing.Indexing(world.database, world.clock)
    await background.find_behind()
    await background.step()
    assert not await background.read_on(world.chain, conversation)
    assert len(await world.messaging.search(customer, "句话")) == 5
