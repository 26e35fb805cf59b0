"""Uploads and links over HTTP. The bytes themselves are served by ``delivery``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response, status

from liyu.http.authentication import Me
from liyu.http.fields import ID_PATTERN
from liyu.kit.ids import ConversationId, FileId, UploadId
from liyu.messaging.attachments.errors import PieceRefused
from liyu.messaging.attachments.model import LEAST_PIECE_BYTES
from liyu.messaging.attachments.schemas import (
    AskLinks,
    BeginUpload,
    FileRecord,
    Links,
    LinksFound,
    UploadFinished,
    UploadOpened,
    UploadPosition,
)
from liyu.messaging.attachments.service import Attachments
from liyu.messaging.attachments.uploads import NewUpload

router = APIRouter(tags=["files"])

_Upload = Annotated[
    str, Path(pattern=ID_PATTERN, description="The upload.", examples=["upl_01k3a5w2m9x0v7c4b8n6q1z5e2"])
]
_Offset = Annotated[int, Header(ge=0, le=2**53, description="Where the piece begins, in bytes.", examples=[0])]
_PIECE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The piece's bytes.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/uploads", status_code=status.HTTP_201_CREATED)
async def begin_upload(body: BeginUpload, me: Me, request: Request, response: Response) -> UploadOpened:
    """Open a resumable upload. Then send the pieces with `PATCH`, then finish it."""
    attachments = _attachments(request)
    conversation = None if body.conversation is None else ConversationId(body.conversation)
    upload = await attachments.uploads.begin(me, NewUpload(body.purpose, conversation, body.name, body.size))
    response.headers["Location"] = f"{request.url.path}/{upload.id}"
    return UploadOpened.of(upload, attachments.settings.chunk_bytes)


@router.head("/uploads/{upload}")
async def upload_position(upload: _Upload, me: Me, request: Request) -> Response:
    """Where an upload stands: the header `Upload-Offset` says where to go on, `Upload-Length` the whole size."""
    found = await _attachments(request).uploads.find(me, UploadId(upload))
    return Response(headers={"Upload-Offset": str(found.received), "Upload-Length": str(found.size)})


@router.patch("/uploads/{upload}", openapi_extra=_PIECE)
async def append_piece(
    upload: _Upload, upload_offset: _Offset, me: Me, request: Request, response: Response
) -> UploadPosition:
    """Send the piece that begins at `Upload-Offset`. Sending it again is harmless; another offset is answered with
    `upload.offset`, whose `details.offset` says where to go on."""
    attachments = _attachments(request)
    content = await _piece(request, attachments.settings.chunk_bytes)
    offset = await attachments.uploads.append(me, UploadId(upload), upload_offset, content)
    response.headers["Upload-Offset"] = str(offset)
    return UploadPosition(offset=offset)


@router.post("/uploads/{upload}/finish")
async def finish_upload(upload: _Upload, me: Me, request: Request) -> UploadFinished:
    """Turn a complete upload into a file: its type is found by content, pictures, voice notes and clips are made safe
    and playable. Finishing again gives the same file."""
    attachments = _attachments(request)
    file = await attachments.finishing.finish(me, UploadId(upload))
    return UploadFinished(file=FileRecord.of(file, await attachments.reading.own_links(file)))


@router.post("/files/links")
async def link_files(body: AskLinks, me: Me, request: Request) -> LinksFound:
    """Signed addresses for files that one may read now. They expire; ask again then."""
    conversation = None if body.conversation is None else ConversationId(body.conversation)
    files = list(dict.fromkeys(FileId(file) for file in body.files))
    found = await _attachments(request).reading.links(me, files, conversation)
    return LinksFound(links={file: Links.of(links) for file, links in found.items()})


async def _piece(request: Request, most: int) -> bytes:
    """The body, counted while it arrives."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > most:
            raise PieceRefused(least=LEAST_PIECE_BYTES, most=most)
    return bytes(content)


def _attachments(request: Request) -> Attachments:
    attachments: Attachments = request.app.state.services.attachments
    return attachments
