"""The gateway: deliveries to many readers, echo of a signal, memory of an idle socket; beside centrifuge and C."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from tests.servers import Shop

from bench import child, liyu_load, machine
from bench.figure import Figure, Measurement, figure, median
from bench.shop import Customer, Prepared, prepared, served
from bench.sockets import Socket, connect

READERS = 500
IN_FLIGHT = 4
PAIRS = 25
IDLE = 1_000
SECONDS = 2.5
ROUNDS = 5
#: On a shared machine a second of the clock says who else was busy.
PER = "per second of the server's processor time, server on one core, load on another"
BODY = b"x" * 200


# ── broadcast ──────────────────────────────────────────────────────────────────


class Broadcast:
    """A publisher with a few messages in flight, and readers that only count."""

    def __init__(self) -> None:
        self.seen = 0
        self.frames = 0
        self.first: Socket | None = None
        self.arrived = 0
        self.wake = asyncio.Event()

    def take(self, socket: Socket, count: int) -> None:
        """``count`` messages came to ``socket``."""
        self.seen += count
        self.frames += 1
        if socket is self.first:
            self.arrived += count
            self.wake.set()

    async def run(self, publish: Callable[[int], None], server: int) -> float:
        """Deliveries per second of the server's processor time; ``publish(n)`` sends the n-th message."""
        sent = 0
        start, used = time.perf_counter(), machine.processor_s(server)
        self.seen = 0
        while time.perf_counter() - start < SECONDS:
            while sent - self.arrived < IN_FLIGHT:
                sent += 1
                publish(sent)
            await self.wake.wait()
            self.wake.clear()
        return self.seen / (machine.processor_s(server) - used)


async def _our_broadcast(shop: Shop, token: str, customer: Customer) -> float:
    url, server = shop.websocket, shop.pid
    counting = Broadcast()

    def receive(socket: Socket, frame: bytes) -> None:
        if frame.startswith(b'{"t":"events"') and (count := frame.count(b'"seq":')):
            counting.take(socket, count)

    readers = [await liyu_load.reader(url, token, customer, receive) for _ in range(READERS)]
    counting.first = readers[0]
    writer = await connect(url, liyu_load.Greeting(), liyu_load.hello(customer.token))
    await asyncio.sleep(0.5)

    def publish(number: int) -> None:
        writer.send(liyu_load.message(customer.conversation, liyu_load.stamp(0, number)))

    rate = await counting.run(publish, server)
    for socket in (*readers, writer):
        socket.close()
    await asyncio.sleep(0.3)
    return rate


async def _centrifuge_broadcast(url: str, server: int) -> float:
    counting = Broadcast()

    def receive(socket: Socket, frame: bytes) -> None:
        if not socket.ready.done():
            socket.settle()
        elif count := frame.count(b'"push"'):
            counting.take(socket, count)
        elif frame == b"{}":
            socket.send(b"{}")

    readers = [await connect(url, receive, b'{"id":1,"connect":{}}') for _ in range(READERS)]
    counting.first = readers[0]

    def publish(number: int) -> None:
        readers[0].send(b'{"id":%d,"publish":{"channel":"room","data":"%b"}}' % (number + 1, BODY))

    rate = await counting.run(publish, server)
    for socket in readers:
        socket.close()
    return rate


async def _fanout() -> AsyncIterator[Figure]:
    ours, peers, limits = [], [], []
    async with prepared(1) as ready:
        with served(ready) as shop:
            for _ in range(ROUNDS):
                ours.append(await _our_broadcast(shop, ready.guide, ready.customers[0]))
                with child.centrifuge() as (url, pid):
                    peers.append(await _centrifuge_broadcast(url, pid))
                limits.append(child.send_limit(READERS, SECONDS))
    where = f"{READERS} readers, {IN_FLIGHT} messages of about 260 bytes in flight; {PER}"
    conditions = f"real log events, each durable in SQLite before it is shown; {where}"
    for peer, values in (("raw C send() per message", limits), ("centrifuge 0.40.1, not durable", peers)):
        yield figure(
            "gateway.fanout_per_s", median(ours), "deliveries/s", ROUNDS, peer=peer, peer_value=median(values),
            conditions=conditions,
        )  # fmt: skip


# ── echo ───────────────────────────────────────────────────────────────────────


class Echoes:
    """Counts what came back; every arrival sends the next."""

    def __init__(self) -> None:
        self.count = 0

    async def run(self, server: int) -> float:
        """Messages per second of the server's processor time, once it has warmed up."""
        await asyncio.sleep(0.7)
        before, used = self.count, machine.processor_s(server)
        await asyncio.sleep(SECONDS)
        return (self.count - before) / (machine.processor_s(server) - used)


