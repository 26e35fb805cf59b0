"""Fetching from addresses that strangers name, without becoming their key to our own network.

Every hop is checked after its name was resolved, and the connection goes to exactly the address that was checked, so
a name that changes its answer in between gains nothing. Private, loopback, link-local and metadata addresses are
refused unless the owner's settings name the host. Size and time are bounded while the answer arrives.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from liyu.kit.errors import Reason, Refusal

MAX_REDIRECTS: Final = 3
MAX_URL: Final = 2_000  # characters
MAX_BYTES: Final = 20 << 20
TOTAL_SECONDS: Final = 20.0
CONNECT_SECONDS: Final = 5.0
_PORTS: Final = {"http": 80, "https": 443}
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: host, port → the addresses that it has.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class FetchRefused(Refusal):
    """The address is not one that the server fetches from. ``host``: which."""

    code = "fetch.refused"
    zh = "不能从 {host} 取内容。"
    en = "Nothing can be fetched from {host}."


class FetchTooLarge(Refusal):
    """The answer is larger than wanted. ``limit``: in bytes."""

    code = "fetch.too_large"
    reason = Reason.TOO_LARGE
    zh = "内容太大了，最多 {limit} 字节。"
    en = "The content is too large: at most {limit} bytes."


class FetchFailed(Refusal):
    """The other side did not answer, not in time, or not with a success. ``host``: which."""

    code = "fetch.failed"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "{host} 没有正常回应，请稍后再试。"
    en = "{host} did not answer properly. Please try again later."


@dataclass(frozen=True, slots=True)
class Fetched:
    """A successful answer. ``url``: after redirects; ``media_type``: what the other side says, not believed."""

    url: str
    media_type: str
    content: bytes


async def resolve(host: str, port: int) -> Sequence[str]:
    """The machine's own resolver. Raises ``OSError``."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [str(entry[4][0]) for entry in found]


class Outbound:
    """Fetches by GET. ``private_hosts``: hosts (names or addresses) that may have private addresses, any port."""

    def __init__(
        self,
        private_hosts: Sequence[str] = (),
        *,
        resolve: Resolve = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._private = frozenset(host.lower().strip("[]") for host in private_hosts)
        self._resolve = resolve
        self._transport = transport

    async def fetch(self, url: str, *, limit: int = MAX_BYTES, seconds: float = TOTAL_SECONDS) -> Fetched:
        """Get ``url``, at most ``limit`` bytes in ``seconds`` altogether.

        Raises ``FetchRefused``, ``FetchTooLarge``, ``FetchFailed``.
        """
        host = ""
        try:
            async with asyncio.timeout(seconds), self._client() as client:
                for _ in range(MAX_REDIRECTS + 1):
                    target = _parsed(url)
                    host = target.host
                    answer = await _first(client, target, await self._allowed(target), limit)
                    if isinstance(answer, Fetched):
                        return answer
                    url = answer
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError):
            raise FetchFailed(host=host) from None
        raise FetchFailed(host=host)

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=self._transport,
            trust_env=False,  # a proxy would resolve the name again
            follow_redirects=False,
            timeout=httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_keepalive_connections=0),
            headers={"accept-encoding": "identity", "user-agent": "Liyu"},
        )

    async def _allowed(self, target: httpx.URL) -> Sequence[str]:
        """The addresses to connect to. Raises ``FetchRefused`` when any address of the host is not public."""
        host = target.raw_host.decode("ascii")
        named = host.lower() in self._private
        port = target.port or _PORTS[target.scheme]
        if port != _PORTS[target.scheme] and not named:
            raise FetchRefused(host=target.host)
        found = await self._resolve(host, port)
        if not found or not (named or all(is_public(address) for address in found)):
            raise FetchRefused(host=target.host)
        return found


def is_public(address: str) -> bool:
    """Whether ``address`` is one of the open internet, also when it is an IPv4 address in IPv6's clothes."""
    try:
        found: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _meant(found))


def _meant(address: Address) -> Sequence[Address]:
    """``address``, or the addresses that it leads to: mapped IPv4, NAT64, 6to4, Teredo."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)]
    inner: list[Address] = [address]
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner += address.teredo
    return inner


_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def _parsed(url: str) -> httpx.URL:
    """Raise ``FetchRefused`` unless ``url`` is an absolute http(s) address without a user in it."""
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        raise FetchRefused(host="") from None
    if len(url) > MAX_URL or target.scheme not in _PORTS or not target.host or target.userinfo:
        raise FetchRefused(host=target.host)
    return target


async def _first(client: httpx.AsyncClient, target: httpx.URL, addresses: Sequence[str], limit: int) -> Fetched | str:
    """One hop to the first of ``addresses`` that takes the connection."""
    for address in addresses[:-1]:
        with contextlib.suppress(httpx.ConnectError, httpx.ConnectTimeout):
            return await _get(client, target, address, limit)
    return await _get(client, target, addresses[-1], limit)


async def _get(client: httpx.AsyncClient, target: httpx.URL, address: str, limit: int) -> Fetched | str:
    """One hop to ``address``: the content, or where it redirects to."""
    request = client.build_request(
        "GET",
        target.copy_with(host=address),
        headers={"host": target.netloc.decode()},
        extensions={
            "sni_hostname": target.raw_host.decode("ascii")
        },  # the certificate must be the name's, not the address's
    )
    response = await client.send(request, stream=True)
    try:
        if response.status_code in _REDIRECTS and "location" in response.headers:
            return str(target.join(response.headers["location"]))
        if response.status_code != 200 or response.headers.get("content-encoding", "identity") != "identity":
            raise FetchFailed(host=target.host)
        content = bytearray()
        async for part in response.aiter_raw():
            content += part
            if len(content) > limit:
                raise FetchTooLarge(limit=limit)
        return Fetched(str(target), response.headers.get("content-type", ""), bytes(content))
    finally:
        await response.aclose()
