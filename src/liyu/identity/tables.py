"""Tables of the identity domain. ``chain_id`` is the tenant; row-level security reads it on PostgreSQL.

``throttle`` belongs to the installation, not to a chain: it counts before anybody is known.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint, text

from liyu.platform.db.metadata import Big, Boolean, Integer, Json, LargeBinary, Text, metadata

chain = Table(
    "chain",
    metadata,
    Column("chain_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Big, nullable=False),
)

shop = Table(
    "shop",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, ForeignKey("chain.chain_id"), nullable=False),
    Column("slug", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("city", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("phone", Text, nullable=False, server_default=""),
    Column("time_zone", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("hours", Json, nullable=False),
    Column("holidays", Json, nullable=False),
    Column("settings", Json, nullable=False),
    Column("campaign", Text, nullable=True),
    Column("created_at", Big, nullable=False),
    Index("ix_shop_chain_id", "chain_id"),
)

person = Table(
    "person",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, ForeignKey("chain.chain_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("avatar", Text, nullable=True),
    Column("locale", Text, nullable=False),
    Column("vip", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Big, nullable=False),
    Column("erased_at", Big, nullable=True),
    Index("ix_person_chain_id_kind_id", "chain_id", "kind", "id"),
)

#: How a person signs in by itself. Only people who have a login have a row.
credential = Table(
    "credential",
    metadata,
    Column("login", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("demo", Boolean, nullable=False, server_default=text("false")),
    Column("changed_at", Big, nullable=False),
)

#: A visitor that turned out to be ``person_id``. The primary key decides a race of two merges.
person_alias = Table(
    "person_alias",
    metadata,
    Column("alias_id", Text, ForeignKey("person.id"), primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("merged_at", Big, nullable=False),
    Index("ix_person_alias_person_id", "person_id"),
)

#: The same customer in the embedding site's own books.
site_customer = Table(
    "site_customer",
    metadata,
    Column("shop_id", Text, ForeignKey("shop.id"), primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("created_at", Big, nullable=False),
    Index("ix_site_customer_person_id", "person_id"),
)

#: ``scope``: a shop's id, or the chain's own for every shop.
role_grant = Table(
    "role_grant",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("granted_by", Text, nullable=True),
    Column("granted_at", Big, nullable=False),
    UniqueConstraint("person_id", "role", "scope"),
    Index("ix_role_grant_chain_id_scope", "chain_id", "scope"),
)

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Big, nullable=False),
    Column("seen_at", Big, nullable=False),
    Column("revoked_at", Big, nullable=True),
    Index("ix_device_person_id", "person_id"),
)

session = Table(
    "session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("person_id", Text, ForeignKey("person.id"), nullable=False),
    Column("device_id", Text, ForeignKey("device.id"), nullable=False),
    Column("created_at", Big, nullable=False),
    Column("renewed_at", Big, nullable=False),
    Column("expires_at", Big, nullable=False),
    Column("revoked_at", Big, nullable=True),
    Index("ix_session_device_id", "device_id"),
    Index("ix_session_person_id", "person_id"),
    Index("ix_session_expires_at", "expires_at"),
)

#: What opens a session. ``expires_at`` ``NULL``: as long as the session (cookie); else a widget's short token.
session_token = Table(
    "session_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("session_id", Text, ForeignKey("session.id", ondelete="cascade"), nullable=False),
    Column("expires_at", Big, nullable=True),
    Index("ix_session_token_session_id", "session_id"),
)

#: Rotating refresh tokens. A used one is kept until it expires, so that its second use is noticed.
refresh_token = Table(
    "refresh_token",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("session_id", Text, ForeignKey("session.id", ondelete="cascade"), nullable=False),
    Column("expires_at", Big, nullable=False),
    Column("used_at", Big, nullable=True),
    Index("ix_refresh_token_session_id", "session_id"),
)

#: Attempts by a hashed key (address or login). See ``throttling.py``.
throttle = Table(
    "throttle",
    metadata,
    Column("key", Text, primary_key=True),
    Column("window_at", Big, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("free_at", Big, nullable=False),
    Index("ix_throttle_window_at", "window_at"),
)

#: A key of the embedding site: it signs who its customer is. The secret must be readable, for HMAC needs it.
site_key = Table(
    "site_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("shop_id", Text, ForeignKey("shop.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("algorithm", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("origins", Json, nullable=False),
    Column("created_at", Big, nullable=False),
    Column("created_by", Text, nullable=True),
    Column("expires_at", Big, nullable=True),
    Column("revoked_at", Big, nullable=True),
    Index("ix_site_key_shop_id", "shop_id"),
)

#: Site tokens already used, until they would have expired anyway.
site_token = Table(
    "site_token",
    metadata,
    Column("key_id", Text, ForeignKey("site_key.id"), primary_key=True),
    Column("jti", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("expires_at", Big, nullable=False),
    Index("ix_site_token_expires_at", "expires_at"),
)

#: Who did what. Only ever appended to; holds ids and words of ours, never personal data.
audit = Table(
    "audit",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("shop_id", Text, nullable=True),
    Column("at", Big, nullable=False),
    Column("actor_id", Text, nullable=True),
    Column("action", Text, nullable=False),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("details", Json, nullable=False),
    Index("ix_audit_chain_id_id", "chain_id", "id"),
)

#: Events committed but not yet heard by every subscriber (``outbox.py``).
identity_outbox = Table(
    "identity_outbox",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Json, nullable=False),
    Column("at", Big, nullable=False),
)
