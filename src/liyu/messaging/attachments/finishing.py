"""The end of an upload: what arrived is looked at, made safe, kept, and becomes a file.

The type is what the bytes say. Pictures, voice notes and clips are kept only as re-encoded by ourselves; other files
are kept as they are, never opened, never unpacked.
"""

from __future__ import annotations

import asyncio
import errno
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection

from liyu.identity.model import Principal
from liyu.kit.clock import Clock
from liyu.kit.errors import Refusal
from liyu.kit.ids import UploadId
from liyu.messaging.attachments import store
from liyu.messaging.attachments.errors import (
    UploadBeingFinished,
    UploadIncomplete,
    UploadUnknown,
)
from liyu.messaging.attachments.model import KINDS, LEASE_MS, StoredFile, StoredVariant, Upload, file_prefix
from liyu.platform.db.port import Database
from liyu.platform.files.names import with_extension
from liyu.platform.files.port import FilesFull, FileStore
from liyu.platform.media.errors import BY_CODE, Unreadable
from liyu.platform.media.normaliser import MEDIA_TYPES, Job, Normalised, Normaliser
from liyu.platform.media.sniff import HEAD_BYTES, sniff

JOBS: dict[str, Job] = {
    "picture": "picture",
    "product_picture": "picture",
    "voice": "voice",
    "product_clip": "clip",
}
RETRY_MS = 1_000


