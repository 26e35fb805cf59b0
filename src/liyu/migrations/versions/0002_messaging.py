"""The conversation log, inboxes, message search, and jobs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from liyu.platform.db.metadata import Big, Json
from liyu.platform.db.row_security import protect

revision = "0002_messaging"
down_revision = "0001_identity"
branch_labels = None
depends_on = None

TENANT_TABLES = ("conversation", "event", "member", "inbox_owner", "inbox", "message_term", "message_erasure", "job")

_EXACT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _conversations()
    _events()
    _inboxes()
    _search_and_erasure()
    _jobs()
    protect(*TENANT_TABLES)


def _conversations() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("shop_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("customer_id", sa.Text, nullable=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("vip", sa.Boolean, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("last_seq", Big, nullable=False),
        sa.Column("acl_rev", sa.Integer, nullable=False),
        sa.Column("assignee_id", sa.Text, nullable=True),
        sa.Column("counted", Big, nullable=False),
        sa.Column("answered", Big, nullable=False),
        sa.Column("waiting_since", Big, nullable=True),
        sa.Column("top_seq", Big, nullable=False),
        sa.Column("top_at", Big, nullable=False),
        sa.Column("top_kind", sa.Text, nullable=False),
        sa.Column("top_text", sa.Text, nullable=False),
        sa.Column("top_actor", sa.Text, nullable=False),
        sa.Column("merged_into", sa.Text, nullable=True),
        sa.Column("indexed_seq", Big, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
    )
    standing = sa.text("merged_into is null and kind = 'shop'")
    op.create_index(
        "ux_conversation_shop_customer",
        "conversation",
        ["shop_id", "customer_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_index("ix_conversation_customer_id", "conversation", ["customer_id"])
    op.create_index("ix_conversation_shop_id", "conversation", ["shop_id"])
    op.create_table(
        "member",
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("from_seq", Big, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("avatar", sa.Text, nullable=True),
        sa.Column("vip", sa.Boolean, nullable=False),
        sa.Column("read_seq", Big, nullable=False),
        sa.Column("delivered_seq", Big, nullable=False),
        sa.Column("read_ordinal", Big, nullable=False),
        sa.Column("own_unread", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "person_id", name="pk_member"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_member_person_id", "member", ["person_id"])


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("seq", Big, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("actor_id", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("at", Big, nullable=False),
        sa.Column("body_hash", sa.LargeBinary, nullable=True),
        sa.Column("ordinal", Big, nullable=False),
        sa.Column("target", Big, nullable=True),
        sa.Column("state", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("conversation_id", "seq", name="pk_event"),
        sa.UniqueConstraint(
            "conversation_id", "actor_id", "client_id", name="uq_event_conversation_id_actor_id_client_id"
        ),
        sqlite_with_rowid=False,
    )
    changing = sa.text("target is not null")
    op.create_index(
        "ix_event_conversation_id_target",
        "event",
        ["conversation_id", "target"],
        sqlite_where=changing,
        postgresql_where=changing,
    )


def _inboxes() -> None:
    op.create_table(
        "inbox_owner",
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("rev", Big, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_inbox_owner"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("rev", Big, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("owner", "conversation_id", name="pk_inbox"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inbox_owner_gone_rev", "inbox", ["owner", "gone", "rev"])


def _search_and_erasure() -> None:
    op.create_table(
        "message_term",
        sa.Column("conversation_id", sa.Text, nullable=False),
        sa.Column("term", _EXACT, nullable=False),
        sa.Column("seq", Big, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "term", "seq", name="pk_message_term"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_message_term_conversation_id_seq", "message_term", ["conversation_id", "seq"])
    op.create_table(
        "message_erasure",
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("at", Big, nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "person_id", name="pk_message_erasure"),
    )


def _jobs() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("run_at", Big, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease_until", Big, nullable=False),
        sa.Column("lease", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("failed_at", Big, nullable=True),
        sa.Column("created_at", Big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("chain_id", "kind", "key", name="uq_job_chain_id_kind_key"),
    )
    waiting = sa.text("failed_at is null")
    op.create_index("ix_job_run_at", "job", ["run_at"], sqlite_where=waiting, postgresql_where=waiting)
