"""The bytes of a file, for whoever holds a good link: ``/files/{file}/{variant}`` (outside ``/api/v1``).

Only what we re-encoded ourselves may be shown by a browser; everything else is a download of a type that no browser
runs. Nothing here may run scripts, be framed or be guessed to be something else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.responses import StreamingResponse

from liyu.kit.ids import ChainId, FileId
from liyu.messaging.attachments.model import Variant
from liyu.messaging.attachments.ranges import OutsideFile, Part, wanted_part
from liyu.messaging.attachments.reading import Served
from liyu.messaging.attachments.service import Attachments
from liyu.platform.files.names import attachment_header
from liyu.platform.files.port import FileStore

router = APIRouter()

POLICY: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; sandbox"
#: Types that are told as they are; the rest travels as bytes without a meaning.
_TOLD: Final = frozenset(
    {
        "image/webp",
        "audio/mp4",
        "video/webm",
        "application/pdf",
        "application/zip",
        "application/gzip",
        "application/x-7z-compressed",
        "application/vnd.rar",
    }
)
_YEAR_S: Final = 365 * 24 * 60 * 60


@router.api_route("/files/{file}/{variant}", methods=["GET", "HEAD"], include_in_schema=False)
async def deliver_file(
    request: Request,
    file: Annotated[str, Path(max_length=64)],
    variant: Variant,
    c: Annotated[str, Query(max_length=64, description="The chain.")],
    e: Annotated[int, Query(ge=0, le=2**53, description="When the link ends.")],
    s: Annotated[str, Query(max_length=64, description="The signature.")],
    range_: Annotated[str | None, Header(alias="range", max_length=200)] = None,
    if_range: Annotated[str | None, Header(max_length=200)] = None,
    if_none_match: Annotated[str | None, Header(max_length=500)] = None,
) -> Response:
    """Send one variant, or the part of it that is asked for."""
    attachments: Attachments = request.app.state.services.attachments
    served = await attachments.reading.served(ChainId(c), FileId(file), variant, e, s)
    size = await attachments.files.size(served.variant.key)
    headers = _headers(served, e, attachments.clock.now_ms())
    if if_none_match is not None and headers["etag"] in [tag.strip() for tag in if_none_match.split(",")]:
        return Response(status_code=304, headers=headers)
    try:
        part = wanted_part(range_ if if_range in (None, headers["etag"]) else None, size)
    except OutsideFile:
        return Response(status_code=416, headers=headers | {"content-range": f"bytes */{size}"})
    headers["content-length"] = str(size if part is None else part.length)
    if part is not None:
        headers["content-range"] = part.content_range
    content = _nothing() if request.method == "HEAD" else _bytes(attachments.files, served, part)
    return StreamingResponse(content, 200 if part is None else 206, headers)


def _headers(served: Served, expires_at: int, now: int) -> dict[str, str]:
    file, variant = served.file, served.variant
    ours = file.kind != "file"
    seconds = _YEAR_S if expires_at == 0 else max(0, (expires_at - now) // 1000)
    return {
        "content-type": variant.media_type if variant.media_type in _TOLD else "application/octet-stream",
        "content-disposition": "inline" if ours else attachment_header(file.name),
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "cross-origin" if file.public else "same-origin",
        "referrer-policy": "no-referrer",
        "cache-control": f"{'public' if file.public else 'private'}, max-age={seconds}, immutable",
        "etag": f'"{file.id}-{variant.variant}"',
        "accept-ranges": "bytes",
    }


def _bytes(files: FileStore, served: Served, part: Part | None) -> AsyncIterator[bytes]:
    if part is None:
        return files.read(served.variant.key)
    return files.read(served.variant.key, part.start, part.length)


async def _nothing() -> AsyncIterator[bytes]:
    return
    yield b""
