"""One inbox as a list: its entries, kept current by changes. Pure."""

from __future__ import annotations

from liyu.client import reducer
from liyu.client.thread import Next
from liyu.protocol.frames import Inbox as InboxFrame
from liyu.protocol.snapshots import InboxEntry


class Inbox:
    """A watched inbox. ``current``: the server has confirmed the revision since the last connection."""

    def __init__(self, owner: str, revision: int, entries: list[InboxEntry]) -> None:
        self.current = False
        self.closed: str | None = None
        self._view = reducer.InboxView(owner, revision, {entry.conv: entry for entry in entries})

    @property
    def owner(self) -> str:
        return self._view.owner

    @property
    def revision(self) -> int:
        return self._view.rev

    @property
    def entries(self) -> dict[str, InboxEntry]:
        """Conversation → its row."""
        return self._view.entries

    def take(self, frame: InboxFrame) -> Next:
        """Apply a frame; return what to do next."""
        try:
            self._view = reducer.inbox_applied(self._view, frame)
        except reducer.Gap:
            self.current = False
            return Next.ASK
        self.current = True
        return Next.NOTHING

    def restart(self, revision: int, entries: list[InboxEntry]) -> None:
        """Replace everything by a list that was loaded afresh."""
        self._view = reducer.InboxView(self.owner, revision, {entry.conv: entry for entry in entries})

    def disconnected(self) -> None:
        """Nothing is known of what changes until the server says so again."""
        self.current = False
