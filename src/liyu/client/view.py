"""One conversation as a screen: its snapshot, kept current by events. Pure; ``reducer.py`` knows what events do."""

from __future__ import annotations

from collections.abc import Sequence

from liyu.client import reducer
from liyu.client.thread import Next
from liyu.protocol.frames import Cursor, Event, Events, Resync
from liyu.protocol.snapshots import Conversation


class View:
    """A conversation that a screen shows.

    ``shown``: the snapshot with everything since. ``current``: as far as this client knows, nothing is missing; false
    from the loss of a connection until the server has confirmed the head.
    """

    def __init__(self, snapshot: Conversation) -> None:
        self.shown = snapshot
        self.current = False
        self.evicted: str | None = None
        self._known_head = snapshot.head

    @property
    def conversation(self) -> str:
        return self.shown.id

    @property
    def epoch(self) -> int:
        return self.shown.epoch

    @property
    def head(self) -> int:
        return self.shown.head

    def take(self, frame: Events) -> tuple[Next, Sequence[Event]]:
        """Apply a frame; return what to do next and the events that are new."""
        held = self.shown.head
        try:
            self.shown = reducer.applied(self.shown, frame)
        except reducer.Stale:
            self.current = False
            return Next.RELOAD, ()
        except reducer.Gap:
            self.current = False
            self._known_head = max(self._known_head, frame.to)
            return Next.ASK, ()
        self._known_head = max(self._known_head, frame.to)
        self.current = self.shown.head >= self._known_head
        return Next.NOTHING, [event for event in frame.items if event.seq > held]

    def moved(self, frame: Cursor) -> None:
        """Somebody's marks moved."""
        self.shown = reducer.marked(self.shown, frame)

    def resync(self, frame: Resync) -> Next:
        """The server cannot continue from here."""
        self._known_head = frame.head
        self.current = False
        return Next.RELOAD

    def heard_head(self, seq: int) -> Next:
        """The server named its head (``ping``, ``pong``)."""
        self._known_head = max(self._known_head, seq)
        if seq > self.head:
            self.current = False
            return Next.ASK
        return Next.NOTHING

    def restart(self, snapshot: Conversation) -> None:
        """Replace everything by a snapshot that was loaded afresh."""
        self._known_head = max(snapshot.head, self._known_head) if snapshot.epoch == self.epoch else snapshot.head
        self.shown = snapshot

    def disconnected(self) -> None:
        """Nothing is known of what happens until the server confirms the head again."""
        self.current = False
