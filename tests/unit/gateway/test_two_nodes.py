"""Two nodes on one bus and one database: what holds for one holds for both, and losing the bus loses nothing."""

from __future__ import annotations

import asyncio

import pytest

from liyu.gateway.repair import HOLE_MS
from liyu.kit.clock import VirtualClock
from liyu.platform.bus.memory import Exchange, MemoryBus
from tests.unit.gateway.fakes import CHAIN, CONV, CUSTOMER, STAFF, Client, Shop, joined, make_node, settle


class Wire(MemoryBus):
    """A bus whose connection can be cut. ``lossy``: every message is lost, and nobody knows."""

    cut = False
    lossy = False

    @property
    def connected(self) -> bool:
        return not self.cut and super().connected

    def publish(self, name: str, message: bytes) -> None:
        if not (self.cut or self.lossy):
            super().publish(name, message)

    async def mend(self) -> None:
        self.cut = False
        for call in self._reconnected:
            await call()


@pytest.fixture
async def shop() -> Shop:
    shop = Shop()
    shop.conversation(ann=CUSTOMER, bo=STAFF)
    shop.queues["per_bo"] = ["q:shp_1"]
    exchange, clock = Exchange(), VirtualClock()
    for _ in range(2):
        bus = Wire(exchange, shared=True, clock=clock)
        await bus.start()
        make_node(shop, bus=bus, clock=clock)
    return shop


async def pair(shop: Shop) -> tuple[Client, Client]:
    return await joined(shop.nodes[0], "ann"), await joined(shop.nodes[1], "bo")


def wires(shop: Shop) -> list[Wire]:
    return [node.bus for node in shop.nodes if isinstance(node.bus, Wire)]


async def test_events_cross(shop: Shop) -> None:
    ann, bo = await pair(shop)
    shop.commit("all", "staff", node=shop.nodes[0])
    shop.commit("all", node=shop.nodes[1])
    await settle()
    assert ann.seqs() == [1, 3]
    assert bo.seqs() == [1, 2, 3]


async def test_hints_that_overtake_or_repeat_are_put_in_order(shop: Shop) -> None:
    ann, bo = await pair(shop)
    one, two = shop.write("all"), shop.write("all")
    shop.nodes[0].committed([two], [])
    shop.nodes[1].committed([one], [])
    shop.nodes[0].committed([one], [])
    await settle()
    assert ann.seqs() == bo.seqs() == [1, 2]


async def test_a_lost_hint_is_found_at_the_next_one(shop: Shop) -> None:
    """R31."""
    _, bo = await pair(shop)
    wires(shop)[0].lossy = True
    shop.commit("all")
    wires(shop)[0].lossy = False
    shop.commit("all")
    await settle()
    assert bo.seqs() == []
    await asyncio.sleep(2 * HOLE_MS / 1000)
    await settle()
    assert bo.seqs() == [1, 2]


async def test_or_by_looking_once_per_ping_interval(shop: Shop) -> None:
    _, bo = await pair(shop)
    wires(shop)[0].lossy = True
    shop.commit("all")
    shop.row("q:shp_1")
    await settle()
    assert bo.seqs() == []
    await shop.nodes[1].repair.look(list(shop.nodes[1].hub.topics.values()))
    await asyncio.sleep(2 * HOLE_MS / 1000)
    await settle()
    assert bo.seqs() == [1]


async def test_when_the_bus_comes_back_everything_is_compared(shop: Shop) -> None:
    ann, bo = await pair(shop)
    for wire in wires(shop):
        wire.cut = True
    shop.commit("all")
    shop.commit("all")
    ann.say(t="cursor", conv=CONV, read=2, delivered=2)
    await settle()
    assert ann.seqs() == [1, 2]
    assert bo.seqs() == []
    await wires(shop)[1].mend()
    await asyncio.sleep(2 * HOLE_MS / 1000)
    await settle()
    assert bo.seqs() == [1, 2]
    assert bo.wire.of("cursor")[-1]["read"] == 2


