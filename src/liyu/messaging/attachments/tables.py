"""The tables of uploads and files. ``chain_id`` is the tenant; bytes live in the file store under keys named here."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Table

from liyu.platform.db.metadata import Big, Integer, Json, Text, metadata

#: ``state``: open (pieces may come), finishing (until ``lease_until``), done, refused (``refusal`` says why).
#: ``file_id`` is chosen when the upload is made, so that finishing twice writes the same keys.
upload = Table(
    "upload",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("conversation_id", Text, nullable=True),
    Column("purpose", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", Big, nullable=False),
    Column("received", Big, nullable=False),
    Column("state", Text, nullable=False),
    Column("lease_until", Big, nullable=False),
    Column("refusal", Json, nullable=True),
    Column("file_id", Text, nullable=False),
    Column("created_at", Big, nullable=False),
    Column("expires_at", Big, nullable=False),
    CheckConstraint("state in ('open', 'finishing', 'done', 'refused')", name="state"),
    CheckConstraint("received >= 0 and received <= size", name="received"),
    Index("ix_upload_owner_id_state", "owner_id", "state"),
    Index("ix_upload_conversation_id", "conversation_id"),
    Index("ix_upload_expires_at", "expires_at"),
)

#: The pieces of an upload, in order of ``start`` without gaps.
upload_piece = Table(
    "upload_piece",
    metadata,
    Column("upload_id", Text, primary_key=True),
    Column("start", Big, primary_key=True, autoincrement=False),
    Column("chain_id", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("key", Text, nullable=False),
)

#: A finished file. ``state``: fresh (nothing is known to need it), kept, gone (its bytes are deleted).
#: ``checked_at``: when the sweep last asked whether anything still needs it.
stored_file = Table(
    "stored_file",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("conversation_id", Text, nullable=True),
    Column("purpose", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Big, nullable=False),
    Column("width", Integer, nullable=True),
    Column("height", Integer, nullable=True),
    Column("duration_ms", Integer, nullable=True),
    Column("waveform", Json, nullable=True),
    Column("state", Text, nullable=False),
    Column("created_at", Big, nullable=False),
    Column("checked_at", Big, nullable=False),
    CheckConstraint("kind in ('picture', 'voice', 'file', 'clip')", name="kind"),
    CheckConstraint("state in ('fresh', 'kept', 'gone')", name="state"),
    Index("ix_stored_file_owner_id_created_at", "owner_id", "created_at"),
    Index("ix_stored_file_conversation_id", "conversation_id"),
    Index("ix_stored_file_state_checked_at", "state", "checked_at"),
)

#: The bytes of a file: ``main``, and ``thumb`` and ``poster`` where there are.
file_variant = Table(
    "file_variant",
    metadata,
    Column("file_id", Text, primary_key=True),
    Column("variant", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", Big, nullable=False),
)

#: Which messages name a file, by their permanent key (actor and client id): written before the message is, so a use
#: counts only when its event stands in the log with the file in its body. A recalled or erased body counts no more.
file_use = Table(
    "file_use",
    metadata,
    Column("file_id", Text, primary_key=True),
    Column("actor_id", Text, primary_key=True),
    Column("client_id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Index("ix_file_use_actor_id_client_id", "actor_id", "client_id"),
)
