"""The people of a fault run: seeded clients that write and read through bad networks, and remember what they were told.

Each is the product's own Python client behind a relay of its own. ``recorded`` acknowledgements and the thread that the
client shows at the end are all that the checker gets to see of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
import msgspec

from liyu.client import Liyu, Problem, Refused
from liyu.client.connection import EndedForGood
from liyu.protocol.frames import Event
from tests.faults.checker import Acked, Entry, Shown, View
from tests.faults.proxy import Relay

T = TypeVar("T")

PAUSE_S = (0.05, 0.5)  # between two messages of one client
STAFF_CLASSES = frozenset({"all", "staff"})
CUSTOMER_CLASSES = frozenset({"all", "customer"})


@dataclass(slots=True)
class Participant:
    """One client: where it writes, and what it was told."""

    name: str
    relay: Relay
    shop: Liyu
    classes: frozenset[str]
    seed: int
    conversations: list[str] = field(default_factory=list)
    recorded: list[Acked] = field(default_factory=list)
    unanswered: set[asyncio.Task[None]] = field(default_factory=set)
    shown: list[Shown] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shop.on_events = self._show

    def _show(self, conversation: str, events: Sequence[Event]) -> None:
        epoch = self.shop.threads[conversation].epoch
        self.shown.extend(Shown(self.name, conversation, epoch, _entry(event)) for event in events)

    async def write(self, until: asyncio.Event) -> None:
        """Say something into a random conversation every now and then, without waiting for answers."""
        chance = random.Random(self.seed)
        number = 0
        while not until.is_set():
            number += 1
            conversation = chance.choice(self.conversations)
            quiet = "staff" in self.classes and chance.random() < 0.2
            text = f"{self.name} says {number} {'x' * chance.choice((0, 40, 400, 2_000))}".rstrip()
            task = asyncio.create_task(self._say(conversation, f"{self.name}-{number}", text, quiet=quiet))
            self.unanswered.add(task)
            task.add_done_callback(self.unanswered.discard)
            await asyncio.sleep(chance.uniform(*PAUSE_S))

    async def _say(self, conversation: str, cid: str, text: str, *, quiet: bool) -> None:
        vis = "staff" if quiet else "all"
        with contextlib.suppress(Refused, ConnectionError, EndedForGood):
            ack = await self.shop.post(conversation, "text", {"text": text}, vis=vis, cid=cid)
            body = msgspec.json.encode({"text": text}).decode()
            self.recorded.append(Acked(conversation, self.shop.person or "", cid, ack.seq, body))

    def views(self) -> list[View]:
        """What this client shows at the end."""
        return [
            View(
                reader=self.name,
                conversation=thread.conversation,
                epoch=thread.epoch,
                head=thread.head,
                knows_behind=not thread.current,
                entries=[_entry(event) for event in thread.events],
                classes=self.classes,
            )
            for thread in self.shop.threads.values()
        ]

    async def close(self) -> None:
        await self.shop.close()
        await self.relay.stop()


async def arrive(name: str, port: int, seed: int, *, classes: frozenset[str]) -> Participant:
    """A client behind a relay to the node at ``port``; not yet introduced."""
    relay = Relay(port)
    await relay.start()
    return Participant(name, relay, Liyu(f"http://127.0.0.1:{relay.port}"), classes, seed)


async def insist(attempt: Callable[[], Awaitable[T]], *, tries: int = 100) -> T:
    """Await what ``attempt()`` gives, again while the server is away or busy."""
    for _ in range(tries - 1):
        try:
            return await attempt()
        except httpx.TransportError:
            pass
        except Problem as problem:
            if not problem.retryable:
                raise
        await asyncio.sleep(0.2)
    return await attempt()


def _entry(event: Event) -> Entry:
    return Entry(event.seq, event.actor, event.cid, bytes(event.body).decode(), event.vis)
