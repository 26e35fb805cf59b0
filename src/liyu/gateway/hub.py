"""What this node's connections follow, and how what was committed reaches them.

The hub takes the writer's commits and other nodes' hints, keeps one ``Topic`` per followed conversation, and sends
each group of readers one frame per turn of the event loop. Nothing here awaits: reading the database is left to
``catch_up.py`` (for one reader) and ``repair.py`` (for a topic), fleeting signs to ``signalling.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from liyu.gateway import crossing
from liyu.gateway.ports import CommittedEvents, Mark
from liyu.gateway.sequence import Span
from liyu.gateway.topic import FLUSH, HOLE, RECHECK, RESET, Reader, Topic
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, ConversationId, PersonId
from liyu.platform.bus.port import Bus, channel

_ASYNC = HOLE | RECHECK


def _nobody(*_: object) -> None:
    """Until somebody is interested."""


@dataclass(frozen=True, slots=True)
class HubLimits:
    """What a node keeps in memory for its readers."""

    ring_items: int = 256
    ring_bytes: int = 262_144
    idle_ms: int = 120_000  # a topic that nobody follows any more waits so long for reconnects
    replay: int = 500  # events; who lacks more loads a snapshot


class Hub:
    """The topics of a node, on one event loop.

    ``needs``: called with what cannot be decided without the database. ``opened``: called with each new topic.
    """

    def __init__(self, clock: Clock, bus: Bus, limits: HubLimits, node: str) -> None:
        self.clock = clock
        self.bus = bus
        self.limits = limits
        self.node = node
        # by chain too: who asks for a conversation of another chain must not stand in the way of its own people
        self.topics: dict[tuple[ChainId, ConversationId], Topic] = {}
        self.needs: Callable[[Topic, int], None] = _nobody
        self.opened: Callable[[Topic], None] = _nobody
        self.heard: dict[type[crossing.Note], Callable[[Topic, Any], None]] = {
            crossing.EventsNote: self._heard_events,
            crossing.MarkNote: self._heard_mark,
        }
        self._dirty: dict[Topic, None] = {}
        self._flushing = False

    # ── topics ─────────────────────────────────────────────────────────────────

    def topic(self, chain: ChainId, conversation: ConversationId) -> Topic:
        """The topic of a conversation, made when there is none."""
        found = self.topics.get((chain, conversation))
        if found is None:
            found = Topic(chain, conversation)
            found.idle_since_ms = self.clock.monotonic_ms()
            self.topics[chain, conversation] = found
            if self.bus.shared:
                self.bus.subscribe(channel(chain, "c", conversation), self._note)
            self.opened(found)
        return found

    def find(self, reader: Reader, conversation: str) -> Topic | None:
        """The topic of a conversation of the reader's chain, if there is one."""
        return self.topics.get((reader.principal.chain, ConversationId(conversation)))

    def drop_idle(self, now_ms: int) -> None:
        """Forget the topics that nobody has followed for a while."""
        for topic in list(self.topics.values()):
            if topic.groups:
                topic.idle_since_ms = None
            elif topic.idle_since_ms is None:
                topic.idle_since_ms = now_ms
            elif now_ms - topic.idle_since_ms >= self.limits.idle_ms:
                del self.topics[topic.chain, topic.conversation]
                if self.bus.shared:
                    self.bus.unsubscribe(channel(topic.chain, "c", topic.conversation))

    def unfollow(self, reader: Reader, conversation: str) -> Topic | None:
        """``reader`` leaves. Returns the topic that it followed."""
        topic = self.find(reader, conversation)
        reader.left(conversation)
        if topic is None or not topic.remove(reader):
            return None
        if not topic.groups:
            topic.idle_since_ms = self.clock.monotonic_ms()
        return topic

    # ── what was committed ─────────────────────────────────────────────────────

    def committed(self, committed: Sequence[CommittedEvents]) -> None:
        """The writer's commits, before their acks: show them here and tell the other nodes."""
        for events in committed:
            topic = self.topics.get((events.chain, events.conversation))
            if topic is not None:
                self.offer(topic, events)
            if self.bus.shared:
                note = crossing.events_note(self.node, events)
                self.bus.publish(channel(events.chain, "c", events.conversation), crossing.packed(note))

    def offer(self, topic: Topic, events: CommittedEvents) -> None:
        """Events of a topic, from the writer or from the database."""
        topic.blank(events.blanked)
        span = Span(events.first, events.last, events.events)
        self.act(topic, topic.offer(span, events.epoch, events.acl_rev))

    def act(self, topic: Topic, asked: int) -> None:
        """Do what a new span, or a look at the database, called for."""
        if asked & RESET:
            for reader in topic.readers():
                topic.send_resync(reader)
        if asked & RECHECK:
            topic.held = True
        if asked & FLUSH:
            self._dirty[topic] = None
            if not self._flushing:
                self._flushing = True
                asyncio.get_running_loop().call_soon(self._flush)
        if asked & _ASYNC:
            self.needs(topic, asked)

    def flush(self, topic: Topic) -> None:
        """Send what is ready of one topic now."""
        self._dirty.pop(topic, None)
        limits = self.limits
        topic.flush(self.clock.monotonic_ms(), ring_items=limits.ring_items, ring_bytes=limits.ring_bytes)

    def marked(self, chain: ChainId, conversation: ConversationId, mark: Mark) -> None:
        """A cursor moved here."""
        topic = self.topics.get((chain, conversation))
        if topic is not None:
            topic.mark(mark)
        if self.bus.shared:
            note = crossing.MarkNote(self.node, mark.person, mark.read, mark.delivered)
            self.tell(chain, conversation, note)

    def tell(self, chain: ChainId, conversation: ConversationId, note: crossing.Note) -> None:
        """Tell the other nodes something about a conversation."""
        self.bus.publish(channel(chain, "c", conversation), crossing.packed(note))

    def _flush(self) -> None:
        self._flushing = False
        dirty, self._dirty = self._dirty, {}
        for topic in dirty:
            self.flush(topic)

    # ── what other nodes say ───────────────────────────────────────────────────

    def _note(self, name: str, message: bytes) -> None:
        note = crossing.unpacked(message)
        if note is None or note.node == self.node:
            return
        chain, _, conversation = name.split("/", 2)
        topic = self.topics.get((ChainId(chain), ConversationId(conversation)))
        hear = self.heard.get(type(note))
        if topic is not None and hear is not None:
            hear(topic, note)

    def _heard_events(self, topic: Topic, note: crossing.EventsNote) -> None:
        topic.blank(note.blanked)
        asked = topic.offer(Span(note.first, note.last, note.events), note.epoch, note.acl_rev)
        self.act(topic, asked)

    def _heard_mark(self, topic: Topic, note: crossing.MarkNote) -> None:
        topic.mark(crossing.HeardMark(PersonId(note.person), note.read, note.delivered))
