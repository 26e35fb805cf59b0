"""What the gateway needs of the domains, as ports. It imports none of them; the wiring passes their services in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from liyu.kit.ids import ChainId, ConversationId, DeviceId, PersonId, SessionId


class Principal(Protocol):
    """Who speaks on a connection."""

    @property
    def person(self) -> PersonId: ...
    @property
    def chain(self) -> ChainId: ...
    @property
    def session(self) -> SessionId: ...
    @property
    def device(self) -> DeviceId: ...
    @property
    def locale(self) -> str: ...


class Access(Protocol):
    """What one person may do in one conversation, as decided under ``acl_rev``."""

    @property
    def conversation(self) -> ConversationId: ...
    @property
    def chain(self) -> ChainId: ...
    @property
    def epoch(self) -> int: ...
    @property
    def acl_rev(self) -> int: ...
    @property
    def classes(self) -> frozenset[str]: ...
    @property
    def from_seq(self) -> int: ...
    @property
    def person(self) -> PersonId:
        """The id under which the others know the person: a merged visitor's, where that is the member."""
        ...

    @property
    def member(self) -> bool:
        """Whether the person has joined; who only looks on is not announced to those who see less."""
        ...


class LogEvent(Protocol):
    """One event of a log: ``encoded`` is the JSON of ``protocol.frames.Event``; ``target``: the message it changes."""

    @property
    def seq(self) -> int: ...
    @property
    def vis(self) -> str: ...
    @property
    def encoded(self) -> bytes: ...
    @property
    def target(self) -> int: ...


class CommittedEvents(Protocol):
    """Events ``first`` … ``last`` of one conversation, of every visibility class, without a gap.

    ``acl_rev``: the conversation's after them; ``blanked``: earlier events whose content is gone for good.
    """

    @property
    def conversation(self) -> ConversationId: ...
    @property
    def chain(self) -> ChainId: ...
    @property
    def epoch(self) -> int: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def events(self) -> Sequence[LogEvent]: ...
    @property
    def blanked(self) -> Sequence[int]: ...
    @property
    def acl_rev(self) -> int: ...


class InboxChange(Protocol):
    """Changes ``first_rev`` … ``last_rev`` of one owner's inbox; ``entries`` are encoded ``InboxEntry``."""

    @property
    def owner(self) -> str: ...
    @property
    def chain(self) -> ChainId: ...
    @property
    def first_rev(self) -> int: ...
    @property
    def last_rev(self) -> int: ...
    @property
    def entries(self) -> Sequence[bytes]: ...


class Head(Protocol):
    """Where a conversation stands in the database."""

    @property
    def epoch(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def acl_rev(self) -> int: ...


class Acknowledged(Protocol):
    """A durable event: its place and its time, milliseconds since 1970 UTC."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> int: ...


class Mark(Protocol):
    """Where a member stands: the last ``seq`` that it has read, and that its device has."""

    @property
    def person(self) -> PersonId: ...
    @property
    def read(self) -> int: ...
    @property
    def delivered(self) -> int: ...


class Authenticator(Protocol):
    """Turns a session token into a principal, and says which sessions have ended since."""

    async def authenticate(self, token: str) -> Principal:
        """Raises a ``Refusal`` of reason ``UNAUTHENTICATED`` when the token is unknown, expired or revoked."""
        ...

    async def reload(self, principal: Principal) -> Principal:
        """The same session with the roles and the name of now. Raises like ``authenticate``."""
        ...

    async def ended(self, chain: ChainId, sessions: Sequence[SessionId]) -> Sequence[SessionId]:
        """Those of ``sessions`` that are no longer good: one query, asked once per ping interval."""
        ...


class SiteOrigins(Protocol):
    """Which web pages of others may open a connection (the shops' own sites with the widget)."""

    async def registered(self, origin: str) -> bool:
        """Whether some shop of this installation registered ``origin`` (``https://www.example``)."""
        ...


class Log(Protocol):
    """The conversation log as the gateway reads it. Every method is scoped by the principal's chain."""

    async def access_many(
        self, principal: Principal, conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Access]:
        """What ``principal`` may do; a conversation that it may not see is absent."""
        ...

    async def heads(
        self, chains: Sequence[ChainId], conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Head]:
        """Where these conversations of these chains stand, in one query."""
        ...

    async def events_between(
        self, chain: ChainId, conversation: ConversationId, after: int, limit: int
    ) -> CommittedEvents:
        """Up to ``limit`` events of every class after ``after``. Nothing there: ``last == first - 1``."""
        ...

    async def marks(
        self, chain: ChainId, conversations: Sequence[ConversationId]
    ) -> Mapping[ConversationId, Sequence[Mark]]:
        """Every member's cursor, in one query."""
        ...


class Inboxes(Protocol):
    """The inboxes as the gateway reads them."""

    def owners(self, principal: Principal) -> Sequence[str]:
        """The inboxes that ``principal`` may follow: its own and its queues. Decided from the principal alone."""
        ...

    async def revisions(self, chain: ChainId, owners: Sequence[str]) -> Mapping[str, int]:
        """The newest revision of each, in one query."""
        ...

    async def changes_after(self, chain: ChainId, owner: str, revision: int, limit: int) -> InboxChange | None:
        """What changed since, up to the newest revision; ``None`` when that is more than ``limit`` rows."""
        ...


class Commands(Protocol):
    """What a connected person may make happen. Each raises a ``Refusal`` for what it does not allow."""

    async def send(
        self, principal: Principal, conversation: ConversationId, cid: str, kind: str, body: bytes, vis: str
    ) -> Acknowledged:
        """Append one event; returns after the commit."""
        ...

    async def set_cursor(self, principal: Principal, conversation: ConversationId, read: int, delivered: int) -> object:
        """Move the principal's marks forward; who follows learns it by the writer."""
        ...
