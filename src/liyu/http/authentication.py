"""Who makes a request: the cookie of our own pages, or ``Authorization: Bearer``.

A browser sends cookies by itself, so with a cookie an unsafe method must also carry the page's token in
``X-CSRF-Token``. Shop and desk have cookies of their own; ``X-Liyu-Client`` says whose count, the others are not looked
at. Decides nothing about what the person may do.
"""

from __future__ import annotations

from typing import Annotated, Final, Protocol

from fastapi import Depends, Request, Response

from liyu.http.language import language_of
from liyu.identity.clients import Client, Issued
from liyu.identity.errors import CsrfMismatch, Revoked, Unauthenticated
from liyu.identity.model import Principal
from liyu.identity.tokens import csrf_of, same
from liyu.protocol.cookies import Jar, jar_of

CSRF_HEADER: Final = "x-csrf-token"
CLIENT_HEADER: Final = "x-liyu-client"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Authenticator(Protocol):
    """What is needed of the identity domain."""

    async def authenticate(self, token: str) -> Principal:
        """Who holds ``token``. Raises ``Unauthenticated`` or ``Revoked``."""
        ...


def jar(request: Request) -> Jar:
    """The cookies of the face that asks."""
    return jar_of(request.headers.get(CLIENT_HEADER, ""))


def token_of(request: Request) -> str | None:
    """The session token of the request. Raises ``CsrfMismatch`` where a cookie alone speaks for an unsafe method."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.strip():
        return bearer.strip()
    token = request.cookies.get(jar(request).session)
    if token and request.method not in _SAFE:
        refuse_forged(request, token)
    return token or None


def refuse_forged(request: Request, token: str) -> None:
    """Raise ``CsrfMismatch`` unless header and cookie carry the page's own token of this very session."""
    sent = request.headers.get(CSRF_HEADER, "")
    if not same(sent, request.cookies.get(jar(request).csrf, "")) or not same(sent, csrf_of(token)):
        raise CsrfMismatch()


async def require_principal(request: Request) -> Principal:
    """The person who asks. Raises ``Unauthenticated``, ``Revoked`` or ``CsrfMismatch``."""
    token = token_of(request)
    if token is None:
        raise Unauthenticated()
    return await _authenticator(request).authenticate(token)


async def optional_principal(request: Request) -> Principal | None:
    """The person who asks, ``None`` when nobody is signed in (any more). Raises ``CsrfMismatch``."""
    token = token_of(request)
    if token is None:
        return None
    try:
        return await _authenticator(request).authenticate(token)
    except (Unauthenticated, Revoked):
        return None


def client_of(request: Request) -> Client:
    """What is known of the client. Raises ``CsrfMismatch`` when another site's page sends the request."""
    if request.headers.get("sec-fetch-site", "") == "cross-site":
        raise CsrfMismatch()
    return Client(
        address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", "")[:400],
        kind="widget" if request.headers.get(CLIENT_HEADER, "").lower() == "widget" else "web",
        locale=language_of(request),
    )


def set_session(request: Request, response: Response, issued: Issued, max_age_ms: int) -> None:
    """Hand a browser its session as cookies; a widget gets it in the body and no cookie."""
    if issued.refresh is None:
        set_cookies(request, response, issued.token, max_age_ms)


def set_cookies(request: Request, response: Response, token: str, max_age_ms: int) -> None:
    """Set (or renew) both cookies of the face that asks. Only the page's own token may be read by scripts."""
    secure = request.url.scheme == "https"
    seconds = max(0, max_age_ms // 1000)
    names = jar(request)
    response.set_cookie(names.session, token, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
    response.set_cookie(
        names.csrf, csrf_of(token), max_age=seconds, path="/", secure=secure, httponly=False, samesite="lax"
    )


def clear_cookies(request: Request, response: Response) -> None:
    """Take both cookies of the face that asks back; the other face stays signed in."""
    secure = request.url.scheme == "https"
    names = jar(request)
    response.delete_cookie(names.session, path="/", secure=secure, httponly=True, samesite="lax")
    response.delete_cookie(names.csrf, path="/", secure=secure, httponly=False, samesite="lax")


def _authenticator(request: Request) -> Authenticator:
    identity: Authenticator = request.app.state.services.identity
    return identity


#: The person who asks; 401 when nobody is signed in.
Me = Annotated[Principal, Depends(require_principal)]
#: The person who asks, or ``None``.
MaybeMe = Annotated[Principal | None, Depends(optional_principal)]
#: Where the request comes from; refuses other sites' pages.
FromClient = Annotated[Client, Depends(client_of)]
