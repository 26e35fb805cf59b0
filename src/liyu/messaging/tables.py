"""The tables of the conversation log. ``chain_id`` is the tenant.

``event`` is the truth; what stands in ``conversation`` and ``inbox`` beside it is kept up to date in the same
transaction, under the lock of the conversation's row. Bodies and states are canonical JSON text: they are written and
read as they travel, never searched by the database.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Index, Table, UniqueConstraint

from liyu.platform.db.metadata import Big, Boolean, Integer, LargeBinary, Text, metadata

#: Compared by code point on both databases, so that a prefix is a range.
_Exact = Text().with_variant(Text(collation="C"), "postgresql")

#: ``counted``: messages for everybody so far. ``answered``: how many of them stood when staff last wrote one.
#: ``top_*``: the newest message for everybody, as inboxes show it. ``indexed_seq``: how far search has read.
conversation = Table(
    "conversation",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("shop_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("customer_id", Text, nullable=True),
    Column("title", Text, nullable=False),
    Column("vip", Boolean, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("last_seq", Big, nullable=False),
    Column("acl_rev", Integer, nullable=False),
    Column("assignee_id", Text, nullable=True),
    Column("counted", Big, nullable=False),
    Column("answered", Big, nullable=False),
    Column("waiting_since", Big, nullable=True),
    Column("top_seq", Big, nullable=False),
    Column("top_at", Big, nullable=False),
    Column("top_kind", Text, nullable=False),
    Column("top_text", Text, nullable=False),
    Column("top_actor", Text, nullable=False),
    Column("merged_into", Text, nullable=True),
    Column("indexed_seq", Big, nullable=False),
    Column("created_at", Big, nullable=False),
    Index(
        "ux_conversation_shop_customer",
        "shop_id",
        "customer_id",
        unique=True,
        sqlite_where=sa.text("merged_into is null and kind = 'shop'"),
        postgresql_where=sa.text("merged_into is null and kind = 'shop'"),
    ),
    Index("ix_conversation_customer_id", "customer_id"),
    Index("ix_conversation_shop_id", "shop_id"),
)

#: ``client_id`` is unique for ever: it is the idempotency key. ``ordinal``: ``conversation.counted`` after this event.
#: ``body_hash`` is keyed and stays when the body is blanked; erasure takes it away. ``target``: what it changes.
event = Table(
    "event",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("chain_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("at", Big, nullable=False),
    Column("body_hash", LargeBinary, nullable=True),
    Column("ordinal", Big, nullable=False),
    Column("target", Big, nullable=True),
    Column("state", Text, nullable=True),
    UniqueConstraint("conversation_id", "actor_id", "client_id"),
    Index(
        "ix_event_conversation_id_target",
        "conversation_id",
        "target",
        sqlite_where=sa.text("target is not null"),
        postgresql_where=sa.text("target is not null"),
    ),
    sqlite_with_rowid=False,
)

#: ``state``: joined, left, or watching (staff that only looked in). ``read_ordinal``: ``ordinal`` at ``read_seq``;
#: ``own_unread``: one's own counted messages after it.
member = Table(
    "member",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("from_seq", Big, nullable=False),
    Column("name", Text, nullable=False),
    Column("avatar", Text, nullable=True),
    Column("vip", Boolean, nullable=False),
    Column("read_seq", Big, nullable=False),
    Column("delivered_seq", Big, nullable=False),
    Column("read_ordinal", Big, nullable=False),
    Column("own_unread", Integer, nullable=False),
    Index("ix_member_person_id", "person_id"),
    sqlite_with_rowid=False,
)

#: The last revision of each owner (``q:<shop>``, ``p:<person>``). Locked after conversations, in ascending order.
inbox_owner = Table(
    "inbox_owner",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("rev", Big, nullable=False),
    sqlite_with_rowid=False,
)

#: Where a conversation stands in an owner's numbering. ``gone``: it left; the row tells those who resume. The index
#: keeps the two apart, so that a list costs nothing for all that once passed through a queue.
inbox = Table(
    "inbox",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("conversation_id", Text, primary_key=True),
    Column("chain_id", Text, nullable=False),
    Column("rev", Big, nullable=False),
    Column("gone", Boolean, nullable=False),
    Index("ix_inbox_owner_gone_rev", "owner", "gone", "rev"),
    sqlite_with_rowid=False,
)

#: The search terms of messages, written behind the log (``search.py``).
message_term = Table(
    "message_term",
    metadata,
    Column("conversation_id", Text, primary_key=True),
    Column("term", _Exact, primary_key=True),
    Column("seq", Big, primary_key=True, autoincrement=False),
    Column("chain_id", Text, nullable=False),
    Index("ix_message_term_conversation_id_seq", "conversation_id", "seq"),
    sqlite_with_rowid=False,
)

#: Whose content was erased when: a restored backup replays what it does not hold.
erasure = Table(
    "message_erasure",
    metadata,
    Column("chain_id", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("at", Big, nullable=False),
)
