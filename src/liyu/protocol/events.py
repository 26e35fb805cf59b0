"""The bodies of a conversation's events, by kind.

An unknown kind is kept by every client and shown as "update the app". Bodies hold what a reader needs to draw the
event without another request, except for prices and stock, which are read fresh.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Visibility = Literal["all", "staff", "customer"]
Role = Literal["customer", "friend", "recipient", "guide", "designer", "owner", "manager", "adviser", "system"]


class Body(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Base of all bodies."""


class Message(Body, frozen=True, omit_defaults=True, kw_only=True):
    """Base of what a person says: may answer an earlier message."""

    reply_to: int | None = None


class Text(Message, frozen=True, omit_defaults=True, kw_only=True):
    """Plain text, 1 to 4,000 characters. Never markup. An internal note is a text of the class ``staff``."""

    text: str


class Picture(Message, frozen=True, omit_defaults=True, kw_only=True):
    """A picture. ``file`` names an attachment of the same conversation; ``width``, ``height`` in pixels."""

    file: str
    width: int
    height: int
    alt: str = ""


class Voice(Message, frozen=True, omit_defaults=True, kw_only=True):
    """A voice note. ``waveform``: 64 loudness values, 0 to 100."""

    file: str
    duration_ms: int
    waveform: list[int]


class File(Message, frozen=True, omit_defaults=True, kw_only=True):
    """Any other file, offered for download."""

    file: str
    name: str
    size_bytes: int
    media_type: str


class Sticker(Message, frozen=True, omit_defaults=True, kw_only=True):
    """One of the stickers that the applications carry, by name."""

    sticker: str


class ProductCard(Message, frozen=True, omit_defaults=True, kw_only=True):
    """A product, optionally one variant, with a word about why. Price and stock are read fresh where it is drawn;
    ``title`` and ``price_minor`` keep what was said at the time."""

    product: str
    variant: str | None = None
    title: str
    price_minor: int
    currency: str
    picture: str | None = None
    word: str = ""


class Option(msgspec.Struct, frozen=True):
    """One answer that can be tapped."""

    id: str
    label: str


class Question(Message, frozen=True, omit_defaults=True, kw_only=True):
    """A question with 2 to 8 options to tap."""

    text: str
    options: list[Option]


class Choice(Body, frozen=True, omit_defaults=True, kw_only=True):
    """The tapped answer to the question at ``target``. The last one of a person counts."""

    target: int
    option: str


class Reaction(Body, frozen=True, omit_defaults=True, kw_only=True):
    """Puts an emoji on the message at ``target`` or, with ``on`` false, takes it away."""

    target: int
    emoji: str
    on: bool = True


class Edit(Body, frozen=True, omit_defaults=True, kw_only=True):
    """New text for one's own text message at ``target``."""

    target: int
    text: str


class Recall(Body, frozen=True, omit_defaults=True, kw_only=True):
    """Takes one's own message at ``target`` back; its content is gone at every later reading."""

    target: int


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who a member is, as others may see it."""

    id: str
    name: str
    role: Role
    avatar: str | None = None
    vip: bool = False


class MemberJoined(Body, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody can now read and write here."""

    person: Person


class MemberLeft(Body, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody no longer can."""

    person: str


class Assigned(Body, frozen=True, omit_defaults=True, kw_only=True):
    """``person`` now takes care of the conversation; ``None``: back in the queue. ``word``: the hand-over note."""

    person: str | None
    word: str = ""


class System(Body, frozen=True, omit_defaults=True, kw_only=True):
    """A sentence of the shop itself: ``code`` names it in the message catalogue, ``values`` fill it."""

    code: str
    values: dict[str, str] = {}


#: kind → its body. Kinds that a person may send are in ``SENDABLE``.
KINDS: dict[str, type[Body]] = {
    "text": Text,
    "picture": Picture,
    "voice": Voice,
    "file": File,
    "sticker": Sticker,
    "product": ProductCard,
    "question": Question,
    "choice": Choice,
    "reaction": Reaction,
    "edit": Edit,
    "recall": Recall,
    "member.joined": MemberJoined,
    "member.left": MemberLeft,
    "assigned": Assigned,
    "system": System,
}

#: Kinds that stand in the thread by themselves; the others change one of these or the conversation.
MESSAGES = frozenset({"text", "picture", "voice", "file", "sticker", "product", "question"})

#: Kinds that change the message at ``target``.
CHANGES = frozenset({"choice", "reaction", "edit", "recall"})

#: What a client may ``send``; everything else is written by the server's own use cases.
SENDABLE = MESSAGES | CHANGES
