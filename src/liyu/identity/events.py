"""What happened in the identity domain, for the domains above. Delivered at least once, after the commit."""

from __future__ import annotations

from dataclasses import dataclass

from liyu.kit.ids import ChainId, DeviceId, LinkId, PersonId, SessionId


@dataclass(frozen=True, slots=True)
class PersonMerged:
    """The visitor turned out to be ``person``: ``visitor`` is now one of its aliases. Nothing old is rewritten."""

    chain: ChainId
    visitor: PersonId
    person: PersonId


@dataclass(frozen=True, slots=True)
class DeviceRevoked:
    """These sessions ended (revoked device, sign-out, password change, erasure). Their sockets must close at once."""

    chain: ChainId
    person: PersonId
    device: DeviceId
    sessions: tuple[SessionId, ...]


@dataclass(frozen=True, slots=True)
class AccessChanged:
    """The roles of ``person`` changed: whatever was decided from its grants must be decided again."""

    chain: ChainId
    person: PersonId


@dataclass(frozen=True, slots=True)
class PersonChanged:
    """Name, avatar, language or VIP mark of ``person`` changed."""

    chain: ChainId
    person: PersonId


@dataclass(frozen=True, slots=True)
class PersonErased:
    """The personal data of ``person`` (and of its ``aliases``) is overwritten; other domains overwrite theirs."""

    chain: ChainId
    person: PersonId
    aliases: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class LinkRedeemed:
    """``person`` entered by a capability link. ``object_kind`` and ``object_id`` say what the link opens."""

    chain: ChainId
    link: LinkId
    purpose: str
    person: PersonId
    object_kind: str
    object_id: str
    visibility: str


@dataclass(frozen=True, slots=True)
class LinkRevoked:
    """The link opens nothing any more; ``people`` had entered by it."""

    chain: ChainId
    link: LinkId
    purpose: str
    object_kind: str
    object_id: str
    people: tuple[PersonId, ...]


IdentityEvent = PersonMerged | DeviceRevoked | AccessChanged | PersonChanged | PersonErased | LinkRedeemed | LinkRevoked
