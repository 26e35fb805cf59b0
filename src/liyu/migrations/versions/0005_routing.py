"""Desks and answered waits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from liyu.platform.db.metadata import Big
from liyu.platform.db.row_security import protect

revision = "0005_routing"
down_revision = "0004_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk",
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
        sa.Column("seen_at", Big, nullable=False),
        sa.Column("taken_at", Big, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_desk"),
    )
    op.create_index("ix_desk_chain_id", "desk", ["chain_id"])
    op.create_table(
        "answered_wait",
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("asked_at", Big, nullable=False, autoincrement=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("shop_id", sa.Text, nullable=False),
        sa.Column("answered_by", sa.Text, nullable=False),
        sa.Column("waited_ms", Big, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "asked_at", name="pk_answered_wait"),
    )
    op.create_index("ix_answered_wait_shop_id_asked_at", "answered_wait", ["shop_id", "asked_at"])
    protect("desk", "answered_wait")
