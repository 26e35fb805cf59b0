"""People and their roles, as those who run shops see them; and the record of who did what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from liyu.http.fields import Id
from liyu.identity.model import PersonCard, Role
from liyu.identity.schemas.people import PERSON_EXAMPLE, SHOP_EXAMPLE, GrantRef
from liyu.identity.store.audit import AuditEntry
from liyu.identity.store.people import HeldGrant

GRANT_EXAMPLE = "grt_01k3v8y6x2m4q7r9t1w5z0a3bc"


class PersonOut(BaseModel):
    """A person of the chain."""

    id: str = Field(description="The person's id.", examples=[PERSON_EXAMPLE])
    kind: Literal["visitor", "customer", "friend", "staff"] = Field(
        description="What the person is to the chain.", examples=["customer"]
    )
    name: str = Field(description="The name; empty for an anonymous visitor.", examples=["周屿"])
    avatar: str | None = Field(description="Name of an avatar picture, if there is one.", examples=["p-zhou"])
    locale: str = Field(description="Language.", examples=["zh-CN"])
    vip: bool = Field(description="Whether the person is marked as a VIP.", examples=[False])
    grants: list[GrantRef] = Field(description="Roles; empty for everybody but staff.")


class PersonPage(BaseModel):
    """Some people."""

    items: list[PersonOut] = Field(description="The people, newest first.")
    next_cursor: str | None = Field(
        description="Where the next page begins; `null`: these were the last.", examples=[None]
    )


class PersonChange(BaseModel):
    """What those who run a shop may change of a person."""

    vip: bool = Field(description="Whether the person is marked as a VIP.", examples=[True])


class GrantIn(BaseModel):
    """A role to give."""

    person: Id = Field(description="Who gets it: a member of staff.", examples=[PERSON_EXAMPLE])
    role: Role = Field(description="The role.", examples=["guide"])
    shop: Id | None = Field(
        default=None, description="The shop; `null` for every shop of the chain.", examples=[SHOP_EXAMPLE]
    )


class GrantOut(BaseModel):
    """A role that somebody has."""

    id: str = Field(description="The grant's id.", examples=[GRANT_EXAMPLE])
    person: str = Field(description="Who has it.", examples=[PERSON_EXAMPLE])
    role: Role = Field(description="The role.", examples=["guide"])
    shop: str | None = Field(description="The shop; `null` for every shop of the chain.", examples=[SHOP_EXAMPLE])
    granted_by: str | None = Field(description="Who gave it; `null`: the command line.", examples=[PERSON_EXAMPLE])
    granted_at: int = Field(description="When, in milliseconds since 1970.", examples=[1795420000000])


class GrantList(BaseModel):
    """Roles, in full."""

    items: list[GrantOut] = Field(description="The grants, oldest first.")
    next_cursor: str | None = Field(default=None, description="Always `null`: there is one page.", examples=[None])


class AuditOut(BaseModel):
    """One deed."""

    id: str = Field(description="The entry's id.", examples=["aud_01k3v8y6x2m4q7r9t1w5z0a3bc"])
    at: int = Field(description="When, in milliseconds since 1970.", examples=[1795420000000])
    actor: str | None = Field(description="Who; `null`: the command line.", examples=[PERSON_EXAMPLE])
    action: str = Field(description="What, in the form `area.deed`.", examples=["grant.given"])
    object_kind: str = Field(description="Kind of the thing that it was done to.", examples=["person"])
    object_id: str = Field(description="Id of the thing that it was done to.", examples=[PERSON_EXAMPLE])
    shop: str | None = Field(description="The shop concerned, if any.", examples=[SHOP_EXAMPLE])
    details: dict[str, Any] = Field(description="Plain values about it.", examples=[{"role": "guide"}])


class AuditPage(BaseModel):
    """Some deeds."""

    items: list[AuditOut] = Field(description="The entries, newest first.")
    next_cursor: str | None = Field(
        description="Where the next page begins; `null`: these were the last.", examples=[None]
    )


def person_of(card: PersonCard, grants: Sequence[HeldGrant] = ()) -> PersonOut:
    """The answer for a person."""
    return PersonOut(
        id=card.id,
        kind=card.kind,
        name=card.name,
        avatar=card.avatar,
        locale=card.locale,
        vip=card.vip,
        grants=[GrantRef(role=held.grant.role, shop=held.grant.shop) for held in grants],
    )


def grant_of(held: HeldGrant) -> GrantOut:
    """The answer for a grant."""
    return GrantOut(
        id=held.id,
        person=held.person,
        role=held.grant.role,
        shop=held.grant.shop,
        granted_by=held.granted_by,
        granted_at=held.granted_at,
    )


def audit_of(entry: AuditEntry) -> AuditOut:
    """The answer for an entry of the record."""
    return AuditOut(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        shop=entry.shop,
        details=dict(entry.details),
    )
