"""Forgetting: uploads that were not finished, files that no message names, recalled files, erased people's files.

Nothing here decides who may read (a recalled file is closed at once by ``reading``); it only frees the bytes, and does
so again after a crash: bytes are deleted before the row that knows of them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence

import structlog
from sqlalchemy import Connection

from liyu.kit.clock import Clock
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, ConversationId, PersonId
from liyu.messaging.attachments import store, uses
from liyu.messaging.attachments.model import StoredFile, Upload, file_prefix, piece_prefix
from liyu.messaging.attachments.settings import AttachmentSettings
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.files.port import FileStore

log = structlog.get_logger(__name__)

BATCH = 200  # uploads or files of one query
HOUR_MS = 60 * 60 * 1000
RECALLS = 10_000  # remembered between two sweeps; beyond it the slow check finds them


class Sweeper:
    """One for a node; several nodes may sweep at once, since everything is idempotent."""

    def __init__(self, database: Database, files: FileStore, clock: Clock, settings: AttachmentSettings) -> None:
        self._database = database
        self._files = files
        self._clock = clock
        self._settings = settings
        self._recalled: deque[tuple[ChainId, ConversationId, int]] = deque(maxlen=RECALLS)
        self._woken = asyncio.Event()

    def recalled(self, chain: ChainId, conversation: ConversationId, target: int) -> None:
        """The message at ``target`` was taken back: its files go at the next turn, which is at once."""
        self._recalled.append((chain, conversation, target))
        self._woken.set()

    async def run(self) -> None:
        """Sweep for ever. To be cancelled; a failure is logged and tried again at the next turn."""
        while True:
            try:
                await self.sweep()
            except (Refusal, OSError) as error:
                log.warning("files were not swept", exc_info=error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._settings.sweep_seconds):
                    await self._woken.wait()
            self._woken.clear()

    async def sweep(self) -> int:
        """One turn over everything; returns how many uploads and files were freed."""
        freed = await self._recalls()
        freed += await self._expired()
        freed += await self._unneeded("fresh", self._settings.upload_hours * HOUR_MS)
        freed += await self._unneeded("kept", 24 * HOUR_MS)
        return freed + await self._replay_erasures()

    async def erase(self, chain: ChainId, people: Sequence[PersonId], until: int | None = None) -> int:
        """Overwrite what is known of every file that ``people`` uploaded, and delete the bytes.

        ``until``: only what was made until then (ms since 1970); ``None``: everything. Product media stay: they are
        the shop's.
        """
        limit = self._clock.now_ms() if until is None else until
        found = await self._database.read(chain, lambda c: store.files_of(c, chain, people, limit))
        uploads = await self._database.read(chain, lambda c: store.unfinished_of(c, chain, people, limit))
        for file in found:
            await self._free(file, erase=True)
        for upload in uploads:
            await self._drop(upload)
        return len(found) + len(uploads)

    async def _recalls(self) -> int:
        freed = 0
        while self._recalled:
            chain, conversation, target = self._recalled.popleft()

            def query(
                connection: Connection,
                chain: ChainId = chain,
                conversation: ConversationId = conversation,
                target: int = target,
            ) -> list[StoredFile]:
                named = uses.named_by(connection, chain, conversation, target)
                found = store.find_files(connection, chain, named)
                return [file for file in found if not uses.used(connection, file)]

            for file in await self._database.read(chain, query):
                await self._free(file, erase=False)
                freed += 1
        return freed

    async def _expired(self) -> int:
        freed = 0
        now = self._clock.now_ms()
        while batch := await self._database.read(ALL_CHAINS, lambda c: store.expired_uploads(c, now, BATCH)):
            for upload in batch:
                await self._drop(upload)
            freed += len(batch)
        return freed

    async def _unneeded(self, state: str, age_ms: int) -> int:
        """Check files of ``state`` that were not looked at for ``age_ms``; free those that nothing names."""
        before = self._clock.now_ms() - age_ms

        def query(connection: Connection) -> list[tuple[StoredFile, bool]]:
            found = store.files_to_check(connection, state, before, BATCH)
            return [(file, _needed(connection, file)) for file in found]

        checked = await self._database.read(ALL_CHAINS, query)
        for file, needed in checked:
            if needed:
                await self._note_needed(file)
            else:
                await self._free(file, erase=False)
        return sum(not needed for _, needed in checked)

    async def _note_needed(self, file: StoredFile) -> None:
        now = self._clock.now_ms()
        await self._database.write(file.chain, lambda c: store.set_file_state(c, file.id, "kept", now))

    async def _replay_erasures(self) -> int:
        freed = 0
        for chain, person, at in await self._database.read(ALL_CHAINS, lambda c: list(uses.erasures(c))):
            freed += await self.erase(chain, [person], at)
        return freed

    async def _drop(self, upload: Upload) -> None:
        """Delete an upload with its pieces, and what an interrupted finish may have left of its file."""
        await self._delete(piece_prefix(upload))

        def unit(connection: Connection) -> bool:
            known = store.find_file(connection, upload.chain, upload.file) is not None
            store.delete_upload(connection, upload.id)
            return known

        if not await self._database.write(upload.chain, unit):
            await self._delete(file_prefix(upload.chain, upload.file))

    async def _free(self, file: StoredFile, *, erase: bool) -> None:
        await self._delete(file_prefix(file.chain, file.id))
        now = self._clock.now_ms()
        await self._database.write(file.chain, lambda c: store.forget_file(c, file.id, now, erase=erase))

    async def _delete(self, prefix: str) -> None:
        async for key in self._files.keys(prefix):
            await self._files.delete(key)


def _needed(connection: Connection, file: StoredFile) -> bool:
    """A product's medium is needed while the catalogue holds it (``kept``), another file while a message names it."""
    return file.state == "kept" if file.public else uses.used(connection, file)
