"""Keeps how long answered customers waited, apart from the answer itself.

Decides nothing about waits. It must never hold up a message: it takes notes at once and writes them later, together.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from liyu.messaging.model import Answered
from liyu.platform.db.port import Database
from liyu.routing import store

GATHER_S = 0.5  # what is answered within this is written in one transaction
MOST = 5_000  # waits that may be pending; beyond it new ones are dropped
BATCH = 500  # waits of one transaction

_log = logging.getLogger(__name__)


class Notes:
    """Pending notes of one process. Made on its event loop.

    At most half a second of notes is pending, and a crash loses these; so does a full queue and a database that
    refuses them. An estimate made of a few waits less is still honest: nobody is told a wait that did not happen.
    """

    def __init__(self, database: Database, *, most: int = MOST) -> None:
        self._database = database
        self._most = most
        self._pending: list[Answered] = []
        self._writing = asyncio.Lock()
        self._ending = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def take(self, waits: Sequence[Answered]) -> None:
        """Remember ``waits`` until they are written. Returns at once and never fails."""
        self._pending.extend(waits[: max(0, self._most - len(self._pending))])
        if self._pending and self._task is None:
            self._task = asyncio.create_task(self._later(), name="routing-notes")

    async def flush(self) -> None:
        """Write what is pending now; return when it is written."""
        async with self._writing:
            while self._pending:
                batch = self._pending[:BATCH]
                del self._pending[:BATCH]
                for _, waits in groupby(sorted(batch, key=attrgetter("chain")), key=attrgetter("chain")):
                    await self._write(list(waits))

    async def stop(self) -> None:
        """Write the rest; take no more."""
        self._most = 0
        self._ending.set()
        if self._task is not None:
            await self._task

    async def _later(self) -> None:
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), GATHER_S)
            await self.flush()
        finally:
            self._task = None

    async def _write(self, waits: list[Answered]) -> None:
        chain = waits[0].chain
        try:
            await self._database.write(chain, lambda connection: store.note_answered(connection, chain, waits))
        except Exception as error:
            _log.warning("answered waits were not kept: %d", len(waits), exc_info=error)
