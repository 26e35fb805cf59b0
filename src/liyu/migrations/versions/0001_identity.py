"""Chains, shops, people, sessions, links, and who did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from liyu.platform.db.metadata import Big, Json
from liyu.platform.db.row_security import protect

revision = "0001_identity"
down_revision = None
branch_labels = None
depends_on = None

#: Every table but ``throttle``, which counts before anybody is known.
TENANT_TABLES = (
    "chain",
    "shop",
    "person",
    "credential",
    "person_alias",
    "site_customer",
    "role_grant",
    "device",
    "session",
    "session_token",
    "refresh_token",
    "site_key",
    "site_token",
    "link",
    "link_use",
    "audit",
    "identity_outbox",
)


def upgrade() -> None:
    _chains_and_people()
    _sessions()
    _sites_and_links()
    _records()
    _freeze_audit()
    protect(*TENANT_TABLES)


def _freeze_audit() -> None:
    """Let the database itself refuse to change what was recorded."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function audit_is_append_only() returns trigger language plpgsql as "
            "$$ begin raise exception 'audit is append-only'; end $$"
        )
        op.execute(
            "create trigger audit_is_append_only before update or delete on audit "
            "for each row execute function audit_is_append_only()"
        )
        return
    for deed in ("update", "delete"):
        op.execute(
            f"create trigger audit_no_{deed} before {deed} on audit "
            "begin select raise(abort, 'audit is append-only'); end"
        )


