"""The HTTP side of the capability links."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from liyu.http.authentication import FromClient, MaybeMe, Me, set_session, token_of
from liyu.identity.links.entering import Newcomer
from liyu.identity.links.schemas import (
    LinkIn,
    LinkMade,
    LinkPage,
    PreviewOut,
    RedeemIn,
    SecretIn,
    link_made,
    link_of,
    preview_of,
)
from liyu.identity.paths import DEFAULT_LIMIT, AnId, Cursor, Limit, next_cursor, position
from liyu.identity.reaching import TheIdentity
from liyu.identity.schemas.people import SignedIn, signed_in
from liyu.kit.ids import LinkId

router = APIRouter(tags=["links"])


@router.post("/links", status_code=201)
async def make_link(body: LinkIn, identity: TheIdentity, me: Me) -> LinkMade:
    """Make a link that opens one thing, for a while, a number of times."""
    return link_made(await identity.links.make(me, body.wish(me.chain)))


@router.get("/links")
async def list_links(identity: TheIdentity, me: Me, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT) -> LinkPage:
    """One's own links; for those who run the chain, everybody's."""
    found = await identity.links.listed(me, position(cursor), limit)
    return LinkPage(
        items=[link_of(link) for link in found], next_cursor=next_cursor([link.id for link in found], limit)
    )


@router.delete("/links/{id}", status_code=204)
async def revoke_link(id: AnId, identity: TheIdentity, me: Me) -> None:
    """Let a link open nothing any more. Friends who have no other are signed out."""
    await identity.links.revoke(me, LinkId(id))


@router.post("/links/preview")
async def preview_link(body: SecretIn, identity: TheIdentity, client: FromClient) -> PreviewOut:
    """Look at a link without using it. Tells whose shop it is, nothing of what is inside."""
    return preview_of(await identity.links.preview(body.secret, client))


@router.post(
    "/links/redeem", status_code=201, responses={200: {"model": SignedIn, "description": "Entered as who one is."}}
)
async def redeem_link(
    body: RedeemIn, request: Request, response: Response, identity: TheIdentity, client: FromClient, current: MaybeMe
) -> SignedIn:
    """Enter by a link: as a friend without an account, or as new staff with a login of one's own."""
    newcomer = Newcomer(body.name, body.login or "", body.password or "")
    issued = await identity.links.redeem(body.secret, newcomer, client, current, token_of(request))
    if issued.fresh:
        set_session(request, response, issued, identity.session_ms(issued.principal))
    else:
        response.status_code = 200
    return signed_in(await identity.profiles.me(issued.principal), issued)
