"""The tables of routing. ``chain_id`` is the tenant."""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from liyu.platform.db.metadata import Big, Integer, Text, metadata

#: A guide's desk: what it takes on, and when it was last open on some device. ``taken_at``: its last conversation.
desk = Table(
    "desk",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("seen_at", Big, nullable=False),
    Column("taken_at", Big, nullable=False),
    Index("ix_desk_chain_id", "chain_id"),
)

#: How long customers waited for an answer. One row per answered wait; ``answered_by`` is a member of staff.
answered_wait = Table(
    "answered_wait",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("asked_at", Big, primary_key=True, autoincrement=False),
    Column("chain_id", Text, nullable=False),
    Column("shop_id", Text, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("waited_ms", Big, nullable=False),
    Index("ix_answered_wait_shop_id_asked_at", "shop_id", "asked_at"),
)
