"""People, roles and what they cover. Pure values: no SQL, no clock.

A grant is (person, role, scope); the scope is the whole chain or one shop. Nothing here decides for a domain what a
role may do with an object: that is the domain's access function, built on ``Principal``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from liyu.kit.ids import ChainId, DeviceId, PersonId, SessionId, ShopId

Kind = Literal["visitor", "customer", "friend", "staff"]


class Role(StrEnum):
    """What a member of staff is there for."""

    GUIDE = "guide"
    DESIGNER = "designer"
    OWNER = "owner"
    MANAGER = "manager"


#: Roles that run a shop or the chain: people, grants, settings, audit.
RUNNING = frozenset({Role.OWNER, Role.MANAGER})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role within a scope. ``shop`` ``None``: in every shop of the chain."""

    role: Role
    chain: ChainId
    shop: ShopId | None

    def covers(self, shop: ShopId | None) -> bool:
        """Whether the scope holds ``shop`` (``None``: the whole chain)."""
        return self.shop is None or self.shop == shop


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts in a request or on a socket.

    ``aliases``: other ids that are this person (merged visitors), not including ``person``.
    ``shops``: every shop of the chain, filled for staff whose grants reach the whole chain, else empty.
    """

    person: PersonId
    chain: ChainId
    session: SessionId
    device: DeviceId
    kind: Kind
    name: str
    locale: str
    avatar: str | None
    vip: bool
    aliases: tuple[PersonId, ...] = ()
    grants: tuple[Grant, ...] = ()
    shops: tuple[ShopId, ...] = ()

    @property
    def staff_shops(self) -> tuple[ShopId, ...]:
        """The shops that this person serves, each once."""
        if any(grant.shop is None for grant in self.grants):
            return self.shops
        return tuple(dict.fromkeys(grant.shop for grant in self.grants if grant.shop is not None))

    @property
    def ids(self) -> tuple[PersonId, ...]:
        """``person`` and every alias: all ids under which this person ever acted."""
        return (self.person, *self.aliases)

    def staff_of(self, shop: ShopId) -> bool:
        """Whether this person serves ``shop`` in any role. False for every shop of another chain."""
        return shop in self.staff_shops

    def has(self, role: Role | str, shop: ShopId | None = None) -> bool:
        """Whether ``role`` is granted; with ``shop``, for that shop (of this chain) or for the whole chain."""
        wanted = Role(role)
        if shop is None:
            return any(grant.role is wanted for grant in self.grants)
        return self.staff_of(shop) and any(grant.role is wanted and grant.covers(shop) for grant in self.grants)

    def runs(self, shop: ShopId | None = None) -> bool:
        """Whether this person is owner or manager of ``shop``; with ``None``, of the whole chain."""
        return any(grant.role in RUNNING and grant.covers(shop) for grant in self.grants) and (
            shop is None or self.staff_of(shop)
        )

    def runs_any(self) -> bool:
        """Whether this person is owner or manager somewhere in the chain."""
        return any(grant.role in RUNNING for grant in self.grants)


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person as others of the chain may see it. ``erased``: the name is gone for good."""

    id: PersonId
    chain: ChainId
    kind: Kind
    name: str
    avatar: str | None
    vip: bool
    locale: str = "zh-CN"
    erased: bool = False


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff and the roles it holds."""

    card: PersonCard
    grants: tuple[Grant, ...]
