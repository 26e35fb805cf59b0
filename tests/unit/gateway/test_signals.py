"""Fleeting signs: coalesced, time-limited, and told to whoever comes later."""

from __future__ import annotations

import msgspec

from liyu.gateway.signalling import LEAVING_MS
from liyu.gateway.signals import WINDOW_MS, Board
from liyu.kit.clock import VirtualClock
from liyu.kit.ids import PersonId
from tests.unit.gateway.fakes import CONV, CUSTOMER, STAFF, Client, Shop, joined, make_node, settle

ON, OFF = b'{"on":true}', b'{"on":false}'


def bodies(frames: list[tuple[str, bytes]]) -> list[tuple[str, object]]:
    return [(who, msgspec.json.decode(frame)["body"]) for who, frame in frames]


def test_repetitions_are_held_back_and_the_newest_counts() -> None:
    board = Board()
    assert board.put("ann", "viewing", b'{"product":"a"}', 0)
    assert not board.put("ann", "viewing", b'{"product":"b"}', 100)
    assert not board.put("ann", "viewing", b'{"product":"c"}', 200)
    assert board.due(CONV, WINDOW_MS - 1) == []
    assert bodies(board.due(CONV, WINDOW_MS)) == [("ann", {"product": "c"})]
    assert board.due(CONV, 2 * WINDOW_MS) == []


def test_a_sign_that_is_not_renewed_ends() -> None:
    """R29."""
    board = Board()
    board.put("ann", "typing", ON, 0)
    board.put("ann", "typing", ON, 5_000)
    assert board.due(CONV, 12_999) == []
    assert bodies(board.due(CONV, 13_000)) == [("ann", {"on": False})]
    assert len(board) == 0


def test_an_end_without_a_beginning_is_not_passed_on() -> None:
    board = Board()
    assert not board.put("ann", "typing", OFF, 0)
    assert board.put("ann", "typing", ON, 0)
    assert not board.put("ann", "typing", OFF, 10)
    assert bodies(board.due(CONV, WINDOW_MS)) == [("ann", {"on": False})]


def test_other_kinds_are_not_kept() -> None:
    board = Board()
    assert board.put("ann", "pointer", b"{}", 0)
    assert board.put("ann", "pointer", b"{}", 0)
    assert len(board) == 0


def make_shop() -> Shop:
    shop = Shop()
    shop.conversation(ann=CUSTOMER, bo=STAFF, cy=STAFF)
    make_node(shop)
    return shop


def signs(client: Client, kind: str) -> list[tuple[str, object]]:
    return [(frame["who"], frame["body"]) for frame in client.wire.of("signal") if frame["kind"] == kind]


def clock_of(shop: Shop) -> VirtualClock:
    clock = shop.nodes[0].clock
    assert isinstance(clock, VirtualClock)
    return clock


async def test_typing_reaches_the_others_and_not_oneself() -> None:
    shop = make_shop()
    ann, bo = await joined(shop.nodes[0], "ann"), await joined(shop.nodes[0], "bo")
    ann.say(t="signal", conv=CONV, kind="typing", body={"on": True})
    assert signs(bo, "typing") == [("per_ann", {"on": True})]
    assert signs(ann, "typing") == []


async def test_a_signal_to_one_person_reaches_that_person_alone() -> None:
    shop = make_shop()
    ann, bo, cy = [await joined(shop.nodes[0], name) for name in ("ann", "bo", "cy")]
    ann.say(t="signal", conv=CONV, kind="pointer", body={"x": 1}, to="per_cy")
    assert signs(cy, "pointer") == [("per_ann", {"x": 1})]
    assert signs(bo, "pointer") == []


async def test_whoever_comes_later_sees_what_is_looked_at_and_who_is_there() -> None:
    shop = make_shop()
    ann = await joined(shop.nodes[0], "ann")
    ann.say(t="signal", conv=CONV, kind="viewing", body={"product": "prd_1"})
    bo = await joined(shop.nodes[0], "bo")
    assert signs(bo, "viewing") == [("per_ann", {"product": "prd_1"})]
    assert signs(bo, "presence") == [("per_ann", {"online": True})]
    assert signs(ann, "presence") == [("per_bo", {"online": True})]


async def test_presence_ends_after_a_while_and_a_reconnect_is_no_absence() -> None:
    shop = make_shop()
    node, clock = shop.nodes[0], clock_of(shop)
    ann, bo = await joined(node, "ann"), await joined(node, "bo")
    bo.say(t="signal", conv=CONV, kind="typing", body={"on": True})
    ann.wire.frames.clear()
    bo.connection.closed()
    node.signalling.tick(clock.monotonic_ms() + LEAVING_MS - 1)
    bo = await joined(node, "bo")
    node.signalling.tick(clock.monotonic_ms() + LEAVING_MS + 1)
    assert signs(ann, "presence") == []
    bo.connection.closed()
    clock.advance(LEAVING_MS)
    node.signalling.tick(clock.monotonic_ms())
    assert signs(ann, "presence") == [("per_bo", {"online": False})]
    assert signs(ann, "typing") == [("per_bo", {"on": False})]


async def test_two_devices_of_one_person_are_one_presence() -> None:
    shop = make_shop()
    node, clock = shop.nodes[0], clock_of(shop)
    ann, phone, _desk = [await joined(node, name) for name in ("ann", "bo+phone", "bo+desk")]
    phone.connection.closed()
    clock.advance(LEAVING_MS)
    node.signalling.tick(clock.monotonic_ms())
    assert signs(ann, "presence") == [("per_bo", {"online": True})]


async def test_whoever_only_looks_on_is_not_shown_to_those_who_see_less() -> None:
    shop = make_shop()
    shop.conversations[CONV].onlookers.add("per_cy")
    node = shop.nodes[0]
    ann, bo, _cy = [await joined(node, name) for name in ("ann", "bo", "cy")]
    assert signs(ann, "presence") == [("per_bo", {"online": True})]
    assert signs(bo, "presence") == [("per_ann", {"online": True}), ("per_cy", {"online": True})]
    later = await joined(node, "ann+2")
    await settle()
    assert [who for who, _ in signs(later, "presence")] == ["per_bo"]


async def test_nobody_speaks_into_a_conversation_that_is_not_open_to_them_yet() -> None:
    shop = make_shop()
    ann = await joined(shop.nodes[0], "ann")
    eve = Client(shop.nodes[0], "eve")
    await eve.hello()
    eve.say(t="sub", conv=CONV, epoch=1, after=0)
    eve.say(t="signal", conv=CONV, kind="typing", body={"on": True})
    eve.say(t="call", call=f"{CONV}/1", n=1, kind="offer", body={})
    await settle()
    assert signs(ann, "typing") == []
    assert ann.wire.of("call") == []
    assert [error["code"] for error in eve.wire.of("error")] == ["conv.not_followed"] * 2 + ["conv.not_found"]


async def test_a_merged_visitor_is_shown_under_the_id_that_the_others_know() -> None:
    shop = make_shop()
    shop.conversations[CONV].aliases["per_ann"] = PersonId("per_visitor")
    ann, bo = await joined(shop.nodes[0], "ann"), await joined(shop.nodes[0], "bo")
    ann.say(t="signal", conv=CONV, kind="typing", body={"on": True})
    assert signs(bo, "typing") == [("per_visitor", {"on": True})]
    assert signs(bo, "presence") == [("per_visitor", {"online": True})]
