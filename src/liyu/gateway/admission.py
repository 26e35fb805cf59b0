"""Who may open a WebSocket on this node: the same decision for both implementations."""

from __future__ import annotations

from dataclasses import dataclass

from liyu.gateway.node import Node
from liyu.gateway.ports import SiteOrigins
from liyu.gateway.upgrade import PATH, Door, Header, client_in, language_of, session_cookie

BUSY_SLACK = 256  # sockets beyond the limit that are still told to wait in words; further ones get HTTP 503
RETRY_AFTER_S = 5


@dataclass(frozen=True, slots=True)
class Refused:
    """No WebSocket: an HTTP answer instead. ``retry_after_s``: when to come back."""

    status: int
    reason: str
    retry_after_s: int | None = None


FOREIGN = Refused(403, "Forbidden")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A WebSocket. ``cookie``: the session token of one of our own pages; ``busy``: open it, say so, and close it.

    ``foreign``: a page of somebody else, whose origin has still to be looked up.
    """

    address: str
    language: str
    cookie: str | None
    foreign: str | None
    busy: bool


@dataclass(frozen=True, slots=True)
class Admission:
    """See the module."""

    node: Node
    door: Door
    sites: SiteOrigins

    def decide(self, target: str, peer: str, scheme: str, header: Header) -> Admitted | Refused:
        """Look at an upgrade. ``target``: path and query; ``scheme``: ``http`` or ``https`` as seen here."""
        path, _, query = target.partition("?")
        if path != PATH:
            return Refused(404, "Not Found")
        if self.node.draining:
            return Refused(503, "Draining", RETRY_AFTER_S)
        address, forwarded = self.door.client(peer, header)
        origin = header("origin")
        own = self.door.is_own(origin, header("host"), forwarded or scheme)
        busy = not self.node.registry.has_room(address)
        if busy and self.node.registry.is_crammed(BUSY_SLACK):
            return Refused(503, "Busy", RETRY_AFTER_S)
        return Admitted(
            address=address,
            language=language_of(header("accept-language")),
            cookie=session_cookie(header("cookie"), client_in(query)) if own else None,
            foreign=None if own else origin,
            busy=busy,
        )

    async def knows(self, origin: str) -> bool:
        """Whether a shop registered the page of ``origin``."""
        return await self.sites.registered(origin)
