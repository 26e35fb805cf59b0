"""Embedding sites: their keys, and their customers' arrival."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from liyu.http.authentication import FromClient, MaybeMe, Me, set_session
from liyu.http.fields import ID_PATTERN
from liyu.identity.paths import AnId
from liyu.identity.reaching import TheIdentity
from liyu.identity.schemas.people import SHOP_EXAMPLE, SignedIn, signed_in
from liyu.identity.schemas.sites import (
    Rotation,
    SiteKeyIn,
    SiteKeyList,
    SiteKeyMade,
    SiteSessionIn,
    site_key_made,
    site_key_of,
)
from liyu.kit.ids import ShopId

router = APIRouter(tags=["sites"])


@router.post("/site-sessions", status_code=201)
async def open_site_session(
    body: SiteSessionIn, request: Request, response: Response, identity: TheIdentity, client: FromClient, me: MaybeMe
) -> SignedIn:
    """Sign in a customer of the embedding site by its signed token. Joins only this browser's anonymous thread."""
    issued = await identity.site_sessions.open(body.token, origins_of(request, body.origin), client, me)
    set_session(request, response, issued, identity.session_ms(issued.principal))
    return signed_in(await identity.profiles.me(issued.principal), issued)


@router.get("/site-keys")
async def list_site_keys(
    identity: TheIdentity,
    me: Me,
    shop: Annotated[str, Query(description="The shop's id.", pattern=ID_PATTERN, examples=[SHOP_EXAMPLE])],
) -> SiteKeyList:
    """A shop's keys, without their secrets. For owners and managers of it."""
    return SiteKeyList(items=[site_key_of(key) for key in await identity.site_keys.of_shop(me, ShopId(shop))])


@router.post("/site-keys", status_code=201)
async def create_site_key(body: SiteKeyIn, identity: TheIdentity, me: Me) -> SiteKeyMade:
    """Make a key. Its secret is shown this once. For owners and managers of the shop."""
    key = await identity.site_keys.create(me, ShopId(body.shop), body.name, body.algorithm, tuple(body.origins))
    return site_key_made(key)


@router.post("/site-keys/{id}/rotate", status_code=201)
async def rotate_site_key(id: AnId, body: Rotation, identity: TheIdentity, me: Me) -> SiteKeyMade:
    """Replace a key; the old one still counts for a while."""
    return site_key_made(await identity.site_keys.rotate(me, id, body.overlap_ms))


@router.delete("/site-keys/{id}", status_code=204)
async def revoke_site_key(id: AnId, identity: TheIdentity, me: Me) -> None:
    """End a key at once."""
    await identity.site_keys.revoke(me, id)


def origins_of(request: Request, told: str | None) -> tuple[str, ...]:
    """The foreign pages that take part: the one that the widget names, and the one that the browser names."""
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    sent = request.headers.get("origin")
    return tuple(origin for origin in (told, sent) if origin and origin != own)
