"""Repairing topics from the database: holes in what was heard, changed permissions, and hints that were lost.

The database is the truth. What was committed here or told by the bus only says that it is time to look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

import structlog

from liyu.gateway.catch_up import AT_ONCE, CatchUp
from liyu.gateway.hub import Hub
from liyu.gateway.ports import Access, Log, Principal
from liyu.gateway.refusals import AccessLost
from liyu.gateway.tasks import Tasks
from liyu.gateway.topic import HOLE, RECHECK, Reader, Topic
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, ConversationId, PersonId

HOLE_MS = 40  # commits overtake each other by less; a hole that stays so long is read
ATTEMPTS = 4
RETRY_MS = 250
HEADS_AT_ONCE = 500  # positions read in one query

_log = structlog.get_logger("liyu.gateway")


class Repair:
    """The topics that need the database."""

    def __init__(self, hub: Hub, log: Log, catch_up: CatchUp, tasks: Tasks) -> None:
        self._hub = hub
        self._log = log
        self._catch_up = catch_up
        self._tasks = tasks
        self._filling: set[Topic] = set()
        self._deciding: set[Topic] = set()
        hub.needs = self.needs
        hub.bus.on_reconnect(self.after_reconnect)

    def needs(self, topic: Topic, asked: int) -> None:
        """What the hub cannot decide from memory."""
        if asked & HOLE and topic not in self._filling:
            self._filling.add(topic)
            self._tasks.start(self._fill(topic))
        if asked & RECHECK and topic not in self._deciding:
            self._deciding.add(topic)
            self._tasks.start(self._decide(topic))

    def recheck_access(self, topics: Iterable[Topic]) -> None:
        """What people may do was changed outside the conversation (roles, merged visitors): decide again."""
        for topic in topics:
            topic.held = True
            topic.accesses.clear()
            self.needs(topic, RECHECK)

    async def look(self, topics: list[Topic]) -> None:
        """Compare followed topics with the database. On several nodes every topic, once per ping interval."""
        for start in range(0, len(topics), HEADS_AT_ONCE):
            part = {topic.conversation: topic for topic in topics[start : start + HEADS_AT_ONCE]}
            chains: list[ChainId] = list({topic.chain for topic in part.values()})
            for conversation, head in (await self._log.heads(chains, list(part))).items():
                topic = part[conversation]
                self._hub.act(topic, topic.stand(head.epoch, head.seq, head.acl_rev))

    async def after_reconnect(self) -> None:
        """The bus came back: whatever was said meanwhile was not heard."""
        topics = [topic for topic in self._hub.topics.values() if topic.groups]
        try:
            await self.look(topics)
            await self._look_at_marks(topics)
        except Refusal as refusal:
            _log.warning("comparing with the database failed; the next ping interval tries again", code=refusal.code)

    async def _look_at_marks(self, topics: list[Topic]) -> None:
        chains: dict[ChainId, dict[ConversationId, Topic]] = {}
        for topic in topics:
            chains.setdefault(topic.chain, {})[topic.conversation] = topic
        for chain, asked in chains.items():
            for conversation, marks in (await self._log.marks(chain, list(asked))).items():
                for mark in marks:
                    asked[conversation].mark(mark)

    # ── holes ──────────────────────────────────────────────────────────────────

    async def _fill(self, topic: Topic) -> None:
        try:
            await asyncio.sleep(HOLE_MS / 1000)
            await self._retried(topic, self._read_on)
        finally:
            self._filling.discard(topic)

    async def _read_on(self, topic: Topic) -> None:
        """Read from where the topic stands until nothing is missing."""
        while topic.sequence.head is not None:
            after = topic.sequence.head
            limit = self._hub.limits.replay
            events = await self._log.events_between(topic.chain, topic.conversation, after, limit)
            if events.last < events.first and events.epoch == topic.epoch:
                return
            self._hub.offer(topic, events)
            if events.epoch != topic.epoch or (topic.sequence.hole() is None and len(events.events) < limit):
                return

    # ── permissions ────────────────────────────────────────────────────────────

    async def _decide(self, topic: Topic) -> None:
        try:
            if not await self._retried(topic, self._decide_access):
                for reader in topic.readers():  # nobody reads on without permission: all come back and are checked
                    topic.send_resync(reader)
        finally:
            self._deciding.discard(topic)
            topic.held = False
            self._hub.flush(topic)
            self._catch_up.resume_held(topic)

    async def _decide_access(self, topic: Topic) -> None:
        while True:
            revision = topic.acl_rev
            people: dict[PersonId, Principal] = {r.principal.person: r.principal for r in topic.readers()}
            found = await self._accesses(topic, people)
            if topic.acl_rev == revision:
                break
        decided = [(reader, found[reader.principal.person]) for reader in topic.readers() if _knows(found, reader)]
        for person, access in found.items():
            if access is not None:
                topic.acl_rev = max(topic.acl_rev, access.acl_rev)
                topic.accesses[person] = access
        topic.decide_again(decided, AccessLost.code)

    async def _accesses(self, topic: Topic, people: dict[PersonId, Principal]) -> dict[PersonId, Access | None]:
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(principal: Principal) -> Access | None:
            async with limit:
                found = await self._log.access_many(principal, [topic.conversation])
            return found.get(topic.conversation)

        answers = await asyncio.gather(*(one(principal) for principal in people.values()))
        return dict(zip(people, answers, strict=True))

    async def _retried(self, topic: Topic, work: Callable[[Topic], Awaitable[None]]) -> bool:
        for attempt in range(ATTEMPTS):
            try:
                await work(topic)
            except Refusal as refusal:
                _log.warning("repairing a conversation failed", code=refusal.code, attempt=attempt)
                await asyncio.sleep(RETRY_MS * 2**attempt / 1000)
            else:
                return True
        return False


def _knows(found: dict[PersonId, Access | None], reader: Reader) -> bool:
    return reader.principal.person in found
