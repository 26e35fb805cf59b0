"""The bus over Redis: sharded pub/sub where the server has it (7.0 and later), sorted sets, counters.

Two connections: one listens, one does everything else. Whatever fails is tried again with full jitter; until then
messages are dropped, as the port allows. No exception of the driver leaves this module.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from liyu.platform.bus.port import Handler
from liyu.platform.bus.redis_listener import Listener

QUEUED = 10_000  # messages that wait for the publisher; beyond it the oldest are dropped
AT_ONCE = 512  # messages of one pipeline
ANSWER_S = 2.0  # a server that does not answer within this time is away
LONGEST_WAIT_S = 3.0  # between two attempts to reach the server

#: Times are the server's own, so that the clocks of nodes do not matter.
_NOW = "local t = redis.call('TIME') local now = t[1] * 1000 + math.floor(t[2] / 1000) "
_ENTER = _NOW + (
    "redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1]) "
    "if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end"
)
_PRESENT = _NOW + "return redis.call('ZRANGE', KEYS[1], '(' .. now, '+inf', 'BYSCORE')"
_COUNT = (
    "local v = redis.call('INCRBY', KEYS[1], ARGV[1]) "
    "if v == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return v"
)

_FAULTS = (RedisError, OSError, TimeoutError)
_log = structlog.get_logger("liyu.bus")


class RedisBus:
    """The scale twin. ``url`` such as ``redis://host:port``; ``prefix``: first part of every channel and key."""

    shared = True

    def __init__(self, url: str, *, prefix: str = "liyu", draw: Callable[[], float] = random.random) -> None:
        self._client: Redis = Redis.from_url(
            url,
            protocol=2,
            socket_timeout=ANSWER_S,
            socket_connect_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 0),  # trying again is decided here
        )
        self._prefix = prefix + ":"
        self._draw = draw
        self._handlers: dict[str, Handler] = {}
        self._reconnected: list[Callable[[], Awaitable[None]]] = []
        self._queue: deque[tuple[str, bytes]] = deque(maxlen=QUEUED)
        self._something = asyncio.Event()
        self._publishes = True
        self._sharded = True
        self._listener: Listener | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def connected(self) -> bool:
        return self._listener is not None and self._publishes

    async def start(self) -> None:
        first = asyncio.Event()
        self._tasks = [
            asyncio.create_task(self._listen(first), name="bus-listen"),
            asyncio.create_task(self._publish_queued(), name="bus-publish"),
        ]
        with contextlib.suppress(TimeoutError):  # a shop opens without its bus
            await asyncio.wait_for(first.wait(), ANSWER_S)

    async def stop(self) -> None:
        with contextlib.suppress(*_FAULTS):
            async with asyncio.timeout(ANSWER_S):
                await self._flush()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        with contextlib.suppress(*_FAULTS):
            await self._client.aclose()

    def on_reconnect(self, call: Callable[[], Awaitable[None]]) -> None:
        self._reconnected.append(call)

    # ── messages ───────────────────────────────────────────────────────────────

    def publish(self, name: str, message: bytes) -> None:
        if self.connected:
            self._queue.append((self._prefix + name, message))
            self._something.set()

    def subscribe(self, name: str, handler: Handler) -> None:
        self._handlers[self._prefix + name] = handler
        if self._listener is not None:
            self._listener.add([self._prefix + name])

    async def subscribed(self) -> None:
        listener = self._listener
        if listener is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(listener.settled(), ANSWER_S)

    def unsubscribe(self, name: str) -> None:
        if self._handlers.pop(self._prefix + name, None) is not None and self._listener is not None:
            self._listener.drop(self._prefix + name)

    async def _publish_queued(self) -> None:
        while True:
            await self._something.wait()
            self._something.clear()
            try:
                await self._flush()
                self._publishes = True
            except _FAULTS as fault:
                self._queue.clear()
                self._publishes = False
                _log.warning("the bus does not take messages", fault=str(fault))
                await asyncio.sleep(self._draw())
                await self._try_again()

    async def _flush(self) -> None:
        command = "SPUBLISH" if self._sharded else "PUBLISH"
        while self._queue:
            part = [self._queue.popleft() for _ in range(min(AT_ONCE, len(self._queue)))]
            async with self._client.pipeline(transaction=False) as pipeline:
                for name, message in part:
                    pipeline.execute_command(command, name, message)
                await pipeline.execute()

    async def _try_again(self) -> None:
        """Find out whether the server answers again; then everybody looks at what was missed."""
        attempt = 0
        while not self._publishes:
            try:
                await self._client.ping()
                self._publishes = True
            except _FAULTS:
                attempt += 1
                await asyncio.sleep(self._wait_s(attempt))
        await self._tell_reconnected()

    # ── listening ──────────────────────────────────────────────────────────────

    async def _listen(self, first: asyncio.Event) -> None:
        attempt, before = 0, False
        while True:
            listener = Listener(self._client, self._heard)
            try:
                self._sharded = await listener.open(list(self._handlers))
                self._listener = listener
                listener.add([name for name in self._handlers if name not in listener.names])
                first.set()
                attempt = 0
                reading = asyncio.create_task(listener.read())
                try:
                    await self._after_open(listener, reading, before)
                    before = True
                    await reading
                finally:
                    reading.cancel()
                    await asyncio.gather(reading, return_exceptions=True)
            except _FAULTS as fault:
                _log.warning("the bus is away", fault=str(fault), attempt=attempt)
            finally:
                self._listener = None
                await listener.close()
            attempt += 1
            await asyncio.sleep(self._wait_s(attempt))

    async def _after_open(self, listener: Listener, reading: asyncio.Task[None], before: bool) -> None:
        settled = asyncio.create_task(listener.settled())
        await asyncio.wait((settled, reading), return_when=asyncio.FIRST_COMPLETED)
        settled.cancel()
        if before and not reading.done():
            await self._tell_reconnected()

    async def _tell_reconnected(self) -> None:
        for call in self._reconnected:
            try:
                await call()
            except Exception as error:
                _log.error("after the bus came back", exc_info=error)

    def _heard(self, name: str, message: bytes) -> None:
        handler = self._handlers.get(name)
        if handler is not None:
            handler(name[len(self._prefix) :], message)

    def _wait_s(self, attempt: int) -> float:
        """Full jitter, so that nodes do not come back together."""
        longest: float = min(LONGEST_WAIT_S, 0.1 * 2 ** min(attempt, 10))
        return self._draw() * longest

    # ── presence and counters ──────────────────────────────────────────────────

    async def enter(self, place: str, member: str, ttl_ms: int) -> None:
        await self._ask(None, "EVAL", _ENTER, 1, self._prefix + place, member, ttl_ms)

    async def leave(self, place: str, member: str) -> None:
        await self._ask(None, "ZREM", self._prefix + place, member)

    async def present(self, place: str) -> frozenset[str]:
        found = await self._ask([], "EVAL", _PRESENT, 1, self._prefix + place)
        return frozenset(member.decode() for member in found)

    async def count(self, counter: str, amount: int, window_ms: int) -> int:
        return int(await self._ask(amount, "EVAL", _COUNT, 1, self._prefix + counter, amount, window_ms))

    async def _ask(self, otherwise: Any, *command: Any) -> Any:
        """One command; ``otherwise`` while the server is away."""
        if self._listener is None:
            return otherwise
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._client.execute_command(*command)  # type: ignore[no-untyped-call]
        except _FAULTS:
            return otherwise