async def test_while_the_bus_is_away_a_newcomer_is_answered_from_the_database(shop: Shop) -> None:
    await pair(shop)
    for wire in wires(shop):
        wire.cut = True
    shop.commit("all")
    await settle()
    late = await joined(shop.nodes[1], "bo+late")
    assert late.seqs() == [1]


async def test_eviction_crosses_before_what_is_said_next(shop: Shop) -> None:
    """R12, R31."""
    ann = await joined(shop.nodes[1], "ann")
    del shop.conversations[CONV].readers["per_ann"]
    shop.commit("all", acl=True)
    shop.commit("all")
    await settle()
    assert ann.seqs() == []
    assert ann.wire.of("evicted") != []


async def test_an_eviction_whose_hint_was_lost_is_found_by_looking(shop: Shop) -> None:
    ann = await joined(shop.nodes[1], "ann")
    wires(shop)[0].lossy = True
    del shop.conversations[CONV].readers["per_ann"]
    shop.commit("all", acl=True)
    await settle()
    await shop.nodes[1].repair.look(list(shop.nodes[1].hub.topics.values()))
    await asyncio.sleep(2 * HOLE_MS / 1000)
    await settle()
    assert ann.seqs() == []
    assert ann.wire.of("evicted") != []


async def test_a_revoked_session_is_closed_on_every_node(shop: Shop) -> None:
    ann, bo = await pair(shop)
    shop.nodes[0].sessions_ended(CHAIN, [bo.connection.principal.session])
    await settle()
    assert bo.wire.closed == (4402, "session.ended")
    assert ann.wire.closed is None


async def test_cursors_signals_calls_and_inboxes_cross(shop: Shop) -> None:
    ann, bo = await pair(shop)
    bo.say(t="watch", owner="q:shp_1", after=0)
    await settle()
    shop.row("q:shp_1")
    ann.say(t="cursor", conv=CONV, read=0, delivered=0)
    ann.say(t="signal", conv=CONV, kind="typing", body={"on": True})
    ann.say(t="call", call=f"{CONV}/1", n=1, kind="offer", body={})
    await settle()
    assert {"inbox", "cursor", "signal", "call"} <= set(bo.wire.kinds())
    assert ann.wire.of("ack")[0]["seq"] == 1


async def test_presence_crosses_both_ways_and_lasts_while_one_device_is_anywhere(shop: Shop) -> None:
    ann, bo = await pair(shop)
    phone = await joined(shop.nodes[0], "bo+phone")
    present = [(f["who"], f["body"]["online"]) for f in bo.wire.of("signal") if f["kind"] == "presence"]
    assert present == [("per_ann", True)]
    phone.connection.closed()
    clock = shop.nodes[0].clock
    assert isinstance(clock, VirtualClock)
    clock.advance(10_000)
    for node in shop.nodes:
        node.signalling.tick(clock.monotonic_ms())
    await settle()
    told = [(f["who"], f["body"]["online"]) for f in ann.wire.of("signal") if f["kind"] == "presence"]
    assert told[-1] == ("per_bo", True), "still connected to the other node"


async def test_a_persons_rate_is_one_on_all_nodes(shop: Shop) -> None:
    for node in shop.nodes:
        node.rates._per_minute = 30
    ann, other = await joined(shop.nodes[0], "ann"), await joined(shop.nodes[1], "ann+2")
    for number in range(10):
        for client in (ann, other):
            client.say(t="send", conv=CONV, cid=f"{client.name}{number}", kind="text", body={})
            await settle(3)
    for _ in range(3):
        for number, node in enumerate(shop.nodes):
            clock = node.clock
            assert isinstance(clock, VirtualClock)
            clock.advance(6_000)
            client = (ann, other)[number]
            for extra in range(4):
                client.say(t="send", conv=CONV, cid=f"{client.name}{clock.at_ms}{extra}", kind="text", body={})
            node.rates.tick(clock.monotonic_ms())
            await settle()
    refused = [frame["code"] for client in (ann, other) for frame in client.wire.of("refuse")]
    assert "send.too_many" in refused
