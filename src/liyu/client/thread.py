"""One followed conversation: its events without a gap, and whether it is current. Pure.

Events are applied only when they begin where the thread ends; everything else is a gap to ask for, or known already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from liyu.protocol.frames import Event, Events, Resync


class Next(Enum):
    """What the connection must do after a frame was taken."""

    NOTHING = "nothing"
    ASK = "ask"  # for what comes after ``head``
    RELOAD = "reload"  # the history, from its beginning, over HTTP


@dataclass(slots=True)
class Thread:
    """What a client holds of a conversation from ``start`` on.

    ``head``: the last ``seq`` covered; ``events``: the visible ones, in order; ``current``: as far as this client
    knows, nothing is missing. It is false from the loss of a connection until the server has confirmed the head.
    """

    conversation: str
    epoch: int
    head: int
    start: int = 0
    current: bool = False
    evicted: str | None = None
    events: list[Event] = field(default_factory=list)
    known_head: int = 0

    def take(self, frame: Events) -> tuple[Next, Sequence[Event]]:
        """Apply a frame; return what to do next and the events that are new."""
        if frame.epoch != self.epoch:
            self.current = False
            return Next.RELOAD, ()
        self.known_head = max(self.known_head, frame.to)
        if frame.to <= self.head:
            self.current = self.head >= self.known_head
            return Next.NOTHING, ()
        if frame.from_ > self.head + 1:
            self.current = False
            return Next.ASK, ()
        fresh = [event for event in frame.items if event.seq > self.head]
        self.events.extend(fresh)
        self.head = frame.to
        self.current = self.head >= self.known_head
        return Next.NOTHING, fresh

    def resync(self, frame: Resync) -> Next:
        """The server cannot continue from here."""
        self.known_head = frame.head
        self.current = False
        return Next.RELOAD

    def heard_head(self, seq: int) -> Next:
        """The server named its head for this conversation (``ping``, ``pong``)."""
        self.known_head = max(self.known_head, seq)
        if seq > self.head:
            self.current = False
            return Next.ASK
        return Next.NOTHING

    def restart(self, epoch: int, head: int, events: Sequence[Event]) -> None:
        """Replace everything by a history that was read afresh, complete from ``start`` to ``head``."""
        self.known_head = max(head, self.known_head) if epoch == self.epoch else head
        self.epoch = epoch
        self.head = head
        self.events = list(events)

    def disconnected(self) -> None:
        self.current = False
