"""The table of kept answers. ``status`` is null while the first request is under way."""

from __future__ import annotations

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table

from liyu.platform.db.metadata import Big, Integer, Json, LargeBinary, Text, metadata

kept_answer = Table(
    "kept_answer",
    metadata,
    Column("chain_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("begun_at", Big, nullable=False),
    Column("status", Integer, nullable=True),
    Column("headers", Json, nullable=True),
    Column("body", LargeBinary, nullable=True),
    PrimaryKeyConstraint("chain_id", "person_id", "key"),
    Index("ix_kept_answer_begun_at", "begun_at"),
)
