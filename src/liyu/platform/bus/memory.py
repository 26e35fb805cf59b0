"""The bus within one process. Several ``MemoryBus`` on one ``Exchange`` behave like nodes that share a bus."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from liyu.kit.clock import Clock, SystemClock
from liyu.platform.bus.port import Handler


class Exchange:
    """What the buses of one process share."""

    def __init__(self) -> None:
        self.buses: list[MemoryBus] = []
        self.places: dict[str, dict[str, int]] = {}
        self.counters: dict[str, tuple[int, int]] = {}
        self.counters_kept = 1_000  # more than these, and those that ended are looked for


class MemoryBus:
    """The embedded twin. ``shared``: set where tests put several nodes on one exchange."""

    def __init__(self, exchange: Exchange | None = None, *, shared: bool = False, clock: Clock | None = None) -> None:
        self._exchange = exchange or Exchange()
        self._shared = shared
        self._clock = clock or SystemClock()
        self._handlers: dict[str, Handler] = {}
        self._reconnected: list[Callable[[], Awaitable[None]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def shared(self) -> bool:
        return self._shared

    @property
    def connected(self) -> bool:
        return self._loop is not None

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._exchange.buses.append(self)

    async def stop(self) -> None:
        self._loop = None
        if self in self._exchange.buses:
            self._exchange.buses.remove(self)

    def on_reconnect(self, call: Callable[[], Awaitable[None]]) -> None:
        self._reconnected.append(call)

    def publish(self, name: str, message: bytes) -> None:
        for bus in self._exchange.buses:
            if bus._loop is not None and name in bus._handlers:
                bus._loop.call_soon(bus._deliver, name, message)

    def subscribe(self, name: str, handler: Handler) -> None:
        self._handlers[name] = handler

    async def subscribed(self) -> None:
        return

    def unsubscribe(self, name: str) -> None:
        self._handlers.pop(name, None)

    async def enter(self, place: str, member: str, ttl_ms: int) -> None:
        self._exchange.places.setdefault(place, {})[member] = self._clock.monotonic_ms() + ttl_ms

    async def leave(self, place: str, member: str) -> None:
        members = self._exchange.places.get(place, {})
        members.pop(member, None)
        if not members:
            self._exchange.places.pop(place, None)

    async def present(self, place: str) -> frozenset[str]:
        now = self._clock.monotonic_ms()
        members = self._exchange.places.get(place, {})
        for member in [member for member, until in members.items() if until <= now]:
            del members[member]
        return frozenset(members)

    async def count(self, counter: str, amount: int, window_ms: int) -> int:
        now = self._clock.monotonic_ms()
        counters = self._exchange.counters
        value, until = counters.get(counter, (0, 0))
        if until <= now:
            value, until = 0, now + window_ms
            self._forget_counters(now)
        counters[counter] = (value + amount, until)
        return value + amount

    def _forget_counters(self, now: int) -> None:
        counters = self._exchange.counters
        if len(counters) >= self._exchange.counters_kept:
            for name in [name for name, (_, end) in counters.items() if end <= now]:
                del counters[name]
            self._exchange.counters_kept = max(1_000, 2 * len(counters))

    def _deliver(self, name: str, message: bytes) -> None:
        handler = self._handlers.get(name)
        if handler is not None:
            handler(name, message)
