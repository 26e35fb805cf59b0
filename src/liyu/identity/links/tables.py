"""Tables of the capability links."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Table

from liyu.platform.db.metadata import Big, Integer, Json, LargeBinary, Text, metadata

#: ``object_kind`` and ``object_id`` say what is opened; ``grants`` what an invitation gives. Only a hash of the secret.
link = Table(
    "link",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("shop_id", Text, nullable=True),
    Column("purpose", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, unique=True),
    Column("object_kind", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("grants", Json, nullable=False),
    Column("max_uses", Integer, nullable=False),
    Column("uses", Integer, nullable=False),
    Column("created_by", Text, nullable=True),
    Column("created_at", Big, nullable=False),
    Column("expires_at", Big, nullable=False),
    Column("revoked_at", Big, nullable=True),
    Index("ix_link_chain_id_created_by_id", "chain_id", "created_by", "id"),
    Index("ix_link_chain_id_object_kind_object_id", "chain_id", "object_kind", "object_id"),
)

#: Who entered by which link. One row per person.
link_use = Table(
    "link_use",
    metadata,
    Column("link_id", Text, ForeignKey("link.id"), primary_key=True),
    Column("person_id", Text, ForeignKey("person.id"), primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("at", Big, nullable=False),
    Index("ix_link_use_person_id", "person_id"),
)
