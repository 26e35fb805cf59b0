"""One listening connection to Redis, from its opening to its loss. Knows the commands of pub/sub, and no handlers."""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Callable, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

PING_S = 3.0  # how often a silent server is asked whether it is there
SILENT_S = 8.0  # after so long without an answer it is away
NAMES_AT_ONCE = 500  # channels of one command
SHARDED_SINCE = 7  # major version of the server

_MESSAGES = (b"message", b"smessage")
_CONFIRMED = (b"subscribe", b"ssubscribe")


class Listener:
    """See the module. ``heard`` is called with channel and message."""

    def __init__(self, client: Redis, heard: Callable[[str, bytes], None]) -> None:
        self._client = client
        self._heard = heard
        self._connection: Any = None
        self._sharded = True
        self._commands: asyncio.Queue[tuple[Any, ...]] = asyncio.Queue()
        self._unconfirmed: set[str] = set()
        self._confirmed = asyncio.Event()
        self._confirmed.set()
        self._heard_at = 0.0
        self.names: set[str] = set()

    async def open(self, names: Sequence[str]) -> bool:
        """Connect and ask for ``names``. Returns whether the server has sharded pub/sub."""
        info = await self._client.info("server")
        self._sharded = int(str(info["redis_version"]).partition(".")[0]) >= SHARDED_SINCE
        self._connection = self._client.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        await self._connection.connect()
        self.add(names)
        return self._sharded

    def add(self, names: Sequence[str]) -> None:
        """Listen to further channels."""
        fresh = [name for name in names if name not in self.names]
        self.names.update(fresh)
        self._unconfirmed.update(fresh)
        if fresh:
            self._confirmed.clear()
        for start in range(0, len(fresh), NAMES_AT_ONCE):
            self._commands.put_nowait((self._word("SUBSCRIBE"), *fresh[start : start + NAMES_AT_ONCE]))

    def drop(self, name: str) -> None:
        """Stop listening to a channel."""
        if name in self.names:
            self.names.discard(name)
            self._confirm(name)
            self._commands.put_nowait((self._word("UNSUBSCRIBE"), name))

    async def settled(self) -> None:
        """Return when the server has confirmed every channel asked for."""
        await self._confirmed.wait()

    async def read(self) -> None:
        """Listen until the connection is lost; then raises."""
        self._heard_at = asyncio.get_running_loop().time()
        writing = asyncio.create_task(self._write(), name="bus-ask")
        try:
            await self._receive()
        finally:
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)

    async def close(self) -> None:
        """Give the connection up."""
        if self._connection is not None:
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                await self._connection.disconnect(nowait=True)

    async def _write(self) -> None:
        """Ask for channels, and whether the server is there; a failure ends the reading too."""
        loop = asyncio.get_running_loop()
        try:
            while True:
                try:
                    command = await asyncio.wait_for(self._commands.get(), PING_S)
                except TimeoutError:
                    if loop.time() - self._heard_at > SILENT_S:
                        break
                    command = ("PING",)
                await self._connection.send_command(*command, check_health=False)
        finally:
            await self._connection.disconnect(nowait=True)

    async def _receive(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            answer = await self._connection.read_response(timeout=math.inf, disconnect_on_error=False)
            self._heard_at = loop.time()
            if isinstance(answer, ResponseError):
                raise answer
            if isinstance(answer, list) and len(answer) == 3:
                kind = answer[0]
                if kind in _MESSAGES:
                    self._heard(answer[1].decode(), answer[2])
                elif kind in _CONFIRMED:
                    self._confirm(answer[1].decode())

    def _confirm(self, name: str) -> None:
        self._unconfirmed.discard(name)
        if not self._unconfirmed:
            self._confirmed.set()

    def _word(self, word: str) -> str:
        return "S" + word if self._sharded else word
