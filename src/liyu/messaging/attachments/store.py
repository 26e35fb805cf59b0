"""All queries of uploads and files. Synchronous functions over a connection: the caller chooses the transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from liyu.kit.ids import ChainId, ConversationId, FileId, PersonId, UploadId
from liyu.messaging.attachments.model import DAY_MS, Piece, StoredFile, StoredVariant, Upload
from liyu.messaging.attachments.tables import file_variant, stored_file, upload, upload_piece

_UNFINISHED = ("open", "finishing")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a person, and a conversation, occupy already (bytes)."""

    unfinished: int
    unfinished_bytes: int
    day_bytes: int
    conversation_bytes: int


# ── uploads ────────────────────────────────────────────────────────────────────


def lock_person(connection: Connection, person: PersonId) -> None:
    """Let one transaction at a time count and add this person's uploads (SQLite's writer is alone anyway)."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("select pg_advisory_xact_lock(hashtextextended(:who, 4))"), {"who": person})


def usage(connection: Connection, owners: Sequence[PersonId], conversation: ConversationId | None, now: int) -> Usage:
    """Count what ``owners`` (a person and its aliases) and ``conversation`` occupy."""
    mine = sa.and_(upload.c.owner_id.in_(owners), upload.c.expires_at > now, upload.c.state.in_(_UNFINISHED))
    count, size = connection.execute(sa.select(sa.func.count(), _sum(upload.c.size)).where(mine)).one()
    day = connection.scalar(
        sa.select(_sum(stored_file.c.size)).where(
            stored_file.c.owner_id.in_(owners), stored_file.c.created_at > now - DAY_MS
        )
    )
    kept = 0
    if conversation is not None:
        here = stored_file.c.conversation_id == conversation
        kept = connection.scalar(sa.select(_sum(stored_file.c.size)).where(here, stored_file.c.state != "gone")) or 0
        coming = sa.and_(upload.c.conversation_id == conversation, upload.c.state.in_(_UNFINISHED))
        kept += connection.scalar(sa.select(_sum(upload.c.size)).where(coming, upload.c.expires_at > now)) or 0
    return Usage(count, int(size), int(day or 0), int(kept))


def insert_upload(connection: Connection, new: Upload) -> None:
    connection.execute(
        sa.insert(upload).values(
            id=new.id,
            chain_id=new.chain,
            owner_id=new.owner,
            conversation_id=new.conversation,
            purpose=new.purpose,
            name=new.name,
            size=new.size,
            received=new.received,
            state=new.state,
            lease_until=new.lease_until,
            refusal=sa.null(),
            file_id=new.file,
            created_at=new.created_at,
            expires_at=new.expires_at,
        )
    )


def find_upload(connection: Connection, chain: ChainId, id_: UploadId, *, lock: bool = False) -> Upload | None:
    """The upload, with its row locked until the commit when ``lock`` is set."""
    query = sa.select(upload).where(upload.c.chain_id == chain, upload.c.id == id_)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _upload(row)


def find_piece(connection: Connection, id_: UploadId, start: int) -> Piece | None:
    where = sa.and_(upload_piece.c.upload_id == id_, upload_piece.c.start == start)
    row = connection.execute(sa.select(upload_piece).where(where)).one_or_none()
    return None if row is None else Piece(row.start, row.size, row.digest, row.key)


def pieces(connection: Connection, id_: UploadId) -> list[Piece]:
    """All pieces in order."""
    query = sa.select(upload_piece).where(upload_piece.c.upload_id == id_).order_by(upload_piece.c.start)
    return [Piece(row.start, row.size, row.digest, row.key) for row in connection.execute(query)]


def add_piece(connection: Connection, to: Upload, piece: Piece) -> None:
    """Record a piece and move the upload on. The row of ``to`` is locked."""
    connection.execute(
        sa.insert(upload_piece).values(
            upload_id=to.id,
            start=piece.start,
            chain_id=to.chain,
            size=piece.size,
            digest=piece.digest,
            key=piece.key,
        )
    )
    connection.execute(sa.update(upload).where(upload.c.id == to.id).values(received=piece.start + piece.size))


def set_upload_state(
    connection: Connection, id_: UploadId, state: str, *, lease_until: int = 0, refusal: dict[str, Any] | None = None
) -> None:
    connection.execute(
        sa.update(upload)
        .where(upload.c.id == id_)
        .values(state=state, lease_until=lease_until, refusal=sa.null() if refusal is None else refusal)
    )


def delete_pieces(connection: Connection, id_: UploadId) -> None:
    connection.execute(sa.delete(upload_piece).where(upload_piece.c.upload_id == id_))


def delete_upload(connection: Connection, id_: UploadId) -> None:
    delete_pieces(connection, id_)
    connection.execute(sa.delete(upload).where(upload.c.id == id_))


def expired_uploads(connection: Connection, now: int, limit: int) -> list[Upload]:
    """Uploads of all chains whose time is over and which nobody is finishing."""
    query = (
        sa.select(upload)
        .where(upload.c.expires_at <= now, sa.or_(upload.c.state != "finishing", upload.c.lease_until <= now))
        .order_by(upload.c.expires_at)
        .limit(limit)
    )
    return [_upload(row) for row in connection.execute(query)]


# ── files ──────────────────────────────────────────────────────────────────────


def insert_file(connection: Connection, file: StoredFile, variants: Iterable[StoredVariant]) -> None:
    connection.execute(
        sa.insert(stored_file).values(
            id=file.id,
            chain_id=file.chain,
            owner_id=file.owner,
            conversation_id=file.conversation,
            purpose=file.purpose,
            kind=file.kind,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            width=file.width,
            height=file.height,
            duration_ms=file.duration_ms,
            waveform=sa.null() if file.waveform is None else list(file.waveform),
            state=file.state,
            created_at=file.created_at,
            checked_at=file.created_at,
        )
    )
    rows = [
        {
            "file_id": file.id,
            "variant": one.variant,
            "chain_id": file.chain,
            "key": one.key,
            "media_type": one.media_type,
            "size": one.size,
        }
        for one in variants
    ]
    connection.execute(sa.insert(file_variant), rows)


def find_file(connection: Connection, chain: ChainId, id_: FileId) -> StoredFile | None:
    where = sa.and_(stored_file.c.chain_id == chain, stored_file.c.id == id_)
    row = connection.execute(sa.select(stored_file).where(where)).one_or_none()
    return None if row is None else _file(row)


def find_files(connection: Connection, chain: ChainId, ids: Sequence[FileId]) -> list[StoredFile]:
    """Those of ``ids`` that exist and whose bytes are still there."""
    where = sa.and_(stored_file.c.chain_id == chain, stored_file.c.id.in_(ids), stored_file.c.state != "gone")
    return [_file(row) for row in connection.execute(sa.select(stored_file).where(where))]


def variants(connection: Connection, chain: ChainId, ids: Sequence[FileId]) -> dict[FileId, list[StoredVariant]]:
    """file → its variants."""
    where = sa.and_(file_variant.c.chain_id == chain, file_variant.c.file_id.in_(ids))
    found: dict[FileId, list[StoredVariant]] = {}
    for row in connection.execute(sa.select(file_variant).where(where).order_by(file_variant.c.variant)):
        one = StoredVariant(row.variant, row.key, row.media_type, row.size)
        found.setdefault(FileId(row.file_id), []).append(one)
    return found


def set_file_state(connection: Connection, id_: FileId, state: str, now: int) -> None:
    connection.execute(sa.update(stored_file).where(stored_file.c.id == id_).values(state=state, checked_at=now))


def files_to_check(connection: Connection, state: str, before: int, limit: int) -> list[StoredFile]:
    """Files of all chains in ``state`` that were last checked before ``before``, the longest unchecked first."""
    query = (
        sa.select(stored_file)
        .where(stored_file.c.state == state, stored_file.c.checked_at < before)
        .order_by(stored_file.c.checked_at)
        .limit(limit)
    )
    return [_file(row) for row in connection.execute(query)]


def files_of(connection: Connection, chain: ChainId, owners: Sequence[PersonId], until: int) -> list[StoredFile]:
    """Everything of ``owners`` made until ``until`` that still has bytes or a name, but product media."""
    query = sa.select(stored_file).where(
        stored_file.c.chain_id == chain,
        stored_file.c.owner_id.in_(owners),
        stored_file.c.created_at <= until,
        stored_file.c.purpose.in_(("picture", "voice", "file")),
        sa.or_(stored_file.c.state != "gone", stored_file.c.name != ""),
    )
    return [_file(row) for row in connection.execute(query)]


def unfinished_of(connection: Connection, chain: ChainId, owners: Sequence[PersonId], until: int) -> list[Upload]:
    """Every upload of ``owners`` made until ``until``."""
    where = sa.and_(upload.c.chain_id == chain, upload.c.owner_id.in_(owners), upload.c.created_at <= until)
    return [_upload(row) for row in connection.execute(sa.select(upload).where(where))]


def forget_file(connection: Connection, id_: FileId, now: int, *, erase: bool) -> None:
    """The bytes are gone. With ``erase`` so is everything that the row said of the content."""
    values: dict[str, Any] = {"state": "gone", "checked_at": now}
    if erase:
        values |= {"name": "", "waveform": sa.null(), "duration_ms": None}
    connection.execute(sa.update(stored_file).where(stored_file.c.id == id_).values(**values))
    connection.execute(sa.delete(file_variant).where(file_variant.c.file_id == id_))


# ── rows to values ─────────────────────────────────────────────────────────────


def _sum(column: sa.Column[Any]) -> sa.ColumnElement[int]:
    return cast("sa.ColumnElement[int]", sa.func.coalesce(sa.func.sum(column), 0))


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        id=UploadId(row.id),
        chain=ChainId(row.chain_id),
        owner=PersonId(row.owner_id),
        conversation=None if row.conversation_id is None else ConversationId(row.conversation_id),
        purpose=row.purpose,
        name=row.name,
        size=row.size,
        received=row.received,
        state=row.state,
        lease_until=row.lease_until,
        refusal=row.refusal,
        file=FileId(row.file_id),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _file(row: Row[Any]) -> StoredFile:
    return StoredFile(
        id=FileId(row.id),
        chain=ChainId(row.chain_id),
        owner=PersonId(row.owner_id),
        conversation=None if row.conversation_id is None else ConversationId(row.conversation_id),
        purpose=row.purpose,
        kind=row.kind,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        waveform=None if row.waveform is None else tuple(row.waveform),
        state=row.state,
        created_at=row.created_at,
    )
