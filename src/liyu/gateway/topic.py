"""One conversation that somebody on this node follows: where it stands, who reads it, and its newest events.

Decides what each reader is sent; it does not read the database, the bus or a clock. ``hub.py`` feeds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from liyu.gateway.outgoing import Lane
from liyu.gateway.ports import Access, Mark, Principal
from liyu.gateway.sequence import Ring, Sequencer, Span, joined, weight_of
from liyu.gateway.session import Followed
from liyu.gateway.signals import Board
from liyu.gateway.wire import encoded, events_frame, events_prefix
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, ConversationId, PersonId
from liyu.protocol import frames


class Reader(Protocol):
    """A connection, as a topic sees it."""

    @property
    def principal(self) -> Principal: ...

    def deliver(self, lane: Lane, key: str, frame: bytes) -> None:
        """Put a frame on its way, or in the queue of a slow reader. Never blocks, never raises."""
        ...

    def joined(self, conv: str, group: Group) -> None:
        """The conversation is now followed as a member of ``group``."""
        ...

    def left(self, conv: str) -> None:
        """The conversation is no longer followed."""
        ...

    def waits(self, conv: str, pending: Followed) -> None:
        """The conversation will be followed once ``pending`` is answered."""
        ...

    def still_waits(self, conv: str, pending: Followed) -> bool:
        """Whether the connection is open and has asked for nothing else since."""
        ...

    def refuse(self, refusal: Refusal, about: str) -> None:
        """Tell the client that something was refused."""
        ...


class Group:
    """The readers of a topic that see the same: one encoded frame serves them all.

    ``since``: the first event that they may read.
    """

    __slots__ = ("classes", "readers", "since", "topic")

    def __init__(self, topic: Topic, classes: frozenset[str], since: int) -> None:
        self.topic = topic
        self.classes = classes
        self.since = since
        self.readers: dict[Reader, None] = {}

    @property
    def head(self) -> int | None:
        """The last ``seq`` that these readers were sent."""
        return self.topic.shown


#: What a new span calls for. Numbers rather than an enumeration: this is asked for every commit.
FLUSH = 1  # there is something to show
HOLE = 2  # something is missing before it
RECHECK = 4  # who may read changed
RESET = 8  # the log was restored from a backup: everybody loads afresh


class Topic:
    """See the module. ``shown``: the last ``seq`` sent to the readers; ``held``: nothing is shown until access is
    decided again."""

    __slots__ = (
        "accesses",
        "acl_rev",
        "board",
        "chain",
        "conversation",
        "epoch",
        "groups",
        "held",
        "idle_since_ms",
        "marks",
        "moved_ms",
        "prefix",
        "ready",
        "ring",
        "sequence",
        "shown",
    )

    def __init__(self, chain: ChainId, conversation: ConversationId) -> None:
        self.chain = chain
        self.conversation = conversation
        self.epoch = 0  # 0: not known yet
        self.acl_rev = 0
        self.sequence = Sequencer()
        self.shown: int | None = None
        self.ready: list[Span] = []
        self.ring: Ring | None = None
        self.groups: list[Group] = []
        self.accesses: dict[PersonId, Access] = {}
        self.marks: dict[PersonId, Mark] | None = None
        self.board: Board | None = None
        self.prefix = events_prefix(conversation)
        self.held = False
        self.moved_ms = 0
        self.idle_since_ms: int | None = None

    # ── readers ────────────────────────────────────────────────────────────────

    def readers(self) -> Iterator[Reader]:
        """Everybody who follows, as of now (safe against changes while iterating)."""
        for group in tuple(self.groups):
            yield from tuple(group.readers)

    def people(self) -> set[PersonId]:
        """Who follows on this node."""
        return {reader.principal.person for reader in self.readers()}

    def known_as(self, person: PersonId) -> PersonId:
        """The id under which the others know this person."""
        access = self.accesses.get(person)
        return person if access is None else access.person

    def count(self) -> int:
        """How many connections follow."""
        return sum(len(group.readers) for group in self.groups)

    def join(self, reader: Reader, access: Access, after: int) -> bool:
        """Let ``reader``, who stands at ``after``, follow. ``False``: what it lacks is not in memory."""
        shown = self.shown
        if shown is None or self.held or after > shown:
            return False
        if after == shown:
            span = Span(shown + 1, shown, ())
        else:
            found = self.ring.after(after) if self.ring is not None else None
            if found is None:
                return False
            span = found
        self.admit(reader, access, span)
        return True

    def admit(self, reader: Reader, access: Access, span: Span) -> None:
        """Send ``span``, which ends where the topic stands, and follow."""
        self.remove(reader)
        group = self._group(access.classes, access.from_seq)
        frame = events_frame(self.prefix, self.epoch, span.first, span.last, span.items, group.classes, group.since)
        group.readers[reader] = None
        self.idle_since_ms = None
        reader.joined(self.conversation, group)
        reader.deliver(Lane.STREAM, self.conversation, frame)
        self._tell_state(reader)

    def remove(self, reader: Reader) -> bool:
        """Stop sending to ``reader``. Returns whether it followed."""
        for group in self.groups:
            if reader in group.readers:
                del group.readers[reader]
                if not group.readers:
                    self.groups.remove(group)
                return True
        return False

    def send_resync(self, reader: Reader) -> None:
        """Tell ``reader`` to load afresh; it no longer follows."""
        self.remove(reader)
        reader.left(self.conversation)
        head = self.sequence.head or 0
        frame = encoded(frames.Resync(conv=self.conversation, epoch=self.epoch, head=head))
        reader.deliver(Lane.VITAL, self.conversation, frame)

    def evict(self, reader: Reader, code: str) -> None:
        """``reader`` may no longer see the conversation."""
        self.remove(reader)
        reader.left(self.conversation)
        reader.deliver(Lane.VITAL, self.conversation, encoded(frames.Evicted(conv=self.conversation, code=code)))

    def _group(self, classes: frozenset[str], since: int) -> Group:
        for group in self.groups:
            if group.since == since and group.classes == classes:
                return group
        group = Group(self, classes, since)
        self.groups.append(group)
        return group

    def _tell_state(self, reader: Reader) -> None:
        """Cursors and live signs that came before this reader."""
        for mark in (self.marks or {}).values():
            reader.deliver(Lane.STREAM, self.conversation, self.mark_frame(mark))
        if self.board is not None:
            for frame in self.board.current(self.conversation, but=self.known_as(reader.principal.person)):
                reader.deliver(Lane.SIGNAL, self.conversation, frame)

    # ── what happened ──────────────────────────────────────────────────────────

    def stand(self, epoch: int, seq: int, acl_rev: int) -> int:
        """The database says where the conversation stands."""
        asked = self._epoch(epoch)
        self.sequence.start(seq)
        if self.shown is None:
            self.shown = self.sequence.head
        asked |= self._access_revision(acl_rev)
        return asked | HOLE if self.sequence.behind(seq) else asked

    def offer(self, span: Span, epoch: int, acl_rev: int) -> int:
        """Events were committed, here or on another node, or were read from the database."""
        asked = self._epoch(epoch)
        if self.sequence.head is None:
            self.sequence.start(span.first - 1)
        if self.shown is None:
            self.shown = self.sequence.head
        ready = self.sequence.offer(span)
        if ready:
            self.ready.extend(ready)
            asked |= FLUSH
        if self.sequence.hole() is not None:
            asked |= HOLE
        return asked | self._access_revision(acl_rev)

    def blank(self, seqs: Sequence[int]) -> None:
        """The content of these events is gone: keep nothing that still holds it."""
        if seqs and self.ring is not None:
            self.ring.forget(max(seqs))

    def flush(self, now_ms: int, *, ring_items: int, ring_bytes: int) -> None:
        """Send what is ready: one frame per group, whatever it holds."""
        if self.held or not self.ready:
            return
        span = joined(self.ready)
        self.ready = []
        self.shown = span.last
        self.moved_ms = now_ms
        if self.ring is None:
            self.ring = Ring()
        self.ring.push(span, weight_of(span), items=ring_items, bytes_=ring_bytes)
        for group in tuple(self.groups):
            frame = events_frame(self.prefix, self.epoch, span.first, span.last, span.items, group.classes, group.since)
            lane, key = Lane.STREAM, self.conversation
            for reader in tuple(group.readers):
                reader.deliver(lane, key, frame)

    def broadcast(self, lane: Lane, frame: bytes, wanted: Callable[[Reader], bool] | None = None) -> None:
        """One frame to every reader, or to those that are ``wanted``."""
        for reader in self.readers():
            if wanted is None or wanted(reader):
                reader.deliver(lane, self.conversation, frame)

    def mark(self, mark: Mark) -> bool:
        """Somebody's cursor moved: keep it and tell everybody. ``False``: it stood there already, or further."""
        if self.marks is None:
            self.marks = {}
        known = self.marks.get(mark.person)
        if known is not None and known.read >= mark.read and known.delivered >= mark.delivered:
            return False
        self.marks[mark.person] = mark
        self.broadcast(Lane.STREAM, self.mark_frame(mark))
        return True

    def mark_frame(self, mark: Mark) -> bytes:
        """``cursor``."""
        return encoded(frames.Cursor(conv=self.conversation, who=mark.person, read=mark.read, delivered=mark.delivered))

    def decide_again(self, decided: Iterable[tuple[Reader, Access | None]], code: str) -> None:
        """Access was decided again for these readers: let go who lost it, reload who sees other classes."""
        for reader, access in decided:
            group = next((group for group in self.groups if reader in group.readers), None)
            if group is None:
                continue
            if access is None:
                self.evict(reader, code)
            elif access.classes != group.classes or access.from_seq != group.since:
                self.send_resync(reader)

    def _epoch(self, epoch: int) -> int:
        if self.epoch == 0:
            self.epoch = epoch
        if epoch <= self.epoch:
            return 0
        self.epoch = epoch
        self.sequence = Sequencer()
        self.shown = None
        self.ready = []
        self.ring = None
        return RESET

    def _access_revision(self, acl_rev: int) -> int:
        if acl_rev <= self.acl_rev:
            return 0
        known = self.acl_rev
        self.acl_rev = acl_rev
        self.accesses.clear()
        return RECHECK if known else 0
