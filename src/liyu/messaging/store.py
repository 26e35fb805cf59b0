"""The queries of the log: what is read outside its lock, and the few rows that units of work write.

Every query is scoped by the chain. Reading a window, a gap or a list never touches more rows than it shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection, Row

from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId
from liyu.messaging.model import Access, CommittedEvents, InboxChange, LogEvent, Marked
from liyu.messaging.rows import JOINED, MemberRow
from liyu.messaging.tables import conversation, event, inbox, inbox_owner, member
from liyu.protocol.events import CHANGES
from liyu.protocol.frames import Event
from liyu.protocol.snapshots import InboxEntry, Message, MessageState

c, e, m, i = conversation.c, event.c, member.c, inbox.c

_encode = msgspec.json.Encoder().encode
#: The very objects that the structs have as defaults, so that encoding leaves them out.
_CLASSES: dict[str, str] = {name: name for name in ("all", "staff", "customer")}
_STATE = msgspec.json.Decoder(MessageState)


PARAMETERS = 10_000  # of one statement; both databases take about 32,000


@dataclass(frozen=True, slots=True)
class Head:
    """Where a conversation stands."""

    epoch: int
    seq: int
    acl_rev: int


def insert_conversation(
    connection: Connection, *, id_: str, chain: str, shop: str, kind: str, customer: str | None, title: str, now: int
) -> None:
    """A new, empty conversation."""
    values = {
        "id": id_,
        "chain_id": chain,
        "shop_id": shop,
        "kind": kind,
        "customer_id": customer,
        "title": title,
        "vip": False,
        "epoch": 1,
        "top_at": now,
        "created_at": now,
    }
    zeros = dict.fromkeys(("last_seq", "acl_rev", "counted", "answered", "top_seq", "indexed_seq"), 0)
    blanks = dict.fromkeys(("top_kind", "top_text", "top_actor"), "")
    connection.execute(conversation.insert().values(values | zeros | blanks))


def hold(connection: Connection, chain: ChainId, wanted: ConversationId) -> None:
    """Keep others from changing a conversation until this transaction ends.

    For a unit that decides by the conversation's row and touches no other; SQLite holds everything anyway.
    """
    connection.execute(
        sa.select(conversation.c.id)
        .where(conversation.c.id == wanted, conversation.c.chain_id == chain)
        .with_for_update()
    )


def conversations(connection: Connection, chain: ChainId, ids: Sequence[ConversationId]) -> dict[str, Row[Any]]:
    """The rows of those of ``ids`` that are in ``chain``."""
    if not ids:
        return {}
    rows = connection.execute(sa.select(conversation).where(c.chain_id == chain, c.id.in_(ids)))
    return {row.id: row for row in rows}


def of_customer(connection: Connection, chain: ChainId, shop: ShopId, people: Sequence[PersonId]) -> list[Row[Any]]:
    """The conversations that these ids of one person have with the shop: the one that goes on first, then oldest."""
    query = sa.select(conversation).where(c.chain_id == chain, c.shop_id == shop, c.customer_id.in_(people))
    query = query.where(c.kind == "shop")
    return list(connection.execute(query.order_by(c.merged_into.is_not(None), c.created_at, c.id)))


def membership_rows(connection: Connection, chain: ChainId, people: Sequence[PersonId]) -> list[Row[Any]]:
    """What these people are members of, with the conversation's row."""
    query = (
        sa.select(
            m.conversation_id, m.person_id, m.role, m.from_seq, c.shop_id, c.customer_id, c.kind, c.merged_into,
            c.assignee_id, m.read_seq, m.delivered_seq, m.read_ordinal, m.own_unread, c.waiting_since,
        )
        .join_from(member, conversation, c.id == m.conversation_id)
        .where(m.chain_id == chain, m.person_id.in_(people), m.state == JOINED)
    )  # fmt: skip
    return list(connection.execute(query.order_by(m.conversation_id)))


def joined_ids(chain: ChainId, people: Sequence[PersonId]) -> sa.Select[Any]:
    """The ids of the conversations that these people are members of, as part of another query."""
    return sa.select(m.conversation_id).where(m.chain_id == chain, m.person_id.in_(people), m.state == JOINED)


def members(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, MemberRow]]:
    """The members of several conversations, by conversation and person."""
    found: dict[str, dict[str, MemberRow]] = {id_: {} for id_ in ids}
    if ids:
        for row in connection.execute(sa.select(member).where(m.conversation_id.in_(ids)).order_by(m.person_id)):
            found[row.conversation_id][row.person_id] = _member(row)
    return found


