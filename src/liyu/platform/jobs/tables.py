"""The table of jobs. A row is written in the transaction that causes it, and leaves when its work is done.

``key``: at most one waiting job per chain, kind and key. ``lease_until``: a worker has it until then; if it has not
finished, another takes over. ``failed_at``: given up after the last attempt; kept for people to look at.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, UniqueConstraint

from liyu.platform.db.metadata import Big, Integer, Json, Text, metadata

job = Table(
    "job",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("payload", Json, nullable=False),
    Column("run_at", Big, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_until", Big, nullable=False),
    Column("lease", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed_at", Big, nullable=True),
    Column("created_at", Big, nullable=False),
    UniqueConstraint("chain_id", "kind", "key"),
    Index(
        "ix_job_run_at",
        "run_at",
        sqlite_where=sa.text("failed_at is null"),
        postgresql_where=sa.text("failed_at is null"),
    ),
)
