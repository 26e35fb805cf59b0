"""The values of the conversation log. They decide nothing; ``decisions.py`` does.

Structs rather than dataclasses: several are made for every message, and a frozen dataclass takes ten times as long.
Times are milliseconds since 1970 UTC. ``bytes`` bodies are canonical JSON: the encoding of the kind's struct.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec

from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId

T = TypeVar("T")

#: In place of a sequence number: from the event itself on.
FROM_HERE = -1


class Append(msgspec.Struct, frozen=True):
    """One event to be appended.

    ``cid`` with ``actor`` (or one of ``aliases``) is the idempotency key. ``acl_rev``: what the sender's access was
    decided at, compared under the lock; ``None``: written by the system itself. ``said``: what the client sent, where
    the server added to it (prices): the key's body. ``limit_ms``: how old the target of an edit or recall may be.
    ``target``: the message that a change is about, or that a message answers (``reply_to``).
    ``from_seq`` of a ``member.joined``: the first event that the member may read.
    ``classes`` and ``sees_from``: what the sender may read, for what speaks of others; no class: the system, all.
    """

    conversation: ConversationId
    chain: ChainId
    actor: PersonId
    aliases: tuple[PersonId, ...]
    cid: str
    kind: str
    body: bytes
    vis: str = "all"
    acl_rev: int | None = None
    said: bytes | None = None
    target: int | None = None
    limit_ms: int | None = None
    from_seq: int = 1
    classes: frozenset[str] = frozenset()
    sees_from: int = 1
    role: str = "system"


class Mark(msgspec.Struct, frozen=True):
    """Move a person's read and delivered marks forward. ``quiet``: staff that is no member may have marks too."""

    conversation: ConversationId
    chain: ChainId
    person: PersonId
    read: int
    delivered: int
    acl_rev: int | None = None
    quiet: bool = False


class Touch(msgspec.Struct, frozen=True):
    """Number a conversation anew in its owners' inboxes.

    ``raise_epoch``: its followers must load it afresh. ``customer``: whose conversation it becomes.
    ``merged_into``: the older conversation of the same customer and shop that goes on in its place.
    """

    conversation: ConversationId
    chain: ChainId
    raise_epoch: bool = False
    customer: PersonId | None = None
    merged_into: ConversationId | None = None


Item = Append | Mark | Touch


class Ack(msgspec.Struct, frozen=True):
    """The event is durable. ``duplicate``: it was before; ``seq`` and ``at`` are those of the first time."""

    seq: int
    at: int
    duplicate: bool = False


class Marked(msgspec.Struct, frozen=True):
    """Where a person now stands. ``moved``: this mark changed something."""

    conversation: ConversationId
    chain: ChainId
    person: PersonId
    read: int
    delivered: int
    moved: bool


class Answered(msgspec.Struct, frozen=True):
    """A wait that ended: a member of staff wrote. ``asked_at``: the customer's oldest message without an answer."""

    conversation: ConversationId
    chain: ChainId
    shop: ShopId
    asked_at: int
    answered_by: PersonId
    answered_at: int


class Access(msgspec.Struct, frozen=True):
    """What a person may do in a conversation, as of ``acl_rev``.

    ``from_seq``: the first event that it may read. ``member``: it has joined; staff of the shop need not.
    ``person``: the id under which it is a member or acts.
    """

    conversation: ConversationId
    chain: ChainId
    shop: ShopId
    epoch: int
    acl_rev: int
    role: str
    classes: frozenset[str]
    from_seq: int
    may_send: bool
    person: PersonId
    member: bool = True

    def sees(self, vis: str, seq: int, target: int | None = None) -> bool:
        """Whether an event is visible: its class, its place, and the place of what it changes."""
        return vis in self.classes and seq >= self.from_seq and (not target or target >= self.from_seq)


class LogEvent(msgspec.Struct, frozen=True):
    """An event, encoded once. ``target``: the message that it changes (0: none)."""

    seq: int
    vis: str
    encoded: bytes
    target: int = 0


class CommittedEvents(msgspec.Struct, frozen=True):
    """Events ``first`` … ``last`` of a conversation, contiguous; those hidden from a reader are left out for it.

    ``last == first - 1``: nothing new at ``epoch`` (the epoch rose, or the reader is current).
    ``blanked``: earlier events whose content is gone: whoever kept their encodings drops them.
    ``acl_rev``: that of the conversation after these events; a higher one than before means that permissions changed.
    ``head``: the conversation's last number when this was read or committed.
    """

    conversation: ConversationId
    chain: ChainId
    epoch: int
    first: int
    last: int
    events: tuple[LogEvent, ...]
    blanked: tuple[int, ...] = ()
    acl_rev: int = 0
    head: int = 0


class InboxChange(msgspec.Struct, frozen=True):
    """Revisions ``first_rev`` … ``last_rev`` of an owner, contiguous; ``entries``: encoded ``InboxEntry``."""

    owner: str
    chain: ChainId
    first_rev: int
    last_rev: int
    entries: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Unit(Generic[T]):
    """What a unit of work returns: its value, and what goes into the log with it.

    ``touches`` are decided before ``events``.
    """

    value: T
    events: Sequence[Append] = ()
    touches: Sequence[Touch] = ()


@dataclass(frozen=True, slots=True)
class Submitted(Generic[T]):
    """What became of a unit of work: its value, and an ack per event."""

    value: T
    acks: tuple[Ack, ...]


def queue_owner(shop: str) -> str:
    """The inbox of a shop's unassigned conversations."""
    return f"q:{shop}"


def person_owner(person: str) -> str:
    """The inbox of one person."""
    return f"p:{person}"
