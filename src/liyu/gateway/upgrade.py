"""What is decided about a connection before it becomes a WebSocket: path, origin, client address, cookie. Pure."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from liyu.protocol.cookies import jar_of

PATH = "/api/v1/ws"

Header = Callable[[str], str | None]
"""The value of a header by its lower-case name."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a node knows about its pages and proxies.

    ``origins``: the web origins of its own pages, such as ``https://shop.example``; empty: whatever host the request
    names (an installation without a public address). ``proxies``: addresses or networks whose forwarding headers are
    believed.
    """

    origins: frozenset[str] = frozenset()
    proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @staticmethod
    def of(origins: Sequence[str], proxies: Sequence[str]) -> Door:
        """From the settings' texts. Raises ``ValueError`` for an address that is none."""
        return Door(
            frozenset(filter(None, (normal_origin(origin) for origin in origins))),
            tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies if proxy != "*"),
        )

    def is_own(self, origin: str | None, host: str | None, scheme: str) -> bool:
        """Whether the page is one of our own. A request without an origin comes from a program, not from a page."""
        if origin is None:
            return True
        found = normal_origin(origin)
        if found is None:
            return False
        if found in self.origins:
            return True
        return not self.origins and host is not None and found == normal_origin(f"{scheme}://{host}")

    def client(self, peer: str, header: Header) -> tuple[str, str | None]:
        """The client's address, and the scheme that a trusted proxy speaks for (``None``: no proxy)."""
        if not self._trusts(peer):
            return peer, None
        proto = header("x-forwarded-proto")
        chain = [part.strip() for part in (header("x-forwarded-for") or "").split(",") if part.strip()]
        for address in reversed(chain):
            if not self._trusts(address):
                return address, proto
        return (chain[0] if chain else peer), proto

    def _trusts(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self.proxies)


def normal_origin(origin: str) -> str | None:
    """``scheme://host[:port]`` in lower case without a default port; ``None`` for what is no web origin."""
    try:
        parts = urlsplit(origin.strip().lower())
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is None or port == {"http": 80, "https": 443}[parts.scheme]:
        return f"{parts.scheme}://{host}"
    return f"{parts.scheme}://{host}:{port}"


def client_in(query: str) -> str:
    """Which face asks, as the address says it (``?client=desk``): a page cannot give a WebSocket a header."""
    return next((pair[7:] for pair in query.split("&") if pair.startswith("client=")), "")


def session_cookie(header: str | None, client: str = "") -> str | None:
    """The session's token of the face ``client`` in a ``Cookie`` header; another face's is not looked at."""
    if not header:
        return None
    try:
        morsel = SimpleCookie(header).get(jar_of(client).session)
    except CookieError:
        return None
    return morsel.value if morsel is not None and morsel.value else None


def language_of(header: str | None) -> str:
    """``zh`` or ``en`` by the first language of an ``Accept-Language`` header; Chinese where it says nothing."""
    return "en" if header and header.strip().lower().startswith("en") else "zh"
