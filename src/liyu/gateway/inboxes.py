"""Inboxes that connections follow: a queue of a shop, a person's own list.

The same idea as a topic with fewer parts: revisions instead of sequence numbers, one frame for all who watch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog

from liyu.gateway import crossing
from liyu.gateway.catch_up import AT_ONCE
from liyu.gateway.hub import Hub
from liyu.gateway.outgoing import Lane
from liyu.gateway.ports import InboxChange, Inboxes, Principal
from liyu.gateway.refusals import InboxClosed
from liyu.gateway.sequence import Ring, Sequencer, Span, joined, weight_of
from liyu.gateway.tasks import Tasks
from liyu.gateway.wire import encoded, inbox_frame
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId
from liyu.platform.bus.port import channel
from liyu.protocol import frames

REPLAY_ROWS = 500  # rows that a reconnect may fetch; beyond it the list is loaded afresh
RING_ROWS, RING_BYTES = 128, 65_536
HOLE_MS = 40  # commits overtake each other by less; a hole that stays so long is read
_log = structlog.get_logger("liyu.gateway")


class Watcher(Protocol):
    """A connection, as an inbox sees it."""

    @property
    def principal(self) -> Principal: ...

    def deliver(self, lane: Lane, key: str, frame: bytes) -> None: ...

    def watches(self, owner: str) -> None:
        """The inbox is followed, or will be in a moment."""
        ...

    def unwatches(self, owner: str) -> None:
        """The inbox is no longer followed."""
        ...

    def refuse(self, refusal: Refusal, about: str) -> None: ...


class Box:
    """One inbox that somebody on this node watches. ``waiting``: who is not current yet, and where it stands."""

    __slots__ = ("chain", "idle_since_ms", "known", "owner", "ring", "sequence", "waiting", "watchers")

    def __init__(self, chain: ChainId, owner: str) -> None:
        self.chain = chain
        self.owner = owner
        self.sequence = Sequencer()
        self.known = 0  # the newest revision that the database told of
        self.ring: Ring | None = None
        self.watchers: dict[Watcher, None] = {}
        self.waiting: dict[Watcher, int] = {}
        self.idle_since_ms: int | None = None

    def offer(self, span: Span) -> None:
        """Rows changed: show what is in order now."""
        ready = self.sequence.offer(span)
        if not ready:
            return
        whole = joined(ready)
        if self.ring is None:
            self.ring = Ring()
        self.ring.push(whole, weight_of(whole), items=RING_ROWS, bytes_=RING_BYTES)
        frame = inbox_frame(self.owner, whole.first, whole.last, whole.items)
        for watcher in tuple(self.watchers):
            watcher.deliver(Lane.STREAM, self.owner, frame)

    def join(self, watcher: Watcher, after: int) -> bool:
        """Let ``watcher`` follow from ``after``. ``False``: what it lacks is not in memory."""
        head = self.sequence.head
        if head is None or after > head:
            return False
        found = Span(head + 1, head, ()) if after == head else self.ring.after(after) if self.ring else None
        if found is None:
            return False
        self.admit(watcher, found)
        return True

    def admit(self, watcher: Watcher, span: Span) -> None:
        """Send ``span``, which ends where the inbox stands, and follow."""
        self.waiting.pop(watcher, None)
        self.watchers[watcher] = None
        self.idle_since_ms = None
        watcher.deliver(Lane.STREAM, self.owner, inbox_frame(self.owner, span.first, span.last, span.items))

    def send_resync(self, watcher: Watcher) -> None:
        """Tell ``watcher`` to load the list afresh; it no longer follows."""
        self.waiting.pop(watcher, None)
        self.watchers.pop(watcher, None)
        watcher.unwatches(self.owner)
        frame = encoded(frames.InboxResync(owner=self.owner, rev=self.sequence.head or 0))
        watcher.deliver(Lane.VITAL, self.owner, frame)


class InboxHub:
    """The inboxes of a node."""

    def __init__(self, hub: Hub, inboxes: Inboxes, tasks: Tasks) -> None:
        self._hub = hub
        self._inboxes = inboxes
        self._tasks = tasks
        self._boxes: dict[str, Box] = {}
        self._asking: set[Box] = set()
        self._running = False
        hub.bus.on_reconnect(self.look)

    def owners(self, principal: Principal) -> list[str]:
        """What ``principal`` may watch."""
        return list(self._inboxes.owners(principal))

    def watch(self, watcher: Watcher, owner: str, after: int) -> None:
        """``watcher`` has the inbox up to ``after`` and wants to follow."""
        principal = watcher.principal
        if owner not in self._inboxes.owners(principal):
            watcher.refuse(InboxClosed(), owner)
            return
        box = self._box(principal.chain, owner)
        box.watchers.pop(watcher, None)
        watcher.watches(owner)
        fresh = not self._hub.bus.shared or self._hub.bus.connected
        if not (fresh and box.join(watcher, after)):
            box.waiting[watcher] = after
            self._ask(box)

    def unwatch(self, watcher: Watcher, owner: str) -> None:
        """``watcher`` leaves."""
        watcher.unwatches(owner)
        box = self._boxes.get(owner)
        if box is not None:
            box.watchers.pop(watcher, None)
            box.waiting.pop(watcher, None)

    def collapsed(self, watcher: Watcher, owner: str) -> bool:
        """What waited for a slow reader was dropped: it loads afresh. ``False``: this is no inbox."""
        box = self._boxes.get(owner)
        if box is None:
            return False
        box.send_resync(watcher)
        return True

    def decide_again(self, watcher: Watcher, watched: Sequence[str]) -> None:
        """The roles of a person changed: leave the inboxes that it no longer has."""
        allowed = set(self._inboxes.owners(watcher.principal))
        for owner in watched:
            if owner not in allowed:
                self.unwatch(watcher, owner)
                watcher.refuse(InboxClosed(), owner)

    def committed(self, changes: Sequence[InboxChange]) -> None:
        """Rows were committed here."""
        for change in changes:
            self._offer(change.owner, Span(change.first_rev, change.last_rev, change.entries))
            if self._hub.bus.shared:
                name = channel(change.chain, "i", change.owner)
                self._hub.bus.publish(name, crossing.packed(crossing.inbox_note(self._hub.node, change)))

    async def look(self) -> None:
        """Compare every inbox with the database: hints may have been lost."""
        chains: dict[ChainId, list[Box]] = {}
        for box in self._boxes.values():
            chains.setdefault(box.chain, []).append(box)
        for chain, boxes in chains.items():
            revisions = await self._inboxes.revisions(chain, [box.owner for box in boxes])
            for box in boxes:
                box.known = max(box.known, revisions.get(box.owner, 0))
                if self._is_behind(box):
                    self._ask(box)

    def drop_idle(self, now_ms: int) -> None:
        """Forget the inboxes that nobody has watched for a while."""
        for box in list(self._boxes.values()):
            if box.watchers or box.waiting:
                box.idle_since_ms = None
            elif box.idle_since_ms is None:
                box.idle_since_ms = now_ms
            elif now_ms - box.idle_since_ms >= self._hub.limits.idle_ms:
                del self._boxes[box.owner]
                if self._hub.bus.shared:
                    self._hub.bus.unsubscribe(channel(box.chain, "i", box.owner))

    def _offer(self, owner: str, span: Span) -> None:
        box = self._boxes.get(owner)
        if box is not None:
            box.offer(span)
            if box.sequence.hole() is not None:
                self._ask(box)

    def _box(self, chain: ChainId, owner: str) -> Box:
        box = self._boxes.get(owner)
        if box is None:
            box = self._boxes[owner] = Box(chain, owner)
            if self._hub.bus.shared:
                self._hub.bus.subscribe(channel(chain, "i", owner), self._note)
        return box

    def _note(self, name: str, message: bytes) -> None:
        note = crossing.unpacked(message)
        if isinstance(note, crossing.InboxNote) and note.node != self._hub.node:
            self._offer(name.rpartition("/")[2], Span(note.first, note.last, note.entries))

    # ── reading ────────────────────────────────────────────────────────────────

    def _ask(self, box: Box) -> None:
        if box not in self._asking:
            self._asking.add(box)
            if not self._running:
                self._running = True
                self._tasks.start(self._run())

    async def _run(self) -> None:
        """Answer whoever asks, those that come together by one query for their positions."""
        try:
            while self._asking:
                await asyncio.sleep(0 if any(box.waiting for box in self._asking) else HOLE_MS / 1000)
                if self._hub.bus.shared:
                    await self._hub.bus.subscribed()  # what is committed after the reading is heard
                batch, self._asking = self._asking, set()
                await self._learn_revisions([box for box in batch if box.waiting])
                limit = asyncio.Semaphore(AT_ONCE)
                await asyncio.gather(*(self._read(box, limit) for box in batch))
        finally:
            self._running = False

    async def _learn_revisions(self, boxes: list[Box]) -> None:
        chains: dict[ChainId, list[Box]] = {}
        for box in boxes:
            chains.setdefault(box.chain, []).append(box)
        for chain, asked in chains.items():
            try:
                revisions = await self._inboxes.revisions(chain, [box.owner for box in asked])
            except Refusal as refusal:
                for box in asked:
                    self._refuse_waiting(box, refusal)
                continue
            for box in asked:
                box.known = max(box.known, revisions.get(box.owner, 0))
                box.sequence.start(box.known)
                if not self._is_behind(box):
                    for watcher, after in list(box.waiting.items()):
                        box.join(watcher, after)

    async def _read(self, box: Box, limit: asyncio.Semaphore) -> None:
        try:
            while box.waiting or self._is_behind(box):
                async with limit:
                    await self._read_once(box)
        except Refusal as refusal:
            self._refuse_waiting(box, refusal)

    def _refuse_waiting(self, box: Box, refusal: Refusal) -> None:
        _log.warning("reading an inbox failed", owner=box.owner, code=refusal.code)
        for watcher in list(box.waiting):
            self.unwatch(watcher, box.owner)
            watcher.refuse(refusal, box.owner)

    def _is_behind(self, box: Box) -> bool:
        return box.sequence.hole() is not None or box.sequence.behind(box.known)

    async def _read_once(self, box: Box) -> None:
        asked = dict(box.waiting)
        positions = list(asked.values())
        if box.sequence.head is not None and (box.watchers or not asked):
            positions.append(box.sequence.head)
        start = min(positions)
        change = await self._inboxes.changes_after(box.chain, box.owner, start, REPLAY_ROWS)
        if change is None:
            self._start_over(box, asked, await self._revision(box))
            return
        box.offer(Span(change.first_rev, change.last_rev, change.entries))
        for watcher, after in asked.items():
            if box.waiting.get(watcher) == after:
                self._give(box, watcher, after, change)

    def _give(self, box: Box, watcher: Watcher, after: int, change: InboxChange) -> None:
        head = box.sequence.head or 0
        if after > head:
            box.send_resync(watcher)
        elif not box.join(watcher, after) and head == change.last_rev:
            box.admit(watcher, Span(after + 1, head, change.entries))

    def _start_over(self, box: Box, asked: dict[Watcher, int], revision: int) -> None:
        """Too much changed to be replayed: whoever is behind loads the list afresh."""
        box.sequence = Sequencer()
        box.sequence.start(revision)
        box.ring = None
        for watcher in (*asked, *tuple(box.watchers)):
            if asked.get(watcher) == revision:
                box.admit(watcher, Span(revision + 1, revision, ()))
            else:
                box.send_resync(watcher)

    async def _revision(self, box: Box) -> int:
        return (await self._inboxes.revisions(box.chain, [box.owner])).get(box.owner, 0)