def _chains_and_people() -> None:
    op.create_table(
        "chain",
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.PrimaryKeyConstraint("chain_id", name="pk_chain"),
    )
    op.create_table(
        "shop",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("city", sa.Text, server_default="", nullable=False),
        sa.Column("address", sa.Text, server_default="", nullable=False),
        sa.Column("phone", sa.Text, server_default="", nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("hours", Json, nullable=False),
        sa.Column("holidays", Json, nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("campaign", sa.Text, nullable=True),
        sa.Column("created_at", Big, nullable=False),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.chain_id"], name="fk_shop_chain_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shop"),
        sa.UniqueConstraint("slug", name="uq_shop_slug"),
    )
    op.create_index("ix_shop_chain_id", "shop", ["chain_id"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("avatar", sa.Text, nullable=True),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("vip", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("erased_at", Big, nullable=True),
        sa.ForeignKeyConstraint(["chain_id"], ["chain.chain_id"], name="fk_person_chain_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_index("ix_person_chain_id_kind_id", "person", ["chain_id", "kind", "id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("login", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("demo", sa.Boolean, server_default=sa.text("false"), nullable=False),
        sa.Column("changed_at", Big, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_credential_person_id"),
        sa.PrimaryKeyConstraint("login", name="pk_credential"),
        sa.UniqueConstraint("person_id", name="uq_credential_person_id"),
    )
    op.create_table(
        "person_alias",
        sa.Column("alias_id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("merged_at", Big, nullable=False),
        sa.ForeignKeyConstraint(["alias_id"], ["person.id"], name="fk_person_alias_alias_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_alias_person_id"),
        sa.PrimaryKeyConstraint("alias_id", name="pk_person_alias"),
    )
    op.create_index("ix_person_alias_person_id", "person_alias", ["person_id"], unique=False)
    op.create_table(
        "site_customer",
        sa.Column("shop_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_site_customer_person_id"),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name="fk_site_customer_shop_id"),
        sa.PrimaryKeyConstraint("shop_id", "subject", name="pk_site_customer"),
    )
    op.create_index("ix_site_customer_person_id", "site_customer", ["person_id"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("granted_by", sa.Text, nullable=True),
        sa.Column("granted_at", Big, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_role_grant_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
        sa.UniqueConstraint("person_id", "role", "scope", name="uq_role_grant_person_id_role_scope"),
    )
    op.create_index("ix_role_grant_chain_id_scope", "role_grant", ["chain_id", "scope"], unique=False)


def _sessions() -> None:
    op.create_table(
        "device",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("seen_at", Big, nullable=False),
        sa.Column("revoked_at", Big, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_device_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
    )
    op.create_index("ix_device_person_id", "device", ["person_id"], unique=False)
    op.create_table(
        "session",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("device_id", sa.Text, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("renewed_at", Big, nullable=False),
        sa.Column("expires_at", Big, nullable=False),
        sa.Column("revoked_at", Big, nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name="fk_session_device_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_session_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_index("ix_session_device_id", "session", ["device_id"], unique=False)
    op.create_index("ix_session_expires_at", "session", ["expires_at"], unique=False)
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)
    op.create_table(
        "session_token",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("expires_at", Big, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_session_token_session_id", ondelete="cascade"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session_token"),
    )
    op.create_index("ix_session_token_session_id", "session_token", ["session_id"], unique=False)
    op.create_table(
        "refresh_token",
        sa.Column("token_hash", sa.LargeBinary, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("expires_at", Big, nullable=False),
        sa.Column("used_at", Big, nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name="fk_refresh_token_session_id", ondelete="cascade"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_refresh_token"),
    )
    op.create_index("ix_refresh_token_session_id", "refresh_token", ["session_id"], unique=False)
    op.create_table(
        "throttle",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("window_at", Big, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("free_at", Big, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_throttle"),
    )
    op.create_index("ix_throttle_window_at", "throttle", ["window_at"], unique=False)


def _sites_and_links() -> None:
    op.create_table(
        "site_key",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("shop_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("algorithm", sa.Text, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("origins", Json, nullable=False),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("created_by", sa.Text, nullable=True),
        sa.Column("expires_at", Big, nullable=True),
        sa.Column("revoked_at", Big, nullable=True),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name="fk_site_key_shop_id"),
        sa.PrimaryKeyConstraint("id", name="pk_site_key"),
    )
    op.create_index("ix_site_key_shop_id", "site_key", ["shop_id"], unique=False)
    op.create_table(
        "site_token",
        sa.Column("key_id", sa.Text, nullable=False),
        sa.Column("jti", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("expires_at", Big, nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["site_key.id"], name="fk_site_token_key_id"),
        sa.PrimaryKeyConstraint("key_id", "jti", name="pk_site_token"),
    )
    op.create_index("ix_site_token_expires_at", "site_token", ["expires_at"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("shop_id", sa.Text, nullable=True),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary, nullable=False),
        sa.Column("object_kind", sa.Text, nullable=False),
        sa.Column("object_id", sa.Text, nullable=False),
        sa.Column("visibility", sa.Text, nullable=False),
        sa.Column("grants", Json, nullable=False),
        sa.Column("max_uses", sa.Integer, nullable=False),
        sa.Column("uses", sa.Integer, nullable=False),
        sa.Column("created_by", sa.Text, nullable=True),
        sa.Column("created_at", Big, nullable=False),
        sa.Column("expires_at", Big, nullable=False),
        sa.Column("revoked_at", Big, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_link"),
        sa.UniqueConstraint("secret_hash", name="uq_link_secret_hash"),
    )
    op.create_index("ix_link_chain_id_created_by_id", "link", ["chain_id", "created_by", "id"], unique=False)
    op.create_index(
        "ix_link_chain_id_object_kind_object_id", "link", ["chain_id", "object_kind", "object_id"], unique=False
    )
    op.create_table(
        "link_use",
        sa.Column("link_id", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("at", Big, nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name="fk_link_use_link_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_link_use_person_id"),
        sa.PrimaryKeyConstraint("link_id", "person_id", name="pk_link_use"),
    )
    op.create_index("ix_link_use_person_id", "link_use", ["person_id"], unique=False)


def _records() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("shop_id", sa.Text, nullable=True),
        sa.Column("at", Big, nullable=False),
        sa.Column("actor_id", sa.Text, nullable=True),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("object_kind", sa.Text, nullable=False),
        sa.Column("object_id", sa.Text, nullable=False),
        sa.Column("details", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_chain_id_id", "audit", ["chain_id", "id"], unique=False)
    op.create_table(
        "identity_outbox",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("chain_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", Json, nullable=False),
        sa.Column("at", Big, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_outbox"),
    )
