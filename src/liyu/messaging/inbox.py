"""Whose inboxes hold a conversation, and what an entry shows. Pure.

One row per queue while nobody is in charge, and one per member; never a row per guide of the shop.
"""

from __future__ import annotations

import msgspec

from liyu.messaging.model import person_owner, queue_owner
from liyu.messaging.rows import JOINED, Head, MemberRow
from liyu.protocol import events
from liyu.protocol.snapshots import InboxEntry

PREVIEW = 120  # characters of a text that an inbox shows

_encode = msgspec.json.Encoder().encode
_TEXT = msgspec.json.Decoder(events.Text)
_CARD = msgspec.json.Decoder(events.ProductCard)
_FILE = msgspec.json.Decoder(events.File)
_QUESTION = msgspec.json.Decoder(events.Question)
_EDIT = msgspec.json.Decoder(events.Edit)
_STICKER = msgspec.json.Decoder(events.Sticker)


def owners(head: Head, members: dict[str, MemberRow]) -> list[str]:
    """The inboxes in which the conversation now stands."""
    found = [person_owner(row.person) for row in members.values() if row.state == JOINED]
    if head.assignee is None and head.kind == "shop":
        found.append(queue_owner(head.shop))
    return found


def preview(kind: str, body: bytes) -> str:
    """What an inbox shows of a message in words; empty where its kind says enough."""
    if kind == "text":
        return _TEXT.decode(body).text[:PREVIEW]
    if kind == "edit":
        return _EDIT.decode(body).text[:PREVIEW]
    if kind == "product":
        return _CARD.decode(body).title[:PREVIEW]
    if kind == "file":
        return _FILE.decode(body).name[:PREVIEW]
    if kind == "question":
        return _QUESTION.decode(body).text[:PREVIEW]
    if kind == "sticker":
        return _STICKER.decode(body).sticker
    return ""


def entry(head: Head, rev: int, row: MemberRow | None, *, gone: bool) -> InboxEntry:
    """The entry of ``head`` under ``rev``. ``row``: the owner's own marks; ``None`` for a queue.

    A conversation that is gone shows nothing but its id. A queue counts what staff has not answered.
    """
    if gone:
        return InboxEntry(conv=head.id, rev=rev, shop=head.shop, gone=True)
    read, unread = (row.read, row.unread(head.counted)) if row else (0, min(99, head.counted - head.answered))
    return InboxEntry(
        head.id, rev, head.shop, head.title, head.kind, head.top_seq, head.top_at, head.top_kind, head.top_text,
        head.top_actor, head.customer, head.vip, head.assignee, head.waiting_since, read, unread,
    )  # fmt: skip


def encoded(entry: InboxEntry) -> bytes:
    """The entry as it travels."""
    return _encode(entry)
