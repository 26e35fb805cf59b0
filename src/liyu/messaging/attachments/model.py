"""Uploads and files as values, and the decisions about them that need neither database nor clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from liyu.kit.ids import ChainId, ConversationId, FileId, PersonId, UploadId
from liyu.messaging.attachments.errors import PieceRefused, UploadClosed, UploadOffset
from liyu.messaging.attachments.settings import AttachmentSettings

Purpose = Literal["picture", "voice", "file", "product_picture", "product_clip"]
Kind = Literal["picture", "voice", "file", "clip"]
Variant = Literal["main", "thumb", "poster"]

PRODUCT_PURPOSES: Final = frozenset({"product_picture", "product_clip"})
KINDS: Final[dict[str, Kind]] = {
    "picture": "picture",
    "voice": "voice",
    "file": "file",
    "product_picture": "picture",
    "product_clip": "clip",
}
MIB: Final = 1 << 20
#: A piece that is not the last has at least this: a file of 50 MB in pieces of one byte would be 50 million rows.
LEAST_PIECE_BYTES: Final = 16 * 1024
#: How long one request may take over finishing before another may try; above the normaliser's own time limit.
LEASE_MS: Final = 240_000
DAY_MS: Final = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload under way or ended. ``received``: bytes that are durable; sizes in bytes, times in ms since 1970."""

    id: UploadId
    chain: ChainId
    owner: PersonId
    conversation: ConversationId | None
    purpose: Purpose
    name: str
    size: int
    received: int
    state: Literal["open", "finishing", "done", "refused"]
    lease_until: int
    refusal: dict[str, Any] | None
    file: FileId
    created_at: int
    expires_at: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A durable part of an upload. ``digest``: SHA-256 in hex."""

    start: int
    size: int
    digest: str
    key: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A finished file. ``media_type`` and ``size`` (bytes) are of what is kept, found by us."""

    id: FileId
    chain: ChainId
    owner: PersonId
    conversation: ConversationId | None
    purpose: Purpose
    kind: Kind
    name: str
    media_type: str
    size: int
    width: int | None
    height: int | None
    duration_ms: int | None
    waveform: tuple[int, ...] | None
    state: Literal["fresh", "kept", "gone"]
    created_at: int

    @property
    def public(self) -> bool:
        """Product media may be seen by everybody; everything else belongs to a conversation."""
        return self.purpose in PRODUCT_PURPOSES


@dataclass(frozen=True, slots=True)
class StoredVariant:
    """Bytes of a file. ``variant``: which of them."""

    variant: str
    key: str
    media_type: str
    size: int


def size_limit(purpose: Purpose, settings: AttachmentSettings) -> int:
    """The largest upload for ``purpose``, in bytes."""
    return {
        "picture": settings.picture_bytes,
        "product_picture": settings.picture_bytes,
        "voice": settings.voice_bytes,
        "product_clip": settings.clip_bytes,
        "file": settings.file_bytes,
    }[purpose]


def check_piece(upload: Upload, start: int, size: int, most: int) -> None:
    """Raise unless a piece of ``size`` bytes may be added at ``start`` now."""
    if upload.state != "open":
        raise UploadClosed()
    if start != upload.received:
        raise UploadOffset(offset=upload.received)
    last = start + size == upload.size
    if not 0 < size <= most or start + size > upload.size or (size < LEAST_PIECE_BYTES and not last):
        raise PieceRefused(least=min(LEAST_PIECE_BYTES, upload.size - start), most=min(most, upload.size - start))


def body_facts(file: StoredFile) -> dict[str, Any]:
    """What the body of a message says about its file, from our record and never from the client."""
    if file.kind == "picture":
        return {"file": file.id, "width": file.width, "height": file.height}
    if file.kind == "voice":
        return {"file": file.id, "duration_ms": file.duration_ms, "waveform": list(file.waveform or ())}
    return {"file": file.id, "name": file.name, "size_bytes": file.size, "media_type": file.media_type}


def piece_prefix(upload: Upload) -> str:
    """Where the pieces of ``upload`` are kept."""
    return f"{upload.chain}/uploads/{upload.id}/"


def file_prefix(chain: ChainId, file: FileId) -> str:
    """Where the bytes of ``file`` are kept."""
    return f"{chain}/files/{file}/"
