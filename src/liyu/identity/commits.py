"""One transaction, and the events that it caused, told after the commit and not lost by a crash in between.

A unit appends its events to the list it is given; they are stored with its writes and dropped when every subscriber
has heard them. What is left over (a crash, a failing handler) is told again by ``deliver_left``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection

from liyu.identity import events as happened
from liyu.identity.store import outbox
from liyu.kit.clock import Clock
from liyu.kit.events import DomainEvents
from liyu.platform.db.port import ALL_CHAINS, Database

T = TypeVar("T")

Events = list[happened.IdentityEvent]

PATIENCE_MS = 60_000  # an event younger than this is still being told by the node that committed it

_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        happened.PersonMerged,
        happened.DeviceRevoked,
        happened.AccessChanged,
        happened.PersonChanged,
        happened.PersonErased,
        happened.LinkRedeemed,
        happened.LinkRevoked,
    )
}

log = structlog.get_logger(__name__)


class Commits:
    """Runs units of this domain."""

    def __init__(self, database: Database, clock: Clock, events: DomainEvents) -> None:
        self._database = database
        self._clock = clock
        self._events = events

    async def run(self, chain: str, unit: Callable[[Connection, Events], T]) -> T:
        """Run ``unit`` in one transaction, then tell what happened. Returns what the unit returned."""

        def work(connection: Connection) -> tuple[T, list[tuple[str, happened.IdentityEvent]]]:
            caused: Events = []
            value = unit(connection, caused)
            now = self._clock.now_ms()
            stored = [
                (outbox.put(connection, event.chain, type(event).__name__, asdict(event), now), event)
                for event in caused
            ]
            return value, stored

        value, stored = await self._database.write(chain, work)
        if stored:
            await self._tell(chain, stored)
        return value

    async def deliver_left(self) -> int:
        """Tell again what was committed a while ago and not heard. Returns how many events that were."""
        before = self._clock.now_ms() - PATIENCE_MS
        left = await self._database.read(ALL_CHAINS, lambda connection: outbox.waiting(connection, before))
        await self._tell(ALL_CHAINS, [(event.id, _restored(event)) for event in left])
        return len(left)

    async def _tell(self, chain: str, stored: Sequence[tuple[str, happened.IdentityEvent]]) -> None:
        heard: list[str] = []
        for event_id, event in stored:
            try:
                await self._events.publish(event)
            except ExceptionGroup as failures:
                log.error("identity event was not heard by all", kind=type(event).__name__, exc_info=failures)
            else:
                heard.append(event_id)
        if heard:
            await self._database.write(chain, lambda connection: outbox.drop(connection, heard))


def _restored(event: outbox.StoredEvent) -> happened.IdentityEvent:
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in event.body.items()}
    restored: happened.IdentityEvent = _KINDS[event.kind](**values)
    return restored