def own_members(connection: Connection, ids: Sequence[str], people: Sequence[PersonId]) -> dict[str, list[MemberRow]]:
    """The rows of one person, under any of its ids, in several conversations."""
    found: dict[str, list[MemberRow]] = {}
    query = sa.select(member).where(m.conversation_id.in_(ids), m.person_id.in_(people))
    for row in connection.execute(query) if ids else ():
        found.setdefault(row.conversation_id, []).append(_member(row))
    return found


def marks(connection: Connection, chain: ChainId, ids: Sequence[ConversationId]) -> dict[ConversationId, list[Marked]]:
    """Where everybody stands who has joined, in one query."""
    found: dict[ConversationId, list[Marked]] = {}
    query = sa.select(m.conversation_id, m.person_id, m.read_seq, m.delivered_seq)
    query = query.where(m.chain_id == chain, m.conversation_id.in_(ids), m.state == JOINED)
    for row in connection.execute(query) if ids else ():
        mark = Marked(row[0], chain, row[1], row[2], row[3], moved=False)
        found.setdefault(row[0], []).append(mark)
    return found


def heads(
    connection: Connection, chains: Sequence[ChainId], ids: Iterable[ConversationId]
) -> dict[ConversationId, Head]:
    """Where these conversations stand, in one query (per ``PARAMETERS`` of them)."""
    found: dict[ConversationId, Head] = {}
    wanted = list(ids)
    for start in range(0, len(wanted), PARAMETERS):
        some = wanted[start : start + PARAMETERS]
        query = sa.select(c.id, c.epoch, c.last_seq, c.acl_rev).where(c.id.in_(some), c.chain_id.in_(chains))
        found |= {row[0]: Head(row[1], row[2], row[3]) for row in connection.execute(query)}
    return found


def events_after(
    connection: Connection, chain: ChainId, id_: ConversationId, after: int, limit: int, access: Access | None = None
) -> CommittedEvents | None:
    """Up to ``limit`` numbers after ``after``, of every class or, with ``access``, those that it sees.

    The range counts what is hidden, so ``limit`` bounds the numbers, not the events shown.
    """
    row = connection.execute(sa.select(c.epoch, c.last_seq, c.acl_rev).where(c.chain_id == chain, c.id == id_)).first()
    if row is None:
        return None
    after = min(after, row.last_seq)  # whoever claims to be ahead sees it by ``first``
    last = min(row.last_seq, after + limit)
    query = sa.select(event).where(e.conversation_id == id_, e.seq > after, e.seq <= last).order_by(e.seq)
    events = tuple(log_event(found) for found in connection.execute(query)) if last > after else ()
    if access is not None:
        events = tuple(one for one in events if access.sees(one.vis, one.seq, one.target))
    return CommittedEvents(id_, chain, row.epoch, after + 1, last, events, acl_rev=row.acl_rev, head=row.last_seq)


def log_event(row: Row[Any]) -> LogEvent:
    """A stored event as it travels."""
    body = msgspec.Raw(row.body.encode())
    event_ = Event(row.seq, row.kind, row.actor_id, row.client_id, row.at, body, _CLASSES[row.visibility])
    return LogEvent(row.seq, row.visibility, _encode(event_), row.target or 0)


def window(
    connection: Connection, id_: ConversationId, access: Access, *, before: int | None, limit: int
) -> tuple[list[Message], bool]:
    """The newest ``limit`` entries of the thread that ``access`` sees, below ``before``, oldest first; are there more.

    Changes (reactions, edits, …) do not stand in the thread: their sum is each message's ``state``.
    """
    query = sa.select(event).where(
        e.conversation_id == id_,
        e.seq >= access.from_seq,
        e.visibility.in_(sorted(access.classes)),
        e.kind.not_in(sorted(CHANGES)),
    )
    if before is not None:
        query = query.where(e.seq < before)
    rows = list(connection.execute(query.order_by(e.seq.desc()).limit(limit + 1)))
    return [message(row) for row in reversed(rows[:limit])], len(rows) > limit


def message(row: Row[Any]) -> Message:
    """A stored event as an entry of the thread."""
    state = _STATE.decode(row.state) if row.state else MessageState()
    body = msgspec.Raw(row.body.encode())
    return Message(row.seq, row.kind, row.actor_id, row.client_id, row.at, body, _CLASSES[row.visibility], state)


