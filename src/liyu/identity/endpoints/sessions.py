"""Arriving, signing in and out, oneself."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from liyu.http.authentication import (
    FromClient,
    MaybeMe,
    Me,
    clear_cookies,
    jar,
    set_cookies,
    set_session,
    token_of,
)
from liyu.identity.reaching import TheIdentity
from liyu.identity.schemas.people import Me as MeOut
from liyu.identity.schemas.people import ProfileChange, SignedIn, SignIn, Visit, me_of, signed_in

router = APIRouter(tags=["sessions"])


@router.post("/visitors", status_code=201, responses={200: {"model": SignedIn, "description": "Already known here."}})
async def visit(
    body: Visit, request: Request, response: Response, identity: TheIdentity, client: FromClient, current: MaybeMe
) -> SignedIn:
    """Give a browser that nobody knows a session in the shop's chain. One that has a session there keeps it."""
    issued = await identity.sessions.visit(body.shop, client, current, token_of(request))
    if issued.fresh:
        set_session(request, response, issued, identity.session_ms(issued.principal))
    else:
        response.status_code = 200
    return signed_in(await identity.profiles.me(issued.principal), issued)


@router.post("/sessions", status_code=201)
async def sign_in(
    body: SignIn, request: Request, response: Response, identity: TheIdentity, client: FromClient, current: MaybeMe
) -> SignedIn:
    """Sign in. An anonymous visitor who turns out to be a customer brings its conversations along."""
    issued = await identity.sessions.sign_in(body.login, body.password, client, current)
    set_session(request, response, issued, identity.session_ms(issued.principal))
    return signed_in(await identity.profiles.me(issued.principal), issued)


@router.delete("/sessions/current", status_code=204)
async def sign_out(request: Request, response: Response, identity: TheIdentity, me: Me) -> None:
    """End this session; its sockets close at once."""
    await identity.sessions.sign_out(me)
    clear_cookies(request, response)


@router.get("/me")
async def read_me(request: Request, response: Response, identity: TheIdentity, me: Me) -> MeOut:
    """Who is signed in. Renews the cookies of a page."""
    token = request.cookies.get(jar(request).session)
    if token and token == token_of(request):
        set_cookies(request, response, token, identity.session_ms(me))
    return me_of(await identity.profiles.me(me))


@router.patch("/me")
async def change_me(body: ProfileChange, identity: TheIdentity, me: Me) -> MeOut:
    """Change one's own name, language or avatar."""
    await identity.profiles.change(me, name=body.name, locale=body.locale, avatar=body.avatar)
    return me_of(await identity.profiles.me(await identity.check(me.session)))