class Finishing:
    """``scratch``: a folder on the shop's disk for what is being worked on; made when absent."""

    def __init__(
        self, database: Database, files: FileStore, normaliser: Normaliser, clock: Clock, scratch: Path
    ) -> None:
        self._database = database
        self._files = files
        self._normaliser = normaliser
        self._clock = clock
        self._scratch = scratch

    async def finish(self, principal: Principal, id_: UploadId) -> StoredFile:
        """Turn a complete upload into a file; finishing again gives the same file, or the same refusal.

        Raises ``UploadUnknown``, ``UploadIncomplete``, ``UploadBeingFinished``, a ``MediaRefused`` saying what is
        wrong with the content, ``FilesFull``.
        """
        upload = await self._database.write(principal.chain, lambda c: self._claim(c, principal, id_))
        if upload.state == "done":
            return await self._finished(upload)
        try:
            file, variants = await self._made(upload)
        except Refusal as refusal:
            await self._give_back(upload, refusal)
            raise
        except BaseException:
            await self._give_back(upload, None)
            raise
        return await self._keep(upload, file, variants)

    def _claim(self, connection: Connection, principal: Principal, id_: UploadId) -> Upload:
        """Take the upload for this request, or say why not. One that is done is returned as it is."""
        now = self._clock.now_ms()
        upload = store.find_upload(connection, principal.chain, id_, lock=True)
        if upload is None or upload.owner not in principal.ids or upload.expires_at <= now:
            raise UploadUnknown()
        if upload.state == "refused" and upload.refusal is not None:
            raise BY_CODE.get(upload.refusal["code"], Unreadable)(**upload.refusal["details"])
        if upload.state == "finishing" and upload.lease_until > now:
            raise UploadBeingFinished(retry_after_ms=RETRY_MS)
        if upload.state == "done":
            return upload
        if upload.received < upload.size:
            raise UploadIncomplete(offset=upload.received)
        store.set_upload_state(connection, upload.id, "finishing", lease_until=now + LEASE_MS)
        return upload

    async def _finished(self, upload: Upload) -> StoredFile:
        file = await self._database.read(upload.chain, lambda c: store.find_file(c, upload.chain, upload.file))
        if file is None or file.state == "gone":
            raise UploadUnknown()
        return file

    async def _made(self, upload: Upload) -> tuple[StoredFile, list[StoredVariant]]:
        """Assemble, look, normalise, and put the bytes where they stay."""
        async with self._workplace() as place:
            source, target = place / "source", place / "target"
            await asyncio.to_thread(target.mkdir)
            await self._assemble(upload, source)
            media_type = sniff(await asyncio.to_thread(_head, source))
            job = JOBS.get(upload.purpose)
            if job is None:
                return await self._kept_as_is(upload, source, media_type)
            made = await self._normaliser.run(job, media_type, source, target)
            return await self._kept_normalised(upload, made)

    async def _assemble(self, upload: Upload, path: Path) -> None:
        pieces = await self._database.read(upload.chain, lambda c: store.pieces(c, upload.id))
        with path.open("xb") as sink:
            for piece in pieces:
                async for part in self._files.read(piece.key):
                    await asyncio.to_thread(sink.write, part)
        if path.stat().st_size != upload.size:  # noqa: ASYNC240
            raise Unreadable()

    async def _kept_as_is(
        self, upload: Upload, source: Path, media_type: str
    ) -> tuple[StoredFile, list[StoredVariant]]:
        key = f"{file_prefix(upload.chain, upload.file)}main"
        size = await self._files.put(key, source)
        main = StoredVariant("main", key, media_type, size)
        return self._file(upload, upload.name, main, None), [main]

    async def _kept_normalised(self, upload: Upload, made: Normalised) -> tuple[StoredFile, list[StoredVariant]]:
        variants = []
        for variant, path in made.variants.items():
            key = f"{file_prefix(upload.chain, upload.file)}{variant}{path.suffix}"
            size = await self._files.put(key, path)
            variants.append(StoredVariant(variant, key, MEDIA_TYPES[path.suffix], size))
        main = next((one for one in variants if one.variant == "main"), None)
        if main is None:
            raise Unreadable()
        name = with_extension(upload.name, made.variants["main"].suffix)
        return self._file(upload, name, main, made), variants

    def _file(self, upload: Upload, name: str, main: StoredVariant, made: Normalised | None) -> StoredFile:
        return StoredFile(
            id=upload.file,
            chain=upload.chain,
            owner=upload.owner,
            conversation=upload.conversation,
            purpose=upload.purpose,
            kind=KINDS[upload.purpose],
            name=name,
            media_type=main.media_type,
            size=main.size,
            width=made.width if made else None,
            height=made.height if made else None,
            duration_ms=made.duration_ms if made else None,
            waveform=made.waveform if made else None,
            state="fresh",
            created_at=self._clock.now_ms(),
        )

    async def _keep(self, upload: Upload, file: StoredFile, variants: list[StoredVariant]) -> StoredFile:
        def unit(connection: Connection) -> tuple[StoredFile, list[str]]:
            current = store.find_upload(connection, upload.chain, upload.id, lock=True)
            if current is None:
                raise UploadUnknown()  # swept or erased meanwhile; the sweep deletes by prefix
            known = store.find_file(connection, upload.chain, upload.file)
            if known is not None:
                return known, []  # a lease ran out and another request was faster: same keys, same bytes
            store.insert_file(connection, file, variants)
            store.set_upload_state(connection, upload.id, "done")
            keys = [piece.key for piece in store.pieces(connection, upload.id)]
            store.delete_pieces(connection, upload.id)
            return file, keys

        kept, keys = await self._database.write(upload.chain, unit)
        for key in keys:
            await self._files.delete(key)
        return kept

    async def _give_back(self, upload: Upload, refusal: Refusal | None) -> None:
        """What can be tried again is open again; content that is refused stays refused."""
        final = refusal is not None and refusal.code in BY_CODE
        reason = {"code": refusal.code, "details": refusal.details} if refusal is not None and final else None
        state = "refused" if final else "open"
        await self._database.write(upload.chain, lambda c: store.set_upload_state(c, upload.id, state, refusal=reason))

    @asynccontextmanager
    async def _workplace(self) -> AsyncIterator[Path]:
        """A folder for one upload, gone afterwards. A full disk is told as such."""
        try:
            await asyncio.to_thread(self._scratch.mkdir, parents=True, exist_ok=True)
            place = await asyncio.to_thread(tempfile.TemporaryDirectory, dir=self._scratch)
            try:
                yield Path(place.name)
            finally:
                await asyncio.to_thread(place.cleanup)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise FilesFull() from error
            raise


def _head(path: Path) -> bytes:
    with path.open("rb") as source:
        return source.read(HEAD_BYTES)