def known_event(connection: Connection, id_: ConversationId, people: Sequence[PersonId], cid: str) -> Any:
    """What already stands under an idempotency key of one person."""
    query = sa.select(e.seq, e.at, e.body_hash, e.kind)
    return connection.execute(query.where(e.conversation_id == id_, e.actor_id.in_(people), e.client_id == cid)).first()


def inbox_page(
    connection: Connection, chain: ChainId, owner: str, before: int | None, limit: int
) -> tuple[int, list[InboxEntry], bool]:
    """The owner's last revision, its entries from the most recently changed on, and whether there are more."""
    rev = revisions(connection, chain, [owner]).get(owner, 0)
    query = _entries(owner).where(i.chain_id == chain, i.gone.is_(sa.false()))
    if before is not None:
        query = query.where(i.rev < before)
    rows = list(connection.execute(query.order_by(i.rev.desc()).limit(limit + 1)))
    return rev, [inbox_entry(row) for row in rows[:limit]], len(rows) > limit


def inbox_after(connection: Connection, chain: ChainId, owner: str, after: int, limit: int) -> InboxChange | None:
    """What changed in an inbox after revision ``after``; ``None``: load it afresh.

    That is so where more than ``limit`` rows changed, and where ``after`` was never reached (a restored database).

    A revision without a row was overtaken by a later one of the same conversation: the range stays contiguous.
    """
    rev = revisions(connection, chain, [owner]).get(owner, 0)
    rows: list[Row[Any]] = []
    for gone in (sa.false(), sa.true()):  # each a range of the index
        query = _entries(owner).where(i.chain_id == chain, i.gone.is_(gone), i.rev > after)
        rows.extend(connection.execute(query.order_by(i.rev).limit(limit + 1)))
    rows.sort(key=lambda row: row.rev)
    if len(rows) > limit or after > rev:
        return None
    return InboxChange(owner, chain, after + 1, rev, tuple(_encode(inbox_entry(row)) for row in rows))


def revisions(connection: Connection, chain: ChainId, owners: Sequence[str]) -> dict[str, int]:
    """The newest revision of each owner that has one, in one query."""
    o = inbox_owner.c
    rows = connection.execute(sa.select(o.owner, o.rev).where(o.chain_id == chain, o.owner.in_(owners)))
    return {row[0]: row[1] for row in rows}


def inbox_entry(row: Row[Any]) -> InboxEntry:
    """One joined row as an entry; must say the same as ``inbox.entry`` says at the commit."""
    if row.gone:
        return InboxEntry(conv=row.id, rev=row.rev, shop=row.shop_id, gone=True)
    if row.read_seq is None:
        read, unread = 0, min(99, row.counted - row.answered)
    else:
        read, unread = row.read_seq, max(0, min(99, row.counted - row.read_ordinal - row.own_unread))
    return InboxEntry(
        row.id, row.rev, row.shop_id, row.title, row.kind, row.top_seq, row.top_at, row.top_kind, row.top_text,
        row.top_actor, row.customer_id, row.vip, row.assignee_id, row.waiting_since, read, unread,
    )  # fmt: skip


def _entries(owner: str) -> sa.Select[Any]:
    """An owner's rows with their conversations, and the owner's own marks where it is a person."""
    person = owner[2:] if owner.startswith("p:") else ""
    mine = sa.and_(m.conversation_id == i.conversation_id, m.person_id == person)
    return (
        sa.select(
            c.id, c.shop_id, c.title, c.kind, c.top_seq, c.top_at, c.top_kind, c.top_text, c.top_actor, c.customer_id,
            c.vip, c.assignee_id, c.waiting_since, c.counted, c.answered, i.rev, i.gone,
            m.read_seq, m.read_ordinal, m.own_unread,
        )
        .select_from(inbox)
        .join(conversation, c.id == i.conversation_id)
        .outerjoin(member, mine)
        .where(i.owner == owner)
    )  # fmt: skip


def _member(row: Row[Any]) -> MemberRow:
    return MemberRow(
        row.conversation_id, row.person_id, row.chain_id, row.role, row.state, row.from_seq, row.name, row.avatar,
        row.vip, row.read_seq, row.delivered_seq, row.read_ordinal, row.own_unread,
    )  # fmt: skip
