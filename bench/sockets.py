"""The load's side of a WebSocket: bare picows, so that the load is not what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

Receive = Callable[["Socket", bytes], None]


class Socket(WSListener):
    """One connection. ``receive`` gets every message; ``ready`` is for whoever opens it to resolve."""

    def __init__(self, receive: Receive, hello: bytes | None) -> None:
        self._receive = receive
        self._hello = hello
        self.transport: WSTransport | None = None
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone = False
        self.facts: Any = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        if self._hello is not None:
            self.send(self._hello)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type is WSMsgType.TEXT:
            self._receive(self, frame.get_payload_as_bytes())
        elif frame.msg_type is WSMsgType.CLOSE:
            self.gone = True
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        del transport
        self.gone = True
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("closed before it was ready"))

    def send(self, message: bytes) -> None:
        """Send one text message."""
        if self.transport is not None:
            self.transport.send(WSMsgType.TEXT, message)

    def settle(self) -> None:
        """It is ready."""
        if not self.ready.done():
            self.ready.set_result(None)

    def close(self) -> None:
        """Cut it."""
        if self.transport is not None:
            self.transport.disconnect(False)


async def connect(url: str, receive: Receive, hello: bytes | None = None, *, settled: bool = False) -> Socket:
    """Open a socket and wait until it is ready; ``settled``: it is as soon as it is open."""
    opened: Socket | None = None

    def make() -> Socket:
        nonlocal opened
        opened = Socket(receive, hello)
        return opened

    await ws_connect(make, url)
    assert opened is not None
    if settled:
        opened.settle()
    async with asyncio.timeout(60):
        await opened.ready
    return opened
