"""What a node does by the clock: pings, silent connections, what was held back, and looking at the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from liyu.gateway.connection import Connection
from liyu.gateway.node import Node
from liyu.gateway.registry import SLOTS
from liyu.gateway.topic import Topic
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, SessionId

BEAT_MS = 500  # how often held-back signals and unintroduced sockets are looked at

_log = structlog.get_logger("liyu.gateway")


class Ticking:
    """Runs from ``start`` to ``stop``. A ping interval has ``SLOTS`` turns; each connection is in one of them."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._turn = 0
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin."""
        turn_s = self._node.limits.ping_interval_ms / SLOTS / 1000
        self._tasks = [
            asyncio.create_task(self._every(turn_s, self.turn), name="gateway-turn"),
            asyncio.create_task(self._every(BEAT_MS / 1000, self.beat), name="gateway-beat"),
        ]

    async def stop(self) -> None:
        """End."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def beat(self) -> None:
        """Twice a second: signals, presence, rates, and sockets that do not say who they are."""
        node, now = self._node, self._node.clock.monotonic_ms()
        node.signalling.tick(now)
        node.rates.tick(now)
        node.hub.drop_idle(now)
        node.inboxes.drop_idle(now)
        node.calls.forget_old(now)
        for connection in node.registry.waiting():
            connection.run(connection.session.tick(now))
            if now - connection.session.since_ms < node.limits.hello_timeout_ms:
                break  # the others came later

    async def turn(self) -> None:
        """One slot of connections is pinged and checked; on several nodes, one part of the topics is compared."""
        node, now = self._node, self._node.clock.monotonic_ms()
        self._turn += 1
        connections = [each for each in node.registry.slot(self._turn) if each.known is not None]
        for connection in connections:
            connection.run(connection.session.tick(now))
            for conv in tuple(connection.session.subscriptions):
                node.signalling.renew(connection, conv)
        await self._check_sessions(connections)
        if node.bus.shared:
            await node.repair.look(self._part_of_topics())
            if self._turn % SLOTS == 0:
                await node.inboxes.look()

    def _part_of_topics(self) -> list[Topic]:
        topics = [topic for topic in self._node.hub.topics.values() if topic.groups]
        return topics[self._turn % SLOTS :: SLOTS]

    async def _check_sessions(self, connections: list[Connection]) -> None:
        """Sessions that expired, or whose end this node did not hear of."""
        chains: dict[ChainId, set[SessionId]] = {}
        for connection in connections:
            if connection.session.principal is not None:
                principal = connection.principal
                chains.setdefault(principal.chain, set()).add(principal.session)
        for chain, sessions in chains.items():
            ended = await self._node.authenticator.ended(chain, list(sessions))
            self._node.close_sessions(ended)

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await work()
            except Refusal as refusal:
                _log.warning("a turn failed; the next one tries again", code=refusal.code)
            except Exception as error:
                _log.error("a turn failed; the next one tries again", exc_info=error)
