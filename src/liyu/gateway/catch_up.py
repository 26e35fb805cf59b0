"""Bringing one reader to where its conversation stands: permission, position, and history where it lacks some.

Requests that come together are answered together: one query for the positions of all of them, history only for those
behind, and none at all for what is still in memory.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from liyu.gateway.hub import Hub
from liyu.gateway.ports import Access, Log
from liyu.gateway.refusals import ConversationClosed
from liyu.gateway.sequence import Span, joined, trimmed
from liyu.gateway.signalling import Signalling
from liyu.gateway.tasks import Tasks
from liyu.gateway.topic import Reader, Topic
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, ConversationId, PersonId
from liyu.platform.db.port import DatabaseUnavailable

BATCH = 500  # requests answered by one round of queries
AT_ONCE = 8  # queries under way together
ROUNDS = 5  # a topic that moves faster than it can be read is loaded afresh

_log = structlog.get_logger("liyu.gateway")


class Pending:
    """What a connection keeps for a conversation while it is being caught up."""

    __slots__ = ("after", "epoch", "reader", "rounds", "topic")

    head: int | None = None

    def __init__(self, reader: Reader, topic: Topic, epoch: int, after: int) -> None:
        self.reader = reader
        self.topic = topic
        self.epoch = epoch
        self.after = after
        self.rounds = 0


class CatchUp:
    """The readers that are not current yet."""

    def __init__(self, hub: Hub, log: Log, signalling: Signalling, tasks: Tasks) -> None:
        self._hub = hub
        self._log = log
        self._signalling = signalling
        self._tasks = tasks
        self._waiting: list[Pending] = []
        self._running = False

    def follow(self, reader: Reader, conversation: str, epoch: int, after: int) -> None:
        """``reader`` stands at ``after`` of ``epoch`` and wants to follow from there, or lacks what comes after."""
        topic = self._hub.topic(reader.principal.chain, ConversationId(conversation))
        pending = Pending(reader, topic, epoch, after)
        topic.remove(reader)
        reader.waits(conversation, pending)
        if not self._settle(pending):
            self._waiting.append(pending)
            if not self._running:
                self._running = True
                self._tasks.start(self._run())

    def resume_held(self, topic: Topic) -> None:
        """Access to ``topic`` was decided again: those who came meanwhile can go on."""
        if not self._running and any(pending.topic is topic for pending in self._waiting):
            self._running = True
            self._tasks.start(self._run())

    async def _run(self) -> None:
        try:
            await asyncio.sleep(0)  # what arrives in the same turn is answered together
            while True:
                batch = [pending for pending in self._waiting if not pending.topic.held][:BATCH]
                if not batch:
                    return
                taken = set(map(id, batch))
                self._waiting = [pending for pending in self._waiting if id(pending) not in taken]
                await self._answer([pending for pending in batch if self._wanted(pending)])
        finally:
            self._running = False

    async def _answer(self, batch: list[Pending]) -> None:
        try:
            if self._hub.bus.shared:
                await self._hub.bus.subscribed()  # what is committed after the reading is heard
            await self._learn_access(batch)
            await self._learn_positions([pending.topic for pending in batch if self._wanted(pending)])
        except Refusal as refusal:
            self._refuse_all(batch, refusal)
            return
        except Exception as error:  # a driver's fault must not leave readers waiting for ever
            _log.error("catching up failed", exc_info=error)
            self._refuse_all(batch, DatabaseUnavailable())
            return
        behind: dict[Topic, list[Pending]] = {}
        for pending in batch:
            if self._wanted(pending) and not self._settle(pending, read=True):
                behind.setdefault(pending.topic, []).append(pending)
        limit = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._replay(topic, readers, limit) for topic, readers in behind.items()))

    def _settle(self, pending: Pending, *, read: bool = False) -> bool:
        """Answer from memory alone. ``False``: something has to be read. ``read``: it just was."""
        topic, reader = pending.topic, pending.reader
        if pending.rounds >= ROUNDS:
            self._refuse(pending, DatabaseUnavailable())
            return True
        access = topic.accesses.get(reader.principal.person)
        if topic.held or topic.shown is None or topic.marks is None or access is None:
            return False
        if not read and self._hub.bus.shared and not self._hub.bus.connected:
            return False  # hints may have been missed
        self._hub.flush(topic)
        if pending.epoch != topic.epoch or pending.after > topic.shown:
            topic.send_resync(reader)
            return True
        if topic.join(reader, access, pending.after):
            self._signalling.arrived(topic, reader)
            return True
        if topic.shown - pending.after > self._hub.limits.replay:
            topic.send_resync(reader)
            return True
        return False

    # ── reading ────────────────────────────────────────────────────────────────

    async def _learn_access(self, batch: list[Pending]) -> None:
        wanted: dict[PersonId, list[Pending]] = {}
        for pending in batch:
            if pending.reader.principal.person not in pending.topic.accesses:
                wanted.setdefault(pending.reader.principal.person, []).append(pending)
        limit = asyncio.Semaphore(AT_ONCE)

        async def one(pendings: list[Pending]) -> None:
            async with limit:
                conversations = list(dict.fromkeys(pending.topic.conversation for pending in pendings))
                found = await self._log.access_many(pendings[0].reader.principal, conversations)
            for pending in pendings:
                self._grant(pending, found.get(pending.topic.conversation))

        await asyncio.gather(*(one(pendings) for pendings in wanted.values()))

    def _grant(self, pending: Pending, access: Access | None) -> None:
        if access is None:
            self._refuse(pending, ConversationClosed())
            return
        topic = pending.topic
        if access.acl_rev >= topic.acl_rev:
            topic.acl_rev = access.acl_rev
            topic.accesses[pending.reader.principal.person] = access

    async def _learn_positions(self, topics: Iterable[Topic]) -> None:
        unsure = self._hub.bus.shared and not self._hub.bus.connected
        unknown = {topic.conversation: topic for topic in topics if unsure or topic.shown is None}
        if unknown:
            chains: list[ChainId] = list({topic.chain for topic in unknown.values()})
            for conversation, head in (await self._log.heads(chains, list(unknown))).items():
                topic = unknown[conversation]
                self._hub.act(topic, topic.stand(head.epoch, head.seq, head.acl_rev))
                if topic.sequence.behind(head.seq):  # hints were missed: nobody is told to be current before it is
                    await self._read_on(topic)
        await self._learn_marks(topics)

    async def _read_on(self, topic: Topic) -> None:
        head = topic.sequence.head or 0
        events = await self._log.events_between(topic.chain, topic.conversation, head, self._hub.limits.replay)
        self._hub.offer(topic, events)

    async def _learn_marks(self, topics: Iterable[Topic]) -> None:
        unmarked: dict[ChainId, dict[ConversationId, Topic]] = {}
        for topic in topics:
            if topic.marks is None:
                unmarked.setdefault(topic.chain, {})[topic.conversation] = topic
        for chain, asked in unmarked.items():
            marks = await self._log.marks(chain, list(asked))
            for conversation, topic in asked.items():
                known = topic.marks or {}
                topic.marks = {mark.person: mark for mark in marks.get(conversation, ())} | known

    async def _replay(self, topic: Topic, readers: list[Pending], limit: asyncio.Semaphore) -> None:
        """Read once what the readers of a topic lack, and give each its part."""
        after = min(pending.after for pending in readers)
        try:
            async with limit:
                events = await self._log.events_between(topic.chain, topic.conversation, after, self._hub.limits.replay)
        except Refusal as refusal:
            self._refuse_all(readers, refusal)
            return
        if events.epoch == topic.epoch:
            self._hub.offer(topic, events)
            self._hub.flush(topic)
        for pending in readers:
            if self._wanted(pending):
                self._give(pending, Span(events.first, events.last, events.events))

    def _give(self, pending: Pending, span: Span) -> None:
        topic, reader = pending.topic, pending.reader
        access = topic.accesses.get(reader.principal.person)
        whole = self._up_to_now(topic, trimmed(span, pending.after))
        if access is None or topic.held or whole is None or pending.epoch != topic.epoch:
            pending.rounds += 1
            self._waiting.append(pending)
            return
        topic.admit(reader, access, whole)
        self._signalling.arrived(topic, reader)

    def _up_to_now(self, topic: Topic, span: Span) -> Span | None:
        if topic.shown is None or span.last >= topic.shown:
            return span if span.last == topic.shown else None
        rest = topic.ring.after(span.last) if topic.ring is not None else None
        if rest is None:
            return None
        return joined([span, rest]) if span.last >= span.first else rest

    # ── answers ────────────────────────────────────────────────────────────────

    def _wanted(self, pending: Pending) -> bool:
        return pending.reader.still_waits(pending.topic.conversation, pending)

    def _refuse(self, pending: Pending, refusal: Refusal) -> None:
        pending.reader.left(pending.topic.conversation)
        pending.reader.refuse(refusal, pending.topic.conversation)

    def _refuse_all(self, batch: list[Pending], refusal: Refusal) -> None:
        for pending in batch:
            if self._wanted(pending):
                self._refuse(pending, refusal)
