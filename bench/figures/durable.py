"""Durable messages: how many a second one core takes, and how long an ack and a delivery take at 500 a second.

Beside each stands the group-commit probe in the same run, rounds taken in turn, the middle one of each counted.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from bench import child, liyu_load, machine
from bench.figure import Figure, Measurement, figure, median, quantile
from bench.liyu_load import age_ms, stamp, stamps
from bench.shop import Database, Prepared, database, prepared, served
from bench.sockets import Socket, connect

WRITERS = 50
ROUNDS = 3
SECONDS = 4.0
WARM_SECONDS = 1.0
RATE = 500  # messages a second of the latency figures
READERS = 2  # of each conversation

Send = Callable[[int, str], bytes]


@dataclass
class Load:
    """Writers with one message in flight (or paced), and what came of it. Times in ms."""

    writers: list[Socket] = field(default_factory=list)
    readers: list[Socket] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    deliveries: list[float] = field(default_factory=list)
    chained: bool = False
    number: int = 0
    send: Send | None = None

    def written(self, socket: Socket, frame: bytes) -> None:
        """A writer heard something."""
        if not frame.startswith(b'{"t":"ack"'):
            if frame.startswith(b'{"t":"refuse"'):
                raise RuntimeError(frame.decode())
            return
        for cid in stamps(frame):
            self.acks.append(age_ms(cid))
        if self.chained:
            self.write(socket)

    def read(self, _socket: Socket, frame: bytes) -> None:
        """A reader heard something."""
        if frame.startswith(b'{"t":"events"'):
            self.deliveries.extend(age_ms(cid) for cid in stamps(frame))

    def write(self, socket: Socket) -> None:
        """One more message."""
        assert self.send is not None
        self.number += 1
        socket.send(self.send(socket.facts, stamp(socket.facts, self.number)))

    async def flat_out(self, server: int) -> tuple[float, float]:
        """Acked messages a second with one in flight for every writer, and µs of the server's processor for each."""
        self.chained = True
        for socket in self.writers:
            self.write(socket)
        await asyncio.sleep(WARM_SECONDS)
        before, start, used = len(self.acks), time.perf_counter(), machine.processor_s(server)
        await asyncio.sleep(SECONDS)
        count = len(self.acks) - before
        rate = count / (time.perf_counter() - start)
        cost = (machine.processor_s(server) - used) / max(count, 1) * 1e6
        self.chained = False
        await asyncio.sleep(0.3)
        return rate, cost

    async def paced(self) -> tuple[float, float]:
        """99th percentiles of ack and delivery at ``RATE`` messages a second."""
        start, sent = time.perf_counter(), 0
        warm = int(WARM_SECONDS * RATE)
        while (passed := time.perf_counter() - start) < SECONDS + WARM_SECONDS:
            while sent < passed * RATE:
                self.write(self.writers[sent % len(self.writers)])
                sent += 1
                if sent == warm:
                    self.acks.clear()
                    self.deliveries.clear()
            await asyncio.sleep(0.0005)
        await asyncio.sleep(0.5)
        return quantile(self.acks, 0.99), quantile(self.deliveries, 0.99)

    def close(self) -> None:
        for socket in (*self.writers, *self.readers):
            socket.close()


@contextlib.asynccontextmanager
async def shop_load(url: str, ready: Prepared, *, readers: int) -> AsyncIterator[Load]:
    """The load on the shop: each writer a customer in its own conversation; another tab of it and a guide read."""
    load = Load(send=lambda writer, cid: liyu_load.message(ready.customers[writer].conversation, cid))
    for index, customer in enumerate(ready.customers):
        socket = await connect(url, liyu_load.Greeting(load.written), liyu_load.hello(customer.token))
        socket.facts = index
        load.writers.append(socket)
        for token in (customer.token, ready.guide)[:readers]:
            load.readers.append(await liyu_load.reader(url, token, customer, load.read))
    try:
        yield load
    finally:
        load.close()


@contextlib.asynccontextmanager
async def probe_load(url: str, *, readers: int) -> AsyncIterator[Load]:
    """The same load on the probe."""
    load = Load(
        send=lambda writer, cid: (
            b'{"conv":%d,"cid":"%b","body":"%b"}' % (writer, cid.encode(), liyu_load.PADDING.encode())
        )
    )
    for index in range(WRITERS):
        socket = await connect(url, load.written, settled=True)
        socket.facts = index
        load.writers.append(socket)
        for _ in range(readers):
            reader = await connect(url, load.read, settled=True)
            reader.send(b"s%d" % index)
            load.readers.append(reader)
    try:
        yield load
    finally:
        load.close()


async def _measure(kind: Database) -> AsyncIterator[Figure]:
    ours: list[tuple[float, float]] = []
    probes: list[tuple[float, float]] = []
    our_times: list[tuple[float, float]] = []
    probe_times: list[tuple[float, float]] = []
    count = delivered = 0
    async with database(kind) as (settings, dsn), prepared(WRITERS, settings) as ready:
        with served(ready) as shop:
            for _ in range(ROUNDS):
                async with shop_load(shop.websocket, ready, readers=0) as load:
                    ours.append(await load.flat_out(shop.pid))
                    count += len(load.acks)
                with child.group_commit(kind, dsn) as (url, pid):
                    async with probe_load(url, readers=0) as load:
                        probes.append(await load.flat_out(pid))
                async with shop_load(shop.websocket, ready, readers=READERS) as load:
                    our_times.append(await load.paced())
                    delivered += len(load.deliveries)
                with child.group_commit(kind, dsn) as (url, _):
                    async with probe_load(url, readers=READERS) as load:
                        probe_times.append(await load.paced())
    where = (
        f"server{' and PostgreSQL' if kind == 'postgres' else ''} on one core, load on another, access checks included"
    )
    yield figure(
        f"messaging.durable_rate.{kind}", _median(ours, 0), "msg/s", count, peer="group-commit probe",
        peer_value=_median(probes, 0), conditions=f"{WRITERS} writers with one message in flight; {where}; "
        f"processor time of the server {_median(ours, 1):.0f} µs a message, of the probe {_median(probes, 1):.0f} µs",
    )  # fmt: skip
    for index, name in enumerate(("ack", "deliver")):
        yield figure(
            f"messaging.{name}_p99_ms.{kind}", _median(our_times, index), "ms",
            delivered if index else RATE * int(SECONDS) * ROUNDS, peer="group-commit probe",
            peer_value=_median(probe_times, index),
            conditions=f"{RATE} msg/s over {WRITERS} conversations, {READERS} readers each; {where}",
        )  # fmt: skip


def _median(rounds: list[tuple[float, float]], index: int) -> float:
    return median([values[index] for values in rounds])


def _of(kind: Database) -> Measurement:
    names = tuple(f"messaging.{name}.{kind}" for name in ("durable_rate", "ack_p99_ms", "deliver_p99_ms"))
    return Measurement(names, lambda: _measure(kind))


MEASUREMENTS = (_of("sqlite"), _of("postgres"))
