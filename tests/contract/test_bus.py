"""The bus: one suite for both twins. Two buses are two nodes that share it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from liyu.kit.ids import new_id
from liyu.platform.bus.memory import Exchange, MemoryBus
from liyu.platform.bus.port import Bus, channel
from liyu.platform.bus.redis import RedisBus
from tests.servers import running_redis

WAIT_S = 10.0


class Ear:
    """A handler that remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self._more = asyncio.Event()

    def __call__(self, name: str, message: bytes) -> None:
        self.heard.append((name, message))
        self._more.set()

    async def until(self, count: int) -> list[bytes]:
        """Wait until ``count`` messages came; returns all."""
        async with asyncio.timeout(WAIT_S):
            while len(self.heard) < count:
                self._more.clear()
                await self._more.wait()
        return [message for _, message in self.heard]


@pytest.fixture(params=["memory", "redis"])
async def nodes(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bus, Bus]]:
    pair: tuple[Bus, Bus]
    if request.param == "memory":
        exchange = Exchange()
        pair = (MemoryBus(exchange, shared=True), MemoryBus(exchange, shared=True))
    else:
        url, prefix = request.getfixturevalue("redis").url, new_id("t")
        pair = (RedisBus(url, prefix=prefix), RedisBus(url, prefix=prefix))
    for bus in pair:
        await bus.start()
    yield pair
    for bus in pair:
        await bus.stop()


async def test_a_message_reaches_every_subscriber_in_the_order_of_its_publisher(nodes: tuple[Bus, Bus]) -> None:
    one, other = nodes
    here, there = Ear(), Ear()
    name = channel("chn_1", "c", "cnv_1")
    one.subscribe(name, here)
    other.subscribe(name, there)
    await one.subscribed()
    await other.subscribed()
    sent = [b"%d" % number for number in range(200)]
    for message in sent:
        one.publish(name, message)
    assert await there.until(200) == sent
    assert await here.until(200) == sent
    assert {heard for heard, _ in there.heard} == {name}


async def test_chains_do_not_hear_each_other(nodes: tuple[Bus, Bus]) -> None:
    one, other = nodes
    mine, foreign = Ear(), Ear()
    other.subscribe(channel("chn_1", "c", "cnv_1"), mine)
    other.subscribe(channel("chn_2", "c", "cnv_1"), foreign)
    await other.subscribed()
    one.publish(channel("chn_1", "c", "cnv_1"), b"secret")
    assert await mine.until(1) == [b"secret"]
    assert foreign.heard == []


async def test_after_unsubscribing_nothing_is_heard(nodes: tuple[Bus, Bus]) -> None:
    one, other = nodes
    left, kept = Ear(), Ear()
    other.subscribe("a", left)
    other.subscribe("b", kept)
    await other.subscribed()
    other.unsubscribe("a")
    one.publish("a", b"x")
    one.publish("b", b"y")
    assert await kept.until(1) == [b"y"]
    assert left.heard == []


async def test_presence_is_shared_renewed_and_ends_by_itself(nodes: tuple[Bus, Bus]) -> None:
    one, other = nodes
    place = new_id("place")
    await one.enter(place, "a@1", 60_000)
    await other.enter(place, "b@2", 60_000)
    await one.enter(place, "gone@1", 1)
    async with asyncio.timeout(WAIT_S):
        while "gone@1" in await other.present(place):
            await asyncio.sleep(0.002)
    assert await other.present(place) == {"a@1", "b@2"}
    await one.leave(place, "a@1")
    assert await one.present(place) == {"b@2"}


async def test_a_counter_is_shared_and_begins_anew_after_its_window(nodes: tuple[Bus, Bus]) -> None:
    one, other = nodes
    name = new_id("rate")
    assert await one.count(name, 2, 60_000) == 2
    assert await other.count(name, 3, 60_000) == 5
    brief = new_id("rate")
    await one.count(brief, 7, 1)
    async with asyncio.timeout(WAIT_S):
        while await other.count(brief, 1, 1) != 1:
            await asyncio.sleep(0.002)


async def test_a_lost_redis_costs_messages_and_nothing_else() -> None:
    with running_redis() as server:
        port = server.port
        bus = RedisBus(server.url, draw=lambda: 0.05)
        await bus.start()
        back = asyncio.Event()

        async def tell() -> None:
            back.set()

        bus.on_reconnect(tell)
        ear = Ear()
        bus.subscribe("a", ear)
        await bus.subscribed()
        bus.publish("a", b"before")
        await ear.until(1)
    try:
        async with asyncio.timeout(WAIT_S):
            while bus.connected:
                await asyncio.sleep(0.01)
        bus.publish("a", b"lost")
        assert await bus.count("n", 4, 1000) == 4
        assert await bus.present("p") == frozenset()
        bus.subscribe("b", ear)
        await bus.subscribed()
        with running_redis(port=port):
            async with asyncio.timeout(WAIT_S):
                await back.wait()
            assert bus.connected
            bus.publish("b", b"after")
            assert await ear.until(2) == [b"before", b"after"]
    finally:
        await bus.stop()


async def test_a_bus_that_is_not_there_keeps_nobody_from_opening() -> None:
    bus = RedisBus("redis://127.0.0.1:1", draw=lambda: 0.05)
    await bus.start()
    assert not bus.connected
    bus.publish("a", b"x")
    assert await bus.count("n", 1, 1000) == 1
    await bus.stop()
