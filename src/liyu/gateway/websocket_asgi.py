"""The twin of ``websocket.py``: the same connections over uvicorn's own WebSocket, as an ASGI route.

One task per socket reads, one writes while there is something to write; everything waits in ``Outgoing`` on its way,
so the same bounds hold.
"""

from __future__ import annotations

import asyncio

from starlette.responses import PlainTextResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from liyu.gateway.admission import FOREIGN, RETRY_AFTER_S, Admission, Admitted, Refused
from liyu.gateway.connection import Connection
from liyu.gateway.refusals import FrameInvalid, NodeBusy
from liyu.gateway.upgrade import PATH
from liyu.protocol.frames import Close

CLOSING_S = 3.0


class AsgiSocket:
    """One ASGI WebSocket: the wire of a ``Connection``.

    What is written waits here: at most ``high_bytes``, from then on the connection queues.
    """

    def __init__(self, websocket: WebSocket, *, high_bytes: int = 65_536) -> None:
        self._websocket = websocket
        self._high = high_bytes
        self._frames: list[bytes] = []
        self._size = 0
        self._paused = False
        self._ending: tuple[int, str] | None = None
        self._something = asyncio.Event()
        self.connection: Connection | None = None

    def send(self, frame: bytes) -> None:
        if self._ending is not None:
            return
        self._frames.append(frame)
        self._size += len(frame)
        self._something.set()
        if self._size > self._high and not self._paused and self.connection is not None:
            self._paused = True
            self.connection.paused()

    def close(self, code: int, reason: str) -> None:
        if self._ending is None:
            self._ending = (code, reason)
            self._something.set()

    async def write(self) -> None:
        """Write what comes until the end."""
        while True:
            await self._something.wait()
            self._something.clear()
            while self._frames:
                frames, self._frames = self._frames, []
                for frame in frames:
                    await self._websocket.send_text(frame.decode())
                    self._size -= len(frame)
                if self._paused and self._size <= self._high // 4 and self.connection is not None:
                    self._paused = False
                    self.connection.resumed()
            if self._ending is not None:
                code, reason = self._ending
                await self._websocket.close(code, reason)
                return


def route(admission: Admission) -> WebSocketRoute:
    """The route for the HTTP application, where the settings choose uvicorn's WebSocket."""

    async def endpoint(websocket: WebSocket) -> None:
        decided = await _decide(admission, websocket)
        if isinstance(decided, Refused):
            headers = {} if decided.retry_after_s is None else {"Retry-After": str(decided.retry_after_s)}
            await websocket.send_denial_response(PlainTextResponse(decided.reason, decided.status, headers))
            return
        await websocket.accept()
        await _serve(admission, decided, websocket)

    return WebSocketRoute(PATH, endpoint)


async def _decide(admission: Admission, websocket: WebSocket) -> Admitted | Refused:
    peer = websocket.client.host if websocket.client is not None else ""
    scheme = "https" if websocket.url.scheme == "wss" else "http"
    target = f"{websocket.url.path}?{websocket.url.query}"
    decided = admission.decide(target, peer, scheme, websocket.headers.get)
    if isinstance(decided, Admitted) and decided.foreign is not None and not await admission.knows(decided.foreign):
        return FOREIGN
    return decided


async def _serve(admission: Admission, admitted: Admitted, websocket: WebSocket) -> None:
    node = admission.node
    socket = AsgiSocket(websocket)
    connection = Connection(node, socket, admitted.address, admitted.language, admitted.cookie)
    socket.connection = connection
    node.connected(connection)
    if admitted.busy:
        connection.refuse(NodeBusy(retry_after_ms=RETRY_AFTER_S * 1000))
        connection.run(connection.session.close(Close.OVERLOADED, NodeBusy.code))
    writing = asyncio.ensure_future(socket.write())
    reading = asyncio.ensure_future(_read(connection, websocket))
    try:
        await asyncio.wait((writing, reading), return_when=asyncio.FIRST_COMPLETED)
        if writing.done() and not reading.done():  # we closed: wait for the peer's answer
            await asyncio.wait((reading,), timeout=CLOSING_S)
    finally:
        connection.closed()
        for task in (writing, reading):
            task.cancel()
        await asyncio.gather(writing, reading, return_exceptions=True)


async def _read(connection: Connection, websocket: WebSocket) -> None:
    while True:
        try:
            message = await websocket.receive()
        except (WebSocketDisconnect, RuntimeError):
            return
        if message["type"] == "websocket.disconnect":
            return
        text = message.get("text")
        if text is None:
            connection.refuse(FrameInvalid())
        else:
            connection.receive(text.encode("utf-8", "surrogatepass"))
