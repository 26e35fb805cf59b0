"""WebSocket by picows on uvicorn's port: uvicorn hands an upgrade over, from then on the socket is ours.

The class returned by ``protocol_class`` has the constructor that ``uvicorn.Config(ws=…)`` calls. What uvicorn then no
longer does is done here: path, origin, limits, bounded writing. picows 2.3.1 and uvicorn 0.54.0 are pinned; a test
holds the hand-over.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

import structlog
from picows import (
    WSAutoPingStrategy,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
)
from picows.picows import WSProtocol  # type: ignore[attr-defined]

from liyu.gateway.admission import FOREIGN, RETRY_AFTER_S, Admission, Admitted, Refused
from liyu.gateway.connection import Connection
from liyu.gateway.refusals import FrameInvalid, NodeBusy
from liyu.protocol.frames import Close

READ_BUFFER_BYTES = 2_048  # an idle socket should be small (docs/figures.md); it grows with what is read
WRITE_HIGH_BYTES = 65_536  # what the transport may hold before frames wait in ``Outgoing``
COPIED_BYTES = 8_192  # up to here picows copies a frame; see ``framed``
HARD_LIMIT = 4  # times the frame limit: what picows reads at most before it closes with 1009
HANDSHAKE_S = 5  # an upgrade that is not complete by then is dropped
CLOSING_S = 3.0  # a peer that does not answer a close frame is cut

_TEXT = WSMsgType.TEXT  # looking a member up costs as much as sending a short frame through Python
_CONTINUATION, _BINARY, _CLOSE = WSMsgType.CONTINUATION, WSMsgType.BINARY, WSMsgType.CLOSE

_log = structlog.get_logger("liyu.gateway")


class _Quiet:
    """The logger given to picows: it makes a child of a real one for every socket, and writes two lines for each."""

    def isEnabledFor(self, _level: int) -> bool:
        return False

    def debug(self, *args: object) -> None:
        """Nothing."""

    info = warning = log = debug

    def error(self, message: str, *args: object) -> None:
        _log.debug("picows", problem=message % args if args else message)

    def exception(self, message: str, *args: object) -> None:
        _log.error("picows", problem=message % args if args else message, exc_info=True)


_QUIET = _Quiet()


class Socket(WSListener):
    """One picows connection: the wire of a ``Connection``."""

    __slots__ = ("_admission", "_admitted", "_parts", "_size", "connection", "transport")

    def __init__(self, admission: Admission, admitted: Admitted) -> None:
        self._admission = admission
        self._admitted: Admitted | None = admitted
        self._parts: list[bytes] | None = None  # of a message in several frames
        self._size = 0
        self.transport: WSTransport = cast(WSTransport, None)
        self.connection: Connection = cast(Connection, None)

    # ── from picows ────────────────────────────────────────────────────────────

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        transport.underlying_transport.set_write_buffer_limits(high=WRITE_HIGH_BYTES)
        transport.request.headers.clear()
        transport.response.headers.clear()
        admitted, self._admitted = self._admitted, None
        assert admitted is not None
        node = self._admission.node
        self.connection = Connection(node, self, admitted.address, admitted.language, admitted.cookie)
        node.connected(self.connection)
        if admitted.busy:
            self.connection.refuse(NodeBusy(retry_after_ms=RETRY_AFTER_S * 1000))
            self.connection.run(self.connection.session.close(Close.OVERLOADED, NodeBusy.code))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind is _TEXT and frame.fin and self._parts is None:
            self.connection.receive(frame.get_payload_as_bytes())
        elif kind is _CLOSE:
            if not transport.is_close_frame_sent:
                transport.send_close(frame.get_close_code() or _NORMAL)
            transport.disconnect()
        elif kind is _TEXT or kind is _CONTINUATION:
            self._part(kind, frame)
        elif kind is _BINARY:
            self.connection.refuse(FrameInvalid())

    def on_ws_disconnected(self, _transport: WSTransport) -> None:
        self.connection.closed()

    def pause_writing(self) -> None:
        self.connection.paused()

    def resume_writing(self) -> None:
        self.connection.resumed()

    def _part(self, kind: WSMsgType, frame: WSFrame) -> None:
        """A message that comes in several frames, bounded like one that comes whole."""
        if (kind is _TEXT) == (self._parts is not None):
            self.close(Close.BAD_FRAME, "frame.invalid")  # a new message within another, or a part of none
            return
        parts = self._parts = self._parts or []
        parts.append(frame.get_payload_as_bytes())
        self._size += len(parts[-1])
        whole = bool(frame.fin)
        if whole or self._size > self._admission.node.limits.frame_bytes:
            message = b"".join(parts)
            self._parts, self._size = None, 0
            self.connection.receive(message)

    # ── the wire ───────────────────────────────────────────────────────────────

    def send(self, frame: bytes) -> None:
        transport = self.transport
        if len(frame) <= COPIED_BYTES:
            transport.send(_TEXT, frame)
        elif not (transport.is_close_frame_sent or transport.is_disconnected):
            transport.underlying_transport.write(framed(frame))

    def close(self, code: int, reason: str) -> None:
        transport = self.transport
        if transport.is_close_frame_sent or transport.is_disconnected:
            return
        transport.send_close(cast(Any, code), reason.encode())
        asyncio.get_running_loop().call_later(CLOSING_S, transport.disconnect, False)


_NORMAL = cast(Any, 1000)


def framed(payload: bytes) -> bytes:
    """A whole text message as an unmasked frame (RFC 6455, 5.2), for payloads above 125 bytes.

    For larger messages picows gives the transport a view of its own header buffer. When the socket takes no more at
    that moment, the view outlives the call and the next frame overwrites it: the peer reads a header out of the middle
    of a message. So these are framed here.
    """
    size = len(payload)
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def protocol_class(admission: Admission) -> type:
    """The class for ``uvicorn.Config(ws=…)``."""

    class GatewayProtocol(WSProtocol):  # type: ignore[misc]
        """A picows protocol with uvicorn's constructor."""

        __slots__ = ("_admitted", "_tcp")

        def __init__(self, **_uvicorn: Any) -> None:
            super().__init__(
                None,  # host and port: for clients
                None,  # path: for clients
                False,  # the server's side
                self._listener,
                _QUIET,
                True,  # disconnect on an exception
                HANDSHAKE_S,
                False,  # automatic pings: the session has its own
                20,
                20,
                WSAutoPingStrategy.PING_WHEN_IDLE,
                True,  # answer protocol pings
                HARD_LIMIT * admission.node.limits.frame_bytes,
                None,  # extra headers
                READ_BUFFER_BYTES,
            )
            self._tcp: asyncio.Transport | None = None
            self._admitted: Admitted | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            self._tcp = transport
            super().connection_made(transport)

        def data_received(self, data: bytes) -> None:
            """uvicorn's one call: the upgrade request. From then on the loop reads into picows' own buffer."""
            tcp, self._tcp = self._tcp, None
            assert tcp is not None
            target, headers = parsed(data)
            peer = (tcp.get_extra_info("peername") or ("", 0))[0]
            scheme = "https" if tcp.get_extra_info("ssl_object") is not None else "http"
            decided = admission.decide(target, peer, scheme, headers.get)
            if isinstance(decided, Refused):
                refuse(tcp, decided)
            elif decided.foreign is not None:
                tcp.pause_reading()
                admission.node.tasks.start(self._ask(tcp, decided, decided.foreign, data))
            else:
                self._open(decided, data)

        async def _ask(self, tcp: asyncio.Transport, admitted: Admitted, origin: str, data: bytes) -> None:
            if await admission.knows(origin):
                self._open(admitted, data)
                tcp.resume_reading()
            else:
                refuse(tcp, FOREIGN)

        def _open(self, admitted: Admitted, data: bytes) -> None:
            self._admitted = admitted
            while data:
                buffer = self.get_buffer(len(data))
                part = data[: len(buffer)]
                buffer[: len(part)] = part
                data = data[len(part) :]
                self.buffer_updated(len(part))

        def _listener(self, _request: WSUpgradeRequest) -> Socket:
            admitted, self._admitted = self._admitted, None
            assert admitted is not None
            return Socket(admission, admitted)

    return GatewayProtocol


def parsed(request: bytes) -> tuple[str, dict[str, str]]:
    """Target and headers (names in lower case) of a request that uvicorn has parsed and written out again."""
    lines = request.decode("latin-1").split("\r\n")
    target = lines[0].split(" ")[1]
    pairs = (line.partition(": ") for line in lines[1:] if line)
    return target, {name.lower(): value for name, _, value in pairs}


def refuse(tcp: asyncio.Transport, refused: Refused) -> None:
    """Answer an upgrade with plain HTTP."""
    retry = f"Retry-After: {refused.retry_after_s}\r\n" if refused.retry_after_s is not None else ""
    body = refused.reason.encode()
    head = f"HTTP/1.1 {refused.status} {refused.reason}\r\n{retry}Content-Type: text/plain\r\n"
    tcp.write(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
    tcp.close()
