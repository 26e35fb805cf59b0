"""People, their roles, and the record of who did what."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from liyu.http.authentication import Me, clear_cookies
from liyu.http.fields import ID_PATTERN, clean_line
from liyu.identity.paths import DEFAULT_LIMIT, AnId, AShop, Cursor, Limit, next_cursor, position
from liyu.identity.reaching import TheIdentity
from liyu.identity.schemas.people import PERSON_EXAMPLE
from liyu.identity.schemas.staff import (
    AuditPage,
    GrantIn,
    GrantList,
    GrantOut,
    PersonChange,
    PersonOut,
    PersonPage,
    audit_of,
    grant_of,
    person_of,
)
from liyu.kit.ids import PersonId, ShopId

router = APIRouter(tags=["people"])


@router.get("/people")
async def list_people(
    identity: TheIdentity,
    me: Me,
    kind: Annotated[Literal["staff", "customer"], Query(description="Whom to list.", examples=["staff"])] = "staff",
    q: Annotated[
        str, BeforeValidator(clean_line), Query(description="A part of the name.", max_length=80, examples=["陈"])
    ] = "",
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> PersonPage:
    """Staff of the chain (for staff), or its customers (for those who run a shop)."""
    found = await identity.people.find(me, kind, q, position(cursor), limit)
    return PersonPage(
        items=[person_of(card, grants) for card, grants in found],
        next_cursor=next_cursor([card.id for card, _ in found], limit),
    )


@router.get("/people/{id}")
async def read_person(id: AnId, identity: TheIdentity, me: Me) -> PersonOut:
    """A person whom one may see."""
    card = await identity.people.access_person(me, PersonId(id))
    return person_of(card, await identity.people.grants_of(card))


@router.patch("/people/{id}")
async def change_person(id: AnId, body: PersonChange, identity: TheIdentity, me: Me) -> PersonOut:
    """Mark a customer as VIP, or take the mark away. For those who run a shop."""
    card = await identity.people.mark_vip(me, PersonId(id), body.vip)
    return person_of(card, await identity.people.grants_of(card))


@router.delete("/people/{id}", status_code=204)
async def erase_person(id: AnId, request: Request, response: Response, identity: TheIdentity, me: Me) -> None:
    """Erase a person's data for good: one's own, or as owner of the chain anybody's in it."""
    await identity.erasing.erase(me, PersonId(id))
    if id in me.ids:
        clear_cookies(request, response)


@router.get("/grants")
async def list_grants(
    identity: TheIdentity,
    me: Me,
    person: Annotated[
        str | None, Query(description="Only this person's.", pattern=ID_PATTERN, examples=[PERSON_EXAMPLE])
    ] = None,
    shop: AShop = None,
) -> GrantList:
    """Who has which role, in the shops that one runs."""
    found = await identity.people.grants(
        me, None if person is None else PersonId(person), None if shop is None else ShopId(shop)
    )
    return GrantList(items=[grant_of(held) for held in found])


@router.post("/grants", status_code=201)
async def give_grant(body: GrantIn, identity: TheIdentity, me: Me) -> GrantOut:
    """Give a member of staff a role. Sockets learn at once."""
    shop = None if body.shop is None else ShopId(body.shop)
    return grant_of(await identity.people.grant(me, PersonId(body.person), body.role, shop))


@router.delete("/grants/{id}", status_code=204)
async def take_grant(id: AnId, identity: TheIdentity, me: Me) -> None:
    """Take a role away. Sockets learn at once. The chain's last owner stays."""
    await identity.people.revoke_grant(me, id)


@router.get("/audit")
async def read_audit(
    identity: TheIdentity, me: Me, shop: AShop = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> AuditPage:
    """Who did what, newest first, in the shops that one runs."""
    found = await identity.records.newest(me, None if shop is None else ShopId(shop), position(cursor), limit)
    return AuditPage(
        items=[audit_of(entry) for entry in found], next_cursor=next_cursor([entry.id for entry in found], limit)
    )
