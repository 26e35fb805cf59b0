"""Five thousand sockets come back after the server was restarted: until every one is current again."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator

from tests.servers import free_port, running_shop

from bench import liyu_load
from bench.figure import Figure, Measurement, figure
from bench.shop import Customer, prepared
from bench.sockets import Socket, connect

SOCKETS = 5_000
PEOPLE = 1_000
AT_ONCE = 200  # connections being opened; a real crowd is spread by full jitter
BEHIND = 0.1  # share of conversations that got a message which their followers have not seen


def _returning(customer: Customer, head: int) -> bytes:
    """The first frame of somebody who follows one conversation and stands at ``head``."""
    return b'{"t":"hello","proto":1,"token":"%b","resume":{"inboxes":{},"heads":{"%b":[%d,%d]}}}' % (
        customer.token.encode(),
        customer.conversation.encode(),
        customer.epoch,
        head,
    )


async def _all_back(url: str, customers: tuple[Customer, ...]) -> tuple[float, int, list[Socket]]:
    """Seconds until every socket is current, and how many events they were sent."""
    current, events = 0, 0
    done = asyncio.Event()

    def receive(_socket: Socket, frame: bytes) -> None:
        nonlocal current, events
        if frame.startswith(b'{"t":"events"'):
            current += 1
            events += frame.count(b'"seq":')
            if current >= SOCKETS:
                done.set()

    places = asyncio.Semaphore(AT_ONCE)

    async def come_back(index: int) -> Socket:
        customer = customers[index % len(customers)]
        async with places:
            return await connect(url, liyu_load.Greeting(receive), _returning(customer, customer.head))

    start = time.perf_counter()
    sockets = await asyncio.gather(*(come_back(index) for index in range(SOCKETS)))
    async with asyncio.timeout(120):
        await done.wait()
    return time.perf_counter() - start, events, sockets


async def _resume() -> AsyncIterator[Figure]:
    async with prepared(PEOPLE, {"server": {"port": free_port()}}) as ready:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
        with running_shop(ready.folder, ready.settings, demo=False) as shop:
            _, _, sockets = await _all_back(shop.websocket, ready.customers)
            for index in range(int(PEOPLE * BEHIND)):
                customer = ready.customers[index]
                sockets[index].send(liyu_load.message(customer.conversation, f"while-away-{index}"))
            await asyncio.sleep(3)
        for socket in sockets:
            socket.close()
        with running_shop(ready.folder, ready.settings, demo=False) as shop:
            taken, events, sockets = await _all_back(shop.websocket, ready.customers)
            for socket in sockets:
                socket.close()
    yield figure(
        "gateway.resume_5000_s", taken, "s", SOCKETS,
        conditions=f"{SOCKETS:,} sockets of {PEOPLE:,} people after a restart, {BEHIND:.0%} of conversations behind "
        f"({events:,} events sent), TLS none, server and load share {os.cpu_count()} cores",
    )  # fmt: skip


MEASUREMENTS = (Measurement(("gateway.resume_5000_s",), _resume),)
