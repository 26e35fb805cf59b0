"""Answers kept for requests that are sent again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from liyu.platform.db.metadata import Big, Json
from liyu.platform.db.row_security import protect

revision = "0006_repeats"
down_revision = "0005_routing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "kept_answer",
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("begun_at", Big, nullable=False),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("headers", Json, nullable=True),
        sa.Column("body", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("chain_id", "person_id", "key", name="pk_kept_answer"),
    )
    op.create_index("ix_kept_answer_begun_at", "kept_answer", ["begun_at"])
    protect("kept_answer")
