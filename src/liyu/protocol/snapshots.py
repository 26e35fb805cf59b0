"""Snapshots: what a screen loads before it follows events. Old snapshot + events = new snapshot.

``docs/protocol.md`` states the equation; the reducers of the TypeScript and the Python client are held to it.
"""

from __future__ import annotations

import msgspec

from liyu.protocol.events import Person


class MessageState(msgspec.Struct, frozen=True, omit_defaults=True):
    """What later events made of a message.

    ``text``: the newest edit, or ``None``; ``reactions``: emoji → who, in order of appearance;
    ``choices``: who → option.
    A recalled message keeps only ``recalled``.
    """

    recalled: bool = False
    text: str | None = None
    edited_at: int | None = None
    reactions: dict[str, list[str]] = {}
    choices: dict[str, str] = {}


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event that stands in the thread, with its state. ``body`` is ``{}`` once it is recalled."""

    seq: int
    kind: str
    actor: str
    cid: str
    at: int
    body: msgspec.Raw
    vis: str = "all"
    state: MessageState = MessageState()


class Member(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member and where it stands."""

    person: Person
    read: int = 0
    delivered: int = 0
    present: bool = True


class Conversation(msgspec.Struct, frozen=True, omit_defaults=True):
    """A conversation as one visibility class sees it, exactly at ``head`` of ``epoch``.

    ``messages``: the newest ones (messages and visible milestones such as ``assigned``), oldest first;
    ``more``: there are older ones, to be read with ``before=<first seq>``.
    """

    id: str
    shop: str
    epoch: int
    head: int
    members: list[Member]
    messages: list[Message]
    more: bool = False
    assignee: str | None = None
    title: str = ""
    kind: str = "shop"


class InboxEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of an inbox. ``rev`` is its place in its owner's numbering.

    ``gone``: the conversation left this inbox. ``waiting_since``: when the customer's oldest unanswered message
    came; ``None`` when nobody waits. ``unread`` counts messages after the reader's mark, at most 99.
    """

    conv: str
    rev: int
    shop: str
    title: str = ""
    kind: str = "shop"
    last_seq: int = 0
    last_at: int = 0
    last_kind: str = ""
    last_text: str = ""
    last_actor: str = ""
    customer: str | None = None
    vip: bool = False
    assignee: str | None = None
    waiting_since: int | None = None
    read: int = 0
    unread: int = 0
    gone: bool = False
