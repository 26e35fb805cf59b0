"""One WebSocket at a time, made again until the client is closed. Moves bytes and timers; decides nothing about them.

``on_open`` runs for every new connection and gives the first frame; ``on_frame`` gets whatever arrives.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Protocol

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from liyu.client.backoff import may_return, returns_at_once, wait_ms
from liyu.protocol.frames import AnyServerFrame, ClientFrame, ClientPing, Drain, Welcome

HELLO_TIMEOUT_S = 15.0
CLOSE_TIMEOUT_S = 1.0
LARGEST_FRAME_BYTES = 64 << 20  # a history may come in one frame
MISSED_PINGS = 2  # intervals without any frame after which the connection counts as half-open

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AnyServerFrame).decode


class Listener(Protocol):
    """What the connection tells its owner, on the event loop."""

    def hello(self) -> ClientFrame:
        """The first frame of a new connection."""
        ...

    def opened(self, welcome: Welcome) -> None: ...

    def received(self, frame: object) -> None: ...

    def lost(self) -> None: ...

    def heads(self) -> dict[str, int]:
        """The heads to name in a ping."""
        ...


class EndedForGood(Exception):
    """The server closed with a code that says not to come back. ``code``: the close code."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code} {reason}")


class Connection:
    """Keeps a connection to ``url`` while ``run`` runs."""

    def __init__(self, url: str, listener: Listener, *, draw: Callable[[], float] = random.random) -> None:
        self._url = url
        self._listener = listener
        self._draw = draw
        self._socket: ClientConnection | None = None
        self._told_ms: int | None = None

    @property
    def is_open(self) -> bool:
        return self._socket is not None

    async def send(self, frame: ClientFrame) -> bool:
        """Put a frame on the connection; ``False`` when there is none. Arrival is not promised."""
        socket = self._socket
        if socket is None:
            return False
        try:
            await socket.send(_encode(frame).decode())
        except ConnectionClosed:
            return False
        return True

    def drop(self) -> None:
        """Break the current connection without a goodbye, as a bad network does."""
        if self._socket is not None:
            self._socket.transport.abort()

    async def run(self) -> None:
        """Connect and listen until cancelled. Raises ``EndedForGood``."""
        attempt = 0
        while True:
            code, welcomed = await self._once()
            if welcomed:
                attempt = 0
            if not returns_at_once(code) or not welcomed:
                await asyncio.sleep(wait_ms(attempt, self._draw(), told_ms=self._told_ms) / 1000)
            self._told_ms = None
            attempt += 1

    async def _once(self) -> tuple[int | None, bool]:
        """One connection from its beginning to its end: (close code, whether it was welcomed)."""
        welcomed = False
        try:
            async with connect(
                self._url,
                max_size=LARGEST_FRAME_BYTES,
                ping_interval=None,
                close_timeout=CLOSE_TIMEOUT_S,
                open_timeout=HELLO_TIMEOUT_S,
                compression=None,
            ) as socket:
                try:
                    welcome = await self._greet(socket)
                    welcomed = True
                    self._socket = socket
                    self._listener.opened(welcome)
                    await self._listen(socket, welcome.limits.ping_interval_ms / 1000)
                finally:
                    self._socket = None
                    self._listener.lost()
                    socket.transport.abort()
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
            if not may_return(code):
                raise EndedForGood(code or 0, closed.rcvd.reason if closed.rcvd else "") from None
            return code, welcomed
        except (OSError, InvalidHandshake, InvalidMessage, TimeoutError):
            return None, welcomed
        return None, welcomed

    async def _greet(self, socket: ClientConnection) -> Welcome:
        await socket.send(_encode(self._listener.hello()).decode())
        while True:
            frame = _decode(await asyncio.wait_for(socket.recv(), HELLO_TIMEOUT_S))
            if isinstance(frame, Welcome):
                return frame
            self._listener.received(frame)

    async def _listen(self, socket: ClientConnection, interval_s: float) -> None:
        missed = 0
        while True:
            try:
                data = await asyncio.wait_for(socket.recv(), interval_s)
            except TimeoutError:
                missed += 1
                if missed > MISSED_PINGS:
                    return
                await socket.send(_encode(ClientPing(heads=self._listener.heads())).decode())
                continue
            missed = 0
            try:
                frame = _decode(data)
            except msgspec.ValidationError:
                continue  # a frame of a newer server: unknown kinds are ignored
            if isinstance(frame, Drain):
                self._told_ms = frame.retry_ms
                return
            self._listener.received(frame)
