"""Resumable uploads: a file arrives in pieces, each durable before it is counted.

A piece is kept under a key of its own and then recorded under the lock of the upload's row, where only the one that
begins at the upload's end is taken. Two requests with the same piece therefore cannot both count, and a piece that
came before is recognised by its digest and answered as if it were new.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection

from liyu.identity.model import Principal
from liyu.kit.clock import Clock
from liyu.kit.ids import ConversationId, FileId, UploadId, new_id
from liyu.messaging.attachments import store
from liyu.messaging.attachments.errors import (
    ConversationFull,
    ConversationNeeded,
    UploadForbidden,
    UploadOffset,
    UploadQuota,
    UploadTooLarge,
    UploadUnknown,
)
from liyu.messaging.attachments.model import (
    MIB,
    PRODUCT_PURPOSES,
    Piece,
    Purpose,
    Upload,
    check_piece,
    piece_prefix,
    size_limit,
)
from liyu.messaging.attachments.ports import Conversations
from liyu.messaging.attachments.settings import AttachmentSettings
from liyu.platform.db.port import Database
from liyu.platform.files.names import safe_name
from liyu.platform.files.port import FileStore

HOUR_MS = 60 * 60 * 1000
QUOTA_RETRY_MS = 60_000


@dataclass(frozen=True, slots=True)
class NewUpload:
    """What a client says about a file before it sends it. ``size`` in bytes; only ``purpose`` and ``size`` bind."""

    purpose: Purpose
    conversation: ConversationId | None
    name: str
    size: int


class Uploads:
    """The use cases up to the last piece. ``conversations`` decides who may upload where."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        conversations: Conversations,
        clock: Clock,
        settings: AttachmentSettings,
    ) -> None:
        self._database = database
        self._files = files
        self._conversations = conversations
        self._clock = clock
        self._settings = settings

    async def begin(self, principal: Principal, new: NewUpload) -> Upload:
        """Open an upload. Raises what an upload of this purpose, size and place is refused for."""
        limit = size_limit(new.purpose, self._settings)
        if new.size > limit:
            raise UploadTooLarge(limit=limit // MIB)
        conversation = await self._place(principal, new)
        now = self._clock.now_ms()
        upload = Upload(
            id=UploadId(new_id("upl", at_ms=now)),
            chain=principal.chain,
            owner=principal.person,
            conversation=conversation,
            purpose=new.purpose,
            name=safe_name(new.name),
            size=new.size,
            received=0,
            state="open",
            lease_until=0,
            refusal=None,
            file=FileId(new_id("fil", at_ms=now)),
            created_at=now,
            expires_at=now + self._settings.upload_hours * HOUR_MS,
        )

        def unit(connection: Connection) -> None:
            store.lock_person(connection, principal.person)
            self._check_quota(principal, store.usage(connection, principal.ids, conversation, now), upload)
            store.insert_upload(connection, upload)

        await self._database.write(principal.chain, unit)
        return upload

    async def find(self, principal: Principal, id_: UploadId) -> Upload:
        """One's own upload. Raises ``UploadUnknown``."""
        found = await self._database.read(
            principal.chain, lambda connection: store.find_upload(connection, principal.chain, id_)
        )
        return self._own(principal, found)

    async def append(self, principal: Principal, id_: UploadId, start: int, content: bytes) -> int:
        """Add the piece that begins at ``start``; return where the upload now stands (bytes).

        A piece that is already there is not added again. Raises ``UploadOffset`` (go on at its ``offset``),
        ``PieceRefused``, ``UploadClosed``, ``UploadUnknown``, ``FilesFull``.
        """
        digest = hashlib.sha256(content).hexdigest()
        upload = await self.find(principal, id_)
        if start < upload.received:
            return await self._repeated(upload, start, len(content), digest)
        check_piece(upload, start, len(content), self._settings.chunk_bytes)
        key = f"{piece_prefix(upload)}{start:012d}-{secrets.token_hex(4)}"
        await self._files.put(key, content)
        piece = Piece(start, len(content), digest, key)

        def unit(connection: Connection) -> Upload:
            current = self._own(principal, store.find_upload(connection, principal.chain, id_, lock=True))
            if current.received == start and current.state == "open":
                store.add_piece(connection, current, piece)
            return current

        try:
            before = await self._database.write(principal.chain, unit)
        except BaseException:
            await self._files.delete(key)
            raise
        if before.received == start and before.state == "open":
            return start + len(content)
        await self._files.delete(key)  # another request was faster
        return await self._repeated(before, start, len(content), digest)

    async def _repeated(self, upload: Upload, start: int, size: int, digest: str) -> int:
        """Where the upload stands, when exactly this piece is part of it. Raises ``UploadOffset`` otherwise."""
        known = await self._database.read(
            upload.chain, lambda connection: store.find_piece(connection, upload.id, start)
        )
        if known is None or (known.size, known.digest) != (size, digest):
            raise UploadOffset(offset=upload.received)
        return max(upload.received, known.start + known.size)

    async def _place(self, principal: Principal, new: NewUpload) -> ConversationId | None:
        """The conversation that the file is for; ``None`` for product media, which staff alone may upload."""
        if new.purpose in PRODUCT_PURPOSES:
            if not principal.grants:
                raise UploadForbidden()
            return None
        if new.conversation is None:
            raise ConversationNeeded()
        access = await self._conversations.access(principal, new.conversation)
        if not access.may_send:
            raise UploadForbidden()
        return access.conversation

    def _check_quota(self, principal: Principal, used: store.Usage, upload: Upload) -> None:
        settings = self._settings
        day = settings.visitor_day_bytes if principal.kind == "visitor" else settings.day_bytes
        if used.unfinished >= settings.open_uploads:
            raise UploadQuota(retry_after_ms=QUOTA_RETRY_MS, which="uploads")
        if used.unfinished_bytes + upload.size > settings.person_bytes:
            raise UploadQuota(retry_after_ms=QUOTA_RETRY_MS, which="unfinished")
        if used.day_bytes + used.unfinished_bytes + upload.size > day:
            raise UploadQuota(retry_after_ms=HOUR_MS, which="day")
        if used.conversation_bytes + upload.size > settings.conversation_bytes and upload.conversation is not None:
            raise ConversationFull(limit=settings.conversation_bytes // MIB)

    def _own(self, principal: Principal, upload: Upload | None) -> Upload:
        if upload is None or upload.owner not in principal.ids or upload.expires_at <= self._clock.now_ms():
            raise UploadUnknown()
        return upload
