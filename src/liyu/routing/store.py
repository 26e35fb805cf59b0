"""The queries of routing. It reads conversations, and writes only its own tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId
from liyu.messaging.model import Answered
from liyu.messaging.tables import conversation
from liyu.routing.model import DEFAULT_CAPACITY, WINDOW, State, Waiting
from liyu.routing.tables import answered_wait, desk

AT_HAND_MS = 2 * 60 * 60 * 1000  # a conversation whose last message is older no longer fills a guide's hands


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A guide's desk. ``seen_at`` 0: never open."""

    person: PersonId
    state: State
    capacity: int
    seen_at: int
    taken_at: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A conversation in the queue, as the board shows it."""

    waiting: Waiting
    title: str
    text: str
    kind: str


def desks(connection: Connection, chain: ChainId) -> dict[PersonId, DeskRow]:
    """Every desk of the chain that was ever open."""
    rows = connection.execute(sa.select(desk).where(desk.c.chain_id == chain)).mappings()
    return {
        row["person_id"]: DeskRow(row["person_id"], row["state"], row["capacity"], row["seen_at"], row["taken_at"])
        for row in rows
    }


def put_desk(
    connection: Connection,
    chain: ChainId,
    person: PersonId,
    now_ms: int,
    *,
    state: State | None,
    capacity: int | None,
) -> DeskRow:
    """Note that the desk is open now, with what is to change about it."""
    found = desks_of(connection, chain, [person]).get(person)
    row = DeskRow(
        person,
        state or (found.state if found else "free"),
        capacity or (found.capacity if found else DEFAULT_CAPACITY),
        now_ms,
        found.taken_at if found else 0,
    )
    values = {"state": row.state, "capacity": row.capacity, "seen_at": row.seen_at, "taken_at": row.taken_at}
    if found is None:
        connection.execute(sa.insert(desk).values(person_id=person, chain_id=chain, **values))
    else:
        connection.execute(sa.update(desk).where(desk.c.person_id == person).values(**values))
    return row


def desks_of(connection: Connection, chain: ChainId, people: Sequence[PersonId]) -> dict[PersonId, DeskRow]:
    """The desks of ``people``."""
    return {person: row for person, row in desks(connection, chain).items() if person in set(people)}


def note_taken(connection: Connection, chain: ChainId, person: PersonId, now_ms: int) -> None:
    """The person took a conversation now."""
    connection.execute(
        sa.update(desk).where(desk.c.person_id == person, desk.c.chain_id == chain).values(taken_at=now_ms)
    )


def waiting(connection: Connection, chain: ChainId, shops: Sequence[ShopId]) -> list[WaitingRow]:
    """Unassigned conversations of ``shops`` in which a customer waits."""
    c = conversation.c
    query = sa.select(c.id, c.shop_id, c.waiting_since, c.vip, c.title, c.top_text, c.top_kind).where(
        c.chain_id == chain,
        c.shop_id.in_(list(shops)),
        c.assignee_id.is_(None),
        c.waiting_since.is_not(None),
        c.merged_into.is_(None),
    )
    return [
        WaitingRow(
            Waiting(row.id, row.shop_id, row.waiting_since, bool(row.vip)), row.title, row.top_text, row.top_kind
        )
        for row in connection.execute(query)
    ]


def at_hand(connection: Connection, chain: ChainId, now_ms: int) -> dict[PersonId, int]:
    """Person → conversations in its charge that still move: somebody waits, or something was said lately."""
    c = conversation.c
    query = (
        sa.select(c.assignee_id, sa.func.count())
        .where(
            c.chain_id == chain,
            c.assignee_id.is_not(None),
            c.merged_into.is_(None),
            sa.or_(c.waiting_since.is_not(None), c.top_at > now_ms - AT_HAND_MS),
        )
        .group_by(c.assignee_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def shop_of(connection: Connection, chain: ChainId, wanted: ConversationId) -> ShopId | None:
    """The shop of a conversation."""
    c = conversation.c
    found: ShopId | None = connection.execute(
        sa.select(c.shop_id).where(c.id == wanted, c.chain_id == chain)
    ).scalar_one_or_none()
    return found


def recent_waits(connection: Connection, chain: ChainId, shop: ShopId) -> list[int]:
    """How long the newest answered waits of a shop were, oldest first, milliseconds."""
    w = answered_wait.c
    query = (
        sa.select(w.waited_ms).where(w.chain_id == chain, w.shop_id == shop).order_by(w.asked_at.desc()).limit(WINDOW)
    )
    return list(reversed(list(connection.execute(query).scalars())))


def note_answered(connection: Connection, chain: ChainId, waits: Sequence[Answered]) -> None:
    """Keep answered waits of one chain; a second note of the same is nothing."""
    w = answered_wait.c
    fresh = {(one.conversation, one.asked_at): one for one in waits}
    known = sa.select(w.conversation_id, w.asked_at).where(
        w.chain_id == chain,
        w.conversation_id.in_({one.conversation for one in waits}),
        w.asked_at >= min(one.asked_at for one in waits),
    )
    for row in connection.execute(known):
        fresh.pop((row[0], row[1]), None)
    if fresh:
        connection.execute(
            sa.insert(answered_wait),
            [
                {
                    "conversation_id": one.conversation,
                    "asked_at": one.asked_at,
                    "chain_id": chain,
                    "shop_id": one.shop,
                    "answered_by": one.answered_by,
                    "waited_ms": one.answered_at - one.asked_at,
                }
                for one in fresh.values()
            ],
        )


def assignee_of(connection: Connection, chain: ChainId, wanted: ConversationId) -> PersonId | None:
    """Who takes care of a conversation, if anybody."""
    c = conversation.c
    found: PersonId | None = connection.execute(
        sa.select(c.assignee_id).where(c.id == wanted, c.chain_id == chain)
    ).scalar_one_or_none()
    return found
