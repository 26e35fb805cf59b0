"""Signals between those who follow a conversation, on this node and others: typing, viewing, presence, pointers.

Presence is said by the node: when a person's first connection follows, and when its last one is gone. Nothing here is
stored, and all of it is the first to be dropped under pressure.
"""

from __future__ import annotations

from collections.abc import Callable

from liyu.gateway import crossing
from liyu.gateway.hub import Hub
from liyu.gateway.outgoing import Lane
from liyu.gateway.signals import KEPT, Board
from liyu.gateway.tasks import Tasks
from liyu.gateway.topic import Reader, Topic
from liyu.gateway.wire import signal_frame
from liyu.kit.ids import PersonId
from liyu.platform.bus.port import channel

PRESENT_MAX = 50  # connections; in a larger room nobody is told who comes and goes
PRESENCE_TTL_MS = 75_000  # a node that dies is missed after three ping intervals
LEAVING_MS = 4_000  # who reconnects within this time was never gone
_SIGNAL = Lane.SIGNAL
_ONLINE, _OFFLINE = b'{"online":true}', b'{"online":false}'


class Signalling:
    """The fleeting part of a hub."""

    def __init__(self, hub: Hub, tasks: Tasks) -> None:
        self._hub = hub
        self._tasks = tasks
        self._lively: dict[Topic, None] = {}  # topics whose board holds something
        self._leaving: dict[tuple[Topic, PersonId], int] = {}
        hub.heard[crossing.SignalNote] = self._heard
        hub.opened = self._opened

    def send(self, sender: Reader, conversation: str, kind: str, body: bytes, to: str | None) -> None:
        """A sign of a connected person, who follows the conversation."""
        topic = self._hub.find(sender, conversation)
        if topic is None:
            return
        who = topic.known_as(sender.principal.person)
        if to is None and kind in KEPT and not self._board(topic).put(who, kind, body, self._now()):
            return
        frame = signal_frame(conversation, who, kind, body)
        for group in topic.groups:  # no copies: dropping a signal never makes a reader leave
            for reader in group.readers:
                if reader is not sender if to is None else reader.principal.person == to:
                    reader.deliver(_SIGNAL, conversation, frame)
        if self._hub.bus.shared:
            self._tell(topic, crossing.SignalNote(self._hub.node, who, kind, body, to))

    def arrived(self, topic: Topic, reader: Reader) -> None:
        """``reader`` follows now."""
        person = reader.principal.person
        if topic.count() > PRESENT_MAX:
            return
        for other in topic.people():
            if other != person and self._may_know(topic, other)(reader):
                frame = signal_frame(topic.conversation, topic.known_as(other), "presence", _ONLINE)
                reader.deliver(Lane.SIGNAL, topic.conversation, frame)
        was_leaving = self._leaving.pop((topic, person), None) is not None
        first = sum(each.principal.person == person for each in topic.readers()) == 1
        if first and not was_leaving:
            self._announce(topic, person, _ONLINE)

    def departed(self, topic: Topic, person: PersonId) -> None:
        """A connection of ``person`` no longer follows. Said only when none is left after a while."""
        if topic.count() <= PRESENT_MAX and person not in topic.people():
            self._leaving[topic, person] = self._now() + LEAVING_MS

    def tick(self, now_ms: int) -> None:
        """Send what was held back, say what ended and who is gone. Called about twice a second."""
        for topic in list(self._lively):
            if not topic.board:
                del self._lively[topic]
                continue
            for who, frame in topic.board.due(topic.conversation, now_ms):
                topic.broadcast(Lane.SIGNAL, frame, _all_but(topic, who))
        for (topic, person), due in list(self._leaving.items()):
            if now_ms < due:
                continue
            del self._leaving[topic, person]
            if person not in topic.people():
                self._gone(topic, person)

    def renew(self, reader: Reader, conversation: str) -> None:
        """``reader`` is still there: other nodes are told once per ping interval."""
        topic = self._hub.find(reader, conversation)
        if topic is not None and self._hub.bus.shared and topic.count() <= PRESENT_MAX:
            self._enter(topic, reader.principal.person)
            note = crossing.SignalNote(self._hub.node, reader.principal.person, "presence", _ONLINE, None)
            self._tell(topic, note)

    def _gone(self, topic: Topic, person: PersonId) -> None:
        if topic.board is not None:
            for frame in topic.board.end(topic.conversation, topic.known_as(person)):
                topic.broadcast(Lane.SIGNAL, frame, _all_but(topic, person))
        self._announce(topic, person, _OFFLINE)

    def _announce(self, topic: Topic, person: PersonId, body: bytes) -> None:
        if topic.count() > PRESENT_MAX:
            return
        frame = signal_frame(topic.conversation, topic.known_as(person), "presence", body)
        topic.broadcast(Lane.SIGNAL, frame, self._may_know(topic, person))
        if self._hub.bus.shared:
            if body == _ONLINE:
                self._enter(topic, person)
            else:
                self._tasks.start(self._hub.bus.leave(_place(topic), self._member(person)))
            self._tell(topic, crossing.SignalNote(self._hub.node, person, "presence", body, None))

    def _may_know(self, topic: Topic, person: PersonId) -> Callable[[Reader], bool]:
        """Who may know that ``person`` is there: who only looks on is shown to those alone who see all it sees."""
        access = topic.accesses.get(person)
        if access is None or access.member:
            return _all_but(topic, person)
        classes = access.classes
        knowing = {reader for group in topic.groups if group.classes >= classes for reader in group.readers}
        return lambda reader: reader in knowing and reader.principal.person != person

    # ── other nodes ────────────────────────────────────────────────────────────

    def _heard(self, topic: Topic, note: crossing.SignalNote) -> None:
        person = PersonId(note.who)
        if note.kind == "presence" and person in topic.people():
            if note.body == _OFFLINE:  # gone there, but still here
                self._announce(topic, person, _ONLINE)
            return
        if note.to is not None:
            frame = signal_frame(topic.conversation, note.who, note.kind, note.body)
            topic.broadcast(Lane.SIGNAL, frame, lambda reader: reader.principal.person == note.to)
            return
        if note.kind in KEPT and not self._board(topic).put(note.who, note.kind, note.body, self._now()):
            return
        frame = signal_frame(topic.conversation, note.who, note.kind, note.body)
        topic.broadcast(Lane.SIGNAL, frame, _all_but(topic, note.who))

    def _opened(self, topic: Topic) -> None:
        if self._hub.bus.shared:
            self._tasks.start(self._ask_who_is_present(topic))

    async def _ask_who_is_present(self, topic: Topic) -> None:
        for member in await self._hub.bus.present(_place(topic)):
            person, _, node = member.partition("@")
            if node != self._hub.node:
                note = crossing.SignalNote(node, person, "presence", _ONLINE, None)
                self._heard(topic, note)

    def _enter(self, topic: Topic, person: PersonId) -> None:
        self._tasks.start(self._hub.bus.enter(_place(topic), self._member(person), PRESENCE_TTL_MS))

    def _member(self, person: PersonId) -> str:
        return f"{person}@{self._hub.node}"

    def _tell(self, topic: Topic, note: crossing.SignalNote) -> None:
        if self._hub.bus.shared:
            self._hub.tell(topic.chain, topic.conversation, note)

    def _board(self, topic: Topic) -> Board:
        if topic.board is None:
            topic.board = Board()
        self._lively[topic] = None
        return topic.board

    def _now(self) -> int:
        return self._hub.clock.monotonic_ms()


def _place(topic: Topic) -> str:
    return channel(topic.chain, "here", topic.conversation)


def _all_but(topic: Topic, who: str) -> Callable[[Reader], bool]:
    return lambda reader: who not in (reader.principal.person, topic.known_as(reader.principal.person))