async def _our_echo(shop: Shop, ready: Prepared) -> float:
    url, server = shop.websocket, shop.pid
    echoes = Echoes()
    sockets = []

    def receive(socket: Socket, frame: bytes) -> None:
        if b'"kind":"pointer"' in frame:
            echoes.count += 1
            socket.send(socket.facts)

    for customer in ready.customers[:PAIRS]:
        ends = (
            (customer.token, ready.guide_person),
            (ready.guide, customer.person),
        )
        for token, other in ends:
            socket = await liyu_load.reader(url, token, customer, receive)
            socket.facts = b'{"t":"signal","conv":"%b","kind":"pointer","to":"%b","body":{"at":"%b"}}' % (
                customer.conversation.encode(),
                other.encode(),
                BODY,
            )
            sockets.append(socket)
    await asyncio.sleep(0.3)
    for socket in sockets:
        socket.send(socket.facts)
    rate = await echoes.run(server)
    for socket in sockets:
        socket.close()
    await asyncio.sleep(0.3)
    return rate


async def _centrifuge_echo(url: str, server: int) -> float:
    echoes = Echoes()

    def receive(socket: Socket, frame: bytes) -> None:
        if not socket.ready.done():
            socket.settle()
            return
        for _ in range(frame.count(b'"rpc"')):
            echoes.count += 1
            socket.facts += 1
            socket.send(b'{"id":%d,"rpc":{"data":"%b"}}' % (socket.facts, BODY))

    sockets = [await connect(url, receive, b'{"id":1,"connect":{}}') for _ in range(2 * PAIRS)]
    for socket in sockets:
        socket.facts = 2
        socket.send(b'{"id":2,"rpc":{"data":"%b"}}' % BODY)
    rate = await echoes.run(server)
    for socket in sockets:
        socket.close()
    return rate


async def _echo() -> AsyncIterator[Figure]:
    ours, peers = [], []
    async with prepared(PAIRS) as ready:
        with served(ready) as shop:
            for _ in range(ROUNDS):
                ours.append(await _our_echo(shop, ready))
                with child.centrifuge() as (url, pid):
                    peers.append(await _centrifuge_echo(url, pid))
    yield figure(
        "gateway.echo_per_s", median(ours), "signals/s", ROUNDS, peer="centrifuge 0.40.1, RPC",
        peer_value=median(peers),
        conditions=f"{2 * PAIRS} sockets, one signal in flight each, to one peer of a conversation; {PER}",
    )  # fmt: skip


# ── idle sockets ───────────────────────────────────────────────────────────────


async def _idle() -> AsyncIterator[Figure]:
    async with prepared(IDLE // 10) as ready:
        with served(ready) as shop:
            url, sockets = shop.websocket, []
            warm = [await liyu_load.reader(url, each.token, each) for each in ready.customers]
            await asyncio.sleep(1)
            before = machine.resident_kb(shop.pid)
            for index in range(IDLE):
                customer = ready.customers[index % len(ready.customers)]
                sockets.append(await liyu_load.reader(url, customer.token, customer))
            await asyncio.sleep(3)
            ours = (machine.resident_kb(shop.pid) - before) / IDLE
            for socket in (*warm, *sockets):
                socket.close()
    with child.centrifuge() as (url, pid):

        def receive(socket: Socket, frame: bytes) -> None:
            del frame
            socket.settle()

        warm = [await connect(url, receive, b'{"id":1,"connect":{}}') for _ in range(IDLE // 10)]
        await asyncio.sleep(1)
        before = machine.resident_kb(pid)
        sockets = [await connect(url, receive, b'{"id":1,"connect":{}}') for _ in range(IDLE)]
        await asyncio.sleep(3)
        peer = (machine.resident_kb(pid) - before) / IDLE
        for socket in (*warm, *sockets):
            socket.close()
    yield figure(
        "gateway.kb_per_idle_socket", ours, "KiB", IDLE, peer="centrifuge 0.40.1", peer_value=peer,
        conditions=f"growth of resident memory over {IDLE} sockets, signed in, one subscription each; a tenth before",
    )  # fmt: skip


MEASUREMENTS = (
    Measurement(("gateway.fanout_per_s",), _fanout),
    Measurement(("gateway.echo_per_s",), _echo),
    Measurement(("gateway.kb_per_idle_socket",), _idle),
)
