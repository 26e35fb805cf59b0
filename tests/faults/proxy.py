"""A TCP relay between one client and the server whose two directions can be held, slowed or cut.

It stands in for a bad network: a held direction swallows nothing, it only stops moving bytes, so that a lost
acknowledgement is a hold of the way back followed by a cut.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field


@dataclass(slots=True)
class Way:
    """One direction. ``bytes_per_s`` of 0 means unlimited."""

    open: asyncio.Event = field(default_factory=asyncio.Event)
    bytes_per_s: int = 0

    def __post_init__(self) -> None:
        self.open.set()


class Relay:
    """Listens on a free loopback port and relays to ``target_port``, which may change while it runs."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.up = Way()  # client → server
        self.down = Way()  # server → client
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=2**16)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Break every connection at once, without a goodbye; bytes held on the way are lost."""
        for writer in list(self._open):
            writer.transport.abort()

    def heal(self) -> None:
        """Both ways open and fast again."""
        for way in (self.up, self.down):
            way.bytes_per_s = 0
            way.open.set()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far_writer}
        for way, source, sink in ((self.up, reader, far_writer), (self.down, far_reader, writer)):
            task = asyncio.create_task(self._move(way, source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _move(self, way: Way, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(4096 if way.bytes_per_s else 65536):
                await way.open.wait()
                if way.bytes_per_s:
                    await asyncio.sleep(len(data) / way.bytes_per_s)
                sink.write(data)
                await sink.drain()
        except OSError:
            pass
        finally:
            with contextlib.suppress(OSError, RuntimeError):
                sink.close()
            self._open.discard(sink)
