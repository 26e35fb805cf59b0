"""The server fetches from the open internet alone, whatever a name says and wherever it is sent on to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from liyu.platform.outbound import FetchFailed, FetchRefused, FetchTooLarge, Outbound, is_public

PUBLIC = "93.184.215.14"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:db8::1",
        "not an address",
    ],
)
def test_not_of_the_open_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_of_the_open_internet(address: str) -> None:
    assert is_public(address)


class Net:
    """A small internet: names with addresses, and what is answered there."""

    def __init__(self, names: dict[str, list[str]], answers: dict[str, httpx.Response]) -> None:
        self.names, self.answers = names, answers
        self.connected: list[str] = []

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        if host not in self.names:
            raise OSError("no such name")
        return self.names[host]

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.connected.append(request.url.host)
        host = request.headers["host"]
        assert request.extensions["sni_hostname"] == host.partition(":")[0]
        return self.answers[host + request.url.path]

    def outbound(self, *private: str) -> Outbound:
        return Outbound(private, resolve=self.resolve, transport=httpx.MockTransport(self.handle))


def ok(content: bytes = b"hello") -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(content), headers={"content-type": "text/plain"})


def to(url: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": url})


async def test_it_connects_to_the_address_that_was_checked() -> None:
    net = Net({"shop.example": [PUBLIC]}, {"shop.example/a": ok()})
    found = await net.outbound().fetch("https://shop.example/a")
    assert (found.content, found.media_type, found.url) == (b"hello", "text/plain", "https://shop.example/a")
    assert net.connected == [PUBLIC]


@pytest.mark.parametrize(
    "url",
    [
        "http://inside.example/",
        "http://mixed.example/",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "https://open.example:6379/",
        "https://user:pass@open.example/",
        "file:///etc/passwd",
        "gopher://open.example/",
        "//open.example/",
        "http://",
        "http://open.example/" + "a" * 3000,
    ],
)
async def test_refused_without_a_connection(url: str) -> None:
    names = {
        "inside.example": ["10.0.0.7"],
        "mixed.example": [PUBLIC, "192.168.0.1"],
        "open.example": [PUBLIC],
        "127.0.0.1": ["127.0.0.1"],
        "::1": ["::1"],
        "::ffff:10.0.0.1": ["::ffff:10.0.0.1"],
        "::ffff:a00:1": ["::ffff:10.0.0.1"],
        "2130706433": ["127.0.0.1"],
        "0x7f.1": ["127.0.0.1"],
    }
    net = Net(names, {})
    with pytest.raises(FetchRefused):
        await net.outbound().fetch(url)
    assert net.connected == []


async def test_every_redirect_is_checked_again() -> None:
    net = Net(
        {"open.example": [PUBLIC], "inside.example": ["169.254.169.254"]},
        {"open.example/": to("http://inside.example/latest/meta-data/")},
    )
    with pytest.raises(FetchRefused):
        await net.outbound().fetch("http://open.example/")
    assert net.connected == [PUBLIC]


async def test_a_redirect_within_the_open_internet_is_followed() -> None:
    net = Net(
        {"a.example": [PUBLIC], "b.example": ["8.8.8.8"]}, {"a.example/": to("//b.example/x"), "b.example/x": ok()}
    )
    assert (await net.outbound().fetch("https://a.example/")).url == "https://b.example/x"
    assert net.connected == [PUBLIC, "8.8.8.8"]


async def test_redirects_end() -> None:
    net = Net({"a.example": [PUBLIC]}, {"a.example/": to("/")})
    with pytest.raises(FetchFailed):
        await net.outbound().fetch("https://a.example/")
    assert len(net.connected) == 4


async def test_a_name_that_changes_its_answer_is_refused_at_the_next_hop() -> None:
    net = Net({}, {"a.example/": to("/again")})
    answers = [PUBLIC, "127.0.0.1"]

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return [answers.pop(0)]

    outbound = Outbound((), resolve=rebinding, transport=httpx.MockTransport(net.handle))
    with pytest.raises(FetchRefused):
        await outbound.fetch("https://a.example/")
    assert net.connected == [PUBLIC]


async def test_what_the_owner_named_may_be_private() -> None:
    net = Net({"nas.local": ["192.168.1.20"]}, {"nas.local:9000/": ok()})
    assert (await net.outbound("nas.local").fetch("http://nas.local:9000/")).content == b"hello"
    assert net.connected == ["192.168.1.20"]


async def test_size_is_counted_while_it_arrives() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 10_000

    net = Net({"a.example": [PUBLIC]}, {"a.example/": httpx.Response(200, content=endless())})
    with pytest.raises(FetchTooLarge):
        await net.outbound().fetch("http://a.example/", limit=50_000)


async def test_compressed_answers_are_not_unpacked() -> None:
    answer = httpx.Response(200, headers={"content-encoding": "gzip"}, stream=httpx.ByteStream(b"\x1f\x8b"))
    net = Net({"a.example": [PUBLIC]}, {"a.example/": answer})
    with pytest.raises(FetchFailed):
        await net.outbound().fetch("http://a.example/")


async def test_a_slow_answer_is_given_up() -> None:
    async def never() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    net = Net({"a.example": [PUBLIC]}, {"a.example/": httpx.Response(200, content=never())})
    with pytest.raises(FetchFailed):
        await net.outbound().fetch("http://a.example/", seconds=0.05)


async def test_an_unknown_name_fails_plainly() -> None:
    with pytest.raises(FetchFailed):
        await Net({}, {}).outbound().fetch("http://nowhere.example/")


async def test_over_a_real_socket_the_name_is_sent_and_only_a_named_host_is_reached() -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello")
        await writer.drain()
        writer.close()

    async def here(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        found = await Outbound(("nas.local",), resolve=here).fetch(f"http://nas.local:{port}/a?b=1")
        assert found.content == b"hello"
        assert heard[0].startswith(b"GET /a?b=1 HTTP/1.1\r\n")
        assert f"host: nas.local:{port}".encode() in heard[0].lower()
        with pytest.raises(FetchRefused):
            await Outbound(resolve=here).fetch(f"http://nas.local:{port}/")
    assert len(heard) == 1
