"""Rows of the log as a transaction holds them under its locks: read by an adapter, changed by ``decisions.py``.

The order of the fields is the order of the columns in both adapters' statements.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from liyu.kit.ids import ChainId, ConversationId
from liyu.messaging.message_state import Target

STAFF_ROLES = frozenset({"guide", "designer", "owner", "manager", "adviser"})

JOINED, LEFT, WATCHING = "joined", "left", "watching"


class Head(msgspec.Struct):
    """A conversation's row, but for what no append reads or changes."""

    id: ConversationId
    chain: ChainId
    shop: str
    kind: str
    customer: str | None
    title: str
    vip: bool
    epoch: int
    last_seq: int
    acl_rev: int
    assignee: str | None
    counted: int
    answered: int
    waiting_since: int | None
    top_seq: int
    top_at: int
    top_kind: str
    top_text: str
    top_actor: str
    merged_into: str | None


#: Columns of ``conversation`` in the order of ``Head``.
HEAD_COLUMNS = (
    "id, chain_id, shop_id, kind, customer_id, title, vip, epoch, last_seq, acl_rev, assignee_id, counted, answered,"
    " waiting_since, top_seq, top_at, top_kind, top_text, top_actor, merged_into"
)


class MemberRow(msgspec.Struct):
    """A row of ``member``."""

    conversation: str
    person: str
    chain: str
    role: str
    state: str
    from_seq: int
    name: str
    avatar: str | None
    vip: bool
    read: int = 0
    delivered: int = 0
    read_ordinal: int = 0
    own_unread: int = 0

    def unread(self, counted: int) -> int:
        """Messages for everybody after the mark, but for one's own; at most 99."""
        return max(0, min(99, counted - self.read_ordinal - self.own_unread))


MEMBER_COLUMNS = (
    "conversation_id, person_id, chain_id, role, state, from_seq, name, avatar, vip,"
    " read_seq, delivered_seq, read_ordinal, own_unread"
)


class Known(msgspec.Struct, frozen=True):
    """An event that already stands under an idempotency key."""

    seq: int
    at: int
    body_hash: bytes | None


#: conversation, seq, chain, kind, actor, cid, body, visibility, at, body_hash, ordinal, target
EventRow = tuple[str, int, str, str, str, str, str, str, int, bytes, int, int | None]

EVENT_COLUMNS = (
    "conversation_id, seq, chain_id, kind, actor_id, client_id, body, visibility, at, body_hash, ordinal, target"
)


@dataclass(slots=True)
class Locked:
    """What a transaction read under its locks, by key.

    ``known``: (conversation, actor, cid) → what stands there. ``targets``: (conversation, seq).
    ``members``: conversation → person → row. ``places``: (conversation, person, seq) → (ordinal at ``seq``,
    the person's own counted messages after it), for marks.
    """

    heads: dict[str, Head] = field(default_factory=dict)
    known: dict[tuple[str, str, str], Known] = field(default_factory=dict)
    targets: dict[tuple[str, int], Target] = field(default_factory=dict)
    members: dict[str, dict[str, MemberRow]] = field(default_factory=dict)
    places: dict[tuple[str, str, int], tuple[int, int]] = field(default_factory=dict)
