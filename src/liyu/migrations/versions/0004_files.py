"""Uploads, files, their variants, and which messages name them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from liyu.platform.db.metadata import Big, Json
from liyu.platform.db.row_security import protect

revision = "0004_files"
down_revision = "0003_catalog"
branch_labels = None
depends_on = None

TENANT_TABLES = ("upload", "upload_piece", "stored_file", "file_variant", "file_use")


def upgrade() -> None:
    _uploads()
    _files()
    protect(*TENANT_TABLES)


def downgrade() -> None:
    for table in reversed(TENANT_TABLES):
        op.drop_table(table)


def _uploads() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", Big, nullable=False),
        sa.Column("received", Big, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("lease_until", Big, nullable=False),
        sa.Column("refusal", Json, nullable=True),
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("expires_at", Big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_upload"),
        sa.CheckConstraint("state in ('open', 'finishing', 'done', 'refused')", name="ck_upload_state"),
        sa.CheckConstraint("received >= 0 and received <= size", name="ck_upload_received"),
    )
    op.create_index("ix_upload_owner_id_state", "upload", ["owner_id", "state"])
    op.create_index("ix_upload_conversation_id", "upload", ["conversation_id"])
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"])
    op.create_table(
        "upload_piece",
        sa.Column("upload_id", sa.Text, nullable=False),
        sa.Column("start", Big, nullable=False, autoincrement=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "start", name="pk_upload_piece"),
    )


def _files() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("owner_id", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", Big, nullable=False),
        sa.Column("width", sa.Integer, nullable=True),
        sa.Column("height", sa.Integer, nullable=True),
        sa.Column("duration_ms", sa.Integer, nullable=True),
        sa.Column("waveform", Json, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("checked_at", Big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stored_file"),
        sa.CheckConstraint("kind in ('picture', 'voice', 'file', 'clip')", name="ck_stored_file_kind"),
        sa.CheckConstraint("state in ('fresh', 'kept', 'gone')", name="ck_stored_file_state"),
    )
    op.create_index("ix_stored_file_owner_id_created_at", "stored_file", ["owner_id", "created_at"])
    op.create_index("ix_stored_file_conversation_id", "stored_file", ["conversation_id"])
    op.create_index("ix_stored_file_state_checked_at", "stored_file", ["state", "checked_at"])
    op.create_table(
        "file_variant",
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("variant", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", Big, nullable=False),
        sa.PrimaryKeyConstraint("file_id", "variant", name="pk_file_variant"),
    )
    op.create_table(
        "file_use",
        sa.Column("file_id", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("file_id", "actor_id", "client_id", name="pk_file_use"),
    )
    op.create_index("ix_file_use_actor_id_client_id", "file_use", ["actor_id", "client_id"])
