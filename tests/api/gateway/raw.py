"""A WebSocket in the hands of a test: frames as they are, nothing repaired."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

WAIT_S = 45.0  # nothing is timed: a busy machine may be slow

Frame = dict[str, Any]


class Raw:
    """One open socket. ``closed``: the code that the server closed with."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.frames: list[Frame] = []
        self.closed: int | None = None

    async def say(self, **frame: Any) -> None:
        await self.socket.send(msgspec.json.encode(frame).decode())

    async def hear(self) -> Frame:
        """The next frame but pings, which are answered."""
        while True:
            data = await self.socket.recv()
            assert isinstance(data, str), "the server speaks text alone"
            frame: Frame = msgspec.json.decode(data)
            if frame["t"] == "ping":
                await self.say(t="pong", heads=frame["heads"])
                continue
            self.frames.append(frame)
            return frame

    async def until(self, kind: str, wanted: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """The next frame of a kind; others are passed over."""
        async with asyncio.timeout(WAIT_S):
            while True:
                frame = await self.hear()
                if frame["t"] == kind and wanted(frame):
                    return frame

    async def once(self, kind: str, wanted: Callable[[Frame], bool] = lambda _: True) -> Frame:
        """A frame of a kind that came already, or the next one."""
        for frame in self.frames:
            if frame["t"] == kind and wanted(frame):
                return frame
        return await self.until(kind, wanted)

    async def until_closed(self) -> int:
        """Read to the end; returns the close code."""
        try:
            async with asyncio.timeout(WAIT_S):
                while True:
                    await self.hear()
        except ConnectionClosed as closed:
            self.closed = closed.rcvd.code if closed.rcvd else 1006
            return self.closed

    async def hello(self, token: str | None, **resume: Any) -> Frame:
        await self.say(t="hello", token=token, resume=resume)
        return await self.until("welcome")

    async def follow(self, conversation: str, after: int, epoch: int = 1) -> Frame:
        await self.say(t="sub", conv=conversation, epoch=epoch, after=after)
        return await self.until("events", lambda frame: frame["conv"] == conversation)


@contextlib.asynccontextmanager
async def opened(url: str, query: str = "", **options: Any) -> AsyncIterator[Raw]:
    """A socket to the node at ``url``; ``options`` as for ``websockets.connect``."""
    address = url.replace("http", "ws", 1) + "/api/v1/ws" + query
    values: dict[str, Any] = {"compression": None, "ping_interval": None, "close_timeout": 1, "max_size": None}
    async with connect(address, **(values | options)) as socket:
        yield Raw(socket)


class Person:
    """Somebody with a session, and what a test does over HTTP as that person."""

    def __init__(self, url: str, http: httpx.AsyncClient, me: dict[str, Any]) -> None:
        self.url = url
        self.http = http
        self.me = me

    @property
    def id(self) -> str:
        return str(self.me["id"])

    @property
    def token(self) -> str:
        return self.http.cookies["liyu_session"]

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        csrf = {"X-CSRF-Token": self.http.cookies.get("liyu_csrf", "")}
        answer = await self.http.request(method, path, json=body, headers=csrf)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    async def conversation(self, shop: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.call("POST", f"/shops/{shop}/conversation")
        return found

    @contextlib.asynccontextmanager
    async def socket(self, url: str | None = None, **resume: Any) -> AsyncIterator[Raw]:
        async with opened(url or self.url) as raw:
            await raw.hello(self.token, **resume)
            yield raw


@contextlib.asynccontextmanager
async def visitor(url: str, shop: str) -> AsyncIterator[Person]:
    """An anonymous visitor of ``shop``."""
    async with httpx.AsyncClient(base_url=url + "/api/v1", timeout=WAIT_S) as http:
        answer = await http.post("/visitors", json={"shop": shop})
        answer.raise_for_status()
        yield Person(url, http, answer.json())


@contextlib.asynccontextmanager
async def staff(url: str, login: str, password: str) -> AsyncIterator[Person]:
    """A signed-in member of staff."""
    async with httpx.AsyncClient(base_url=url + "/api/v1", timeout=WAIT_S) as http:
        answer = await http.post("/sessions", json={"login": login, "password": password})
        answer.raise_for_status()
        yield Person(url, http, answer.json())
