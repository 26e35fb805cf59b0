"""What a group of items does to the log: pure decisions over what was read under the lock.

For each item, in order: the idempotency key is looked up, then what must be refused is refused, and only then it is
counted and numbered (docs/protocol.md R3, R4). The refusal of one item leaves the others as they are. Nothing here
reads, writes, waits or asks the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from liyu.kit.errors import Refusal
from liyu.kit.ids import ShopId
from liyu.messaging import errors, membership
from liyu.messaging.inbox import owners, preview
from liyu.messaging.message_state import Change, Target, changed, encoded
from liyu.messaging.model import Ack, Answered, Append, Item, LogEvent, Mark, Marked, Touch, person_owner
from liyu.messaging.rows import JOINED, STAFF_ROLES, WATCHING, EventRow, Head, Known, Locked, MemberRow
from liyu.protocol.events import CHANGES, MESSAGES
from liyu.protocol.frames import Event

Answer = Ack | Marked | Refusal | None

_encode = msgspec.json.Encoder().encode


@dataclass(slots=True)
class Fresh:
    """What a group adds to one conversation: its events, the first of their numbers, and what they blanked."""

    first: int
    events: list[LogEvent] = field(default_factory=list)
    blanked: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Decision:
    """What is to be written and answered. ``answers`` are in the order of the items.

    ``fresh``, ``heads`` and ``members`` name what changed; their new values stand in the ``Locked`` that was given.
    ``spoken``: further members, of whom only ``own_unread`` changed.
    ``inbox``: (owner, conversation) → whether it is gone from there. ``answered``: waits that ended.
    """

    answers: list[Answer] = field(default_factory=list)
    rows: list[EventRow] = field(default_factory=list)
    fresh: dict[str, Fresh] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    members: dict[tuple[str, str], MemberRow] = field(default_factory=dict)
    spoken: dict[tuple[str, str], MemberRow] = field(default_factory=dict)
    states: dict[tuple[str, int], str | None] = field(default_factory=dict)
    blanks: list[tuple[str, int]] = field(default_factory=list)
    inbox: dict[tuple[str, str], bool] = field(default_factory=dict)
    answered: list[Answered] = field(default_factory=list)


def wanted_keys(items: Sequence[Item]) -> list[tuple[str, str, str]]:
    """The idempotency keys to look up, under every id of each sender."""
    keys: list[tuple[str, str, str]] = []
    for item in items:
        if type(item) is Append:
            keys.append((item.conversation, item.actor, item.cid))
            if item.aliases:
                keys.extend((item.conversation, alias, item.cid) for alias in item.aliases)
    return keys


def decide(items: Sequence[tuple[Item, bytes]], locked: Locked, now_ms: int) -> Decision:
    """Decide a group. Each item comes with the keyed hash of its body (empty for marks)."""
    group = _Group(locked, now_ms)
    answers: list[Answer] = [None] * len(items)
    for place, (item, _) in enumerate(items):  # marks first: their places were read at the head of the lock
        if type(item) is Mark:
            answers[place] = group.mark(item)
    for place, (item, body_hash) in enumerate(items):
        if type(item) is Append:
            answers[place] = group.append(item, body_hash)
        elif type(item) is Touch:
            answers[place] = group.touch(item)
    group.place()
    for key in group.decision.members:  # written whole anyway
        group.decision.spoken.pop(key, None)
    group.decision.answers = answers
    return group.decision


class _Group:
    """The working state of one decision."""

    __slots__ = ("before", "decision", "locked", "now_ms")

    def __init__(self, locked: Locked, now_ms: int) -> None:
        self.locked = locked
        self.now_ms = now_ms
        self.decision = Decision()
        self.before: dict[str, list[str]] = {}

    def append(self, item: Append, body_hash: bytes) -> Answer:
        head = self.locked.heads.get(item.conversation)
        if head is None or head.chain != item.chain:
            return errors.ConversationNotFound()
        known = self._known(item)
        if known is not None:
            if known.body_hash is not None and known.body_hash != body_hash:
                return errors.CidReused()
            return Ack(known.seq, known.at, duplicate=True)
        if item.acl_rev is not None and item.acl_rev != head.acl_rev:
            return errors.AccessChanged()
        vis = item.vis
        if item.target is not None:
            target = self._target(item)
            if target is None:
                return errors.TargetNotFound()
            if item.kind in CHANGES:
                refusal = self._change(head, target, item)
                if refusal is not None:
                    return refusal
                vis = target.vis
        elif item.kind in membership.EFFECTS:
            self._bump(head)
            members = self.locked.members.setdefault(head.id, {})
            outcome = membership.EFFECTS[item.kind](head, members, item)
            if isinstance(outcome, Refusal):
                return outcome
            for person in outcome:
                self.decision.members[(head.id, person)] = members[person]
        return self._number(head, item, vis, body_hash)

    def mark(self, item: Mark) -> Answer:
        """Move the marks of a member, or of staff that looks in, forward; never back, never beyond the head."""
        head = self.locked.heads.get(item.conversation)
        if head is None or head.chain != item.chain:
            return errors.ConversationNotFound()
        if item.acl_rev is not None and item.acl_rev != head.acl_rev:
            return errors.AccessChanged()
        members = self.locked.members.setdefault(head.id, {})
        row = members.get(item.person)
        if row is None:
            if not item.quiet:
                return errors.NotMember()
            row = MemberRow(head.id, item.person, head.chain, "guide", WATCHING, 1, "", None, False)
            members[item.person] = row
        read = max(row.read, min(item.read, head.last_seq))
        delivered = max(row.delivered, min(item.delivered, head.last_seq), read)
        moved = read > row.read or delivered > row.delivered
        if moved:
            if read > row.read:
                places = self.locked.places
                place = places[(head.id, item.person, read)] if read < head.last_seq else (head.counted, 0)
                row.read, (row.read_ordinal, row.own_unread) = read, place
                if row.state == JOINED:
                    self.decision.inbox.setdefault((person_owner(item.person), head.id), False)
            row.delivered = delivered
            self.decision.members[(head.id, item.person)] = row
        return Marked(head.id, head.chain, item.person, row.read, row.delivered, moved)

    def touch(self, item: Touch) -> Answer:
        head = self.locked.heads.get(item.conversation)
        if head is None or head.chain != item.chain:
            return errors.ConversationNotFound()
        self._bump(head)
        head.customer = item.customer or head.customer
        head.merged_into = item.merged_into or head.merged_into
        if item.raise_epoch:
            head.epoch += 1
            self.decision.fresh.setdefault(head.id, Fresh(head.last_seq + 1))
        self.decision.heads[head.id] = head
        return None

    def place(self) -> None:
        """Where the changed conversations now belong, and where they no longer do."""
        for conversation, before in self.before.items():
            head = self.locked.heads[conversation]
            after = owners(head, self.locked.members.get(conversation, {}))
            for owner in before:
                if owner not in after:
                    self.decision.inbox[(owner, conversation)] = True
            for owner in after:
                self.decision.inbox[(owner, conversation)] = False

    def _known(self, item: Append) -> Known | None:
        known = self.locked.known
        found = known.get((item.conversation, item.actor, item.cid))
        if found is None and item.aliases:
            for alias in item.aliases:
                found = known.get((item.conversation, alias, item.cid))
                if found is not None:
                    break
        return found

    def _target(self, item: Append) -> Target | None:
        assert item.target is not None
        target = self.locked.targets.get((item.conversation, item.target))
        if target is None or target.kind not in MESSAGES:
            return None
        if item.classes and (target.vis not in item.classes or target.seq < item.sees_from):
            return None
        return target

    def _change(self, head: Head, target: Target, item: Append) -> Refusal | None:
        ids = (item.actor, *item.aliases)
        state = changed(target, Change(item.kind, item.body, item.actor, ids, item.limit_ms, self.now_ms))
        if isinstance(state, Refusal):
            return state
        shown = target.seq == head.top_seq and item.kind in ("edit", "recall")
        if shown:
            self._bump(head)
        target.state = encoded(state)
        if state.recalled:
            target.body = "{}"
            self.decision.blanks.append((head.id, target.seq))
            if shown:
                head.top_kind, head.top_text = "recalled", ""
        elif shown:
            head.top_text = preview(item.kind, item.body)
        self.decision.states[(head.id, target.seq)] = target.state
        return None

    def _number(self, head: Head, item: Append, vis: str, body_hash: bytes) -> Ack:
        """Give the event its number, and the conversation what follows from it."""
        kind, body = item.kind, item.body.decode()
        is_message = kind in MESSAGES
        counts = is_message and vis == "all"
        if counts:
            self._bump(head)
        seq = head.last_seq = head.last_seq + 1
        if counts:
            self._count(head, item, seq)
        changes = item.target if kind in CHANGES else None
        fresh = self.decision.fresh.get(head.id)
        if fresh is None:
            fresh = self.decision.fresh[head.id] = Fresh(seq)
        if kind == "recall" and changes is not None:
            fresh.blanked.append(changes)
        event = Event(seq, kind, item.actor, item.cid, self.now_ms, msgspec.Raw(item.body), vis)
        fresh.events.append(LogEvent(seq, vis, _encode(event), changes or 0))
        self.decision.rows.append(
            (head.id, seq, head.chain, kind, item.actor, item.cid, body, vis, self.now_ms, body_hash, head.counted,
             changes)
        )  # fmt: skip
        self.decision.heads[head.id] = head
        self.locked.known[(head.id, item.actor, item.cid)] = Known(seq, self.now_ms, body_hash)
        if is_message:
            self.locked.targets[(head.id, seq)] = Target(seq, kind, item.actor, vis, self.now_ms, body, None)
        return Ack(seq, self.now_ms)

    def _count(self, head: Head, item: Append, seq: int) -> None:
        """A message for everybody: it stands on top of the inboxes, is unread for others, waits or answers."""
        head.counted += 1
        head.top_seq, head.top_at, head.top_kind, head.top_actor = seq, self.now_ms, item.kind, item.actor
        head.top_text = preview(item.kind, item.body)
        if item.role == "customer":
            if head.waiting_since is None:
                head.waiting_since = self.now_ms
        elif item.role in STAFF_ROLES:
            since = head.waiting_since
            if since is not None:
                self.decision.answered.append(
                    Answered(head.id, head.chain, ShopId(head.shop), since, item.actor, self.now_ms)
                )
                head.waiting_since = None
            head.answered = head.counted
        row = self.locked.members.get(head.id, {}).get(item.actor)
        if row is not None:
            row.own_unread += 1
            self.decision.spoken[(head.id, item.actor)] = row

    def _bump(self, head: Head) -> None:
        """The inbox rows of ``head`` will be numbered anew; remember whose it was before the change."""
        if head.id not in self.before:
            self.before[head.id] = owners(head, self.locked.members.get(head.id, {}))
