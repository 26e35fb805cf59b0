"""Uploads and files as they travel over HTTP."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from liyu.http.fields import Id, refuse_unstorable
from liyu.messaging.attachments.model import Kind, Purpose, StoredFile, Upload
from liyu.messaging.attachments.reading import FileLinks

_EXAMPLE_FILE = "fil_01k3a5w2m9x0v7c4b8n6q1z5e2"
_EXAMPLE_URL = f"/files/{_EXAMPLE_FILE}/main?c=chn_01k3a5w2m9x0v7c4b8n6q1z5e2&e=1800000000000&s=p0V"
_TypedName = Annotated[str, AfterValidator(refuse_unstorable), StringConstraints(min_length=1, max_length=500)]


class BeginUpload(BaseModel):
    """A file that is about to be sent in pieces."""

    model_config = ConfigDict(extra="ignore")

    purpose: Purpose = Field(description="What it is for; decides its limits and what is done with it.")
    conversation: Id | None = Field(
        default=None,
        description="The conversation that it will be sent in; needed for `picture`, `voice` and `file`.",
        examples=["cnv_01k3a5w2m9x0v7c4b8n6q1z5e2"],
    )
    name: _TypedName = Field(description="The file's name as the person sees it.", examples=["生日.jpg"])
    size: int = Field(ge=1, le=2**53, description="Bytes of the whole file.", examples=[482_113])
    media_type: str = Field(
        default="", max_length=200, description="What the client takes it for. Not believed.", examples=["image/jpeg"]
    )


class UploadOpened(BaseModel):
    """Where to send the pieces."""

    id: str = Field(description="The upload.", examples=["upl_01k3a5w2m9x0v7c4b8n6q1z5e2"])
    offset: int = Field(description="Bytes that have arrived: the next piece begins here.", examples=[0])
    chunk_bytes: int = Field(description="Most bytes of one piece.", examples=[2_097_152])
    expires_at: int = Field(description="When the upload is dropped, ms since 1970.", examples=[1_800_000_000_000])

    @classmethod
    def of(cls, upload: Upload, chunk_bytes: int) -> UploadOpened:
        return cls(id=upload.id, offset=upload.received, chunk_bytes=chunk_bytes, expires_at=upload.expires_at)


class UploadPosition(BaseModel):
    """How far the upload has come."""

    offset: int = Field(description="Bytes that have arrived: the next piece begins here.", examples=[2_097_152])


class FileRecord(BaseModel):
    """A finished file, with what was found out about it."""

    id: str = Field(description="The file, as messages name it.", examples=[_EXAMPLE_FILE])
    kind: Kind = Field(description="The kind of message, or of product media, that it may become.")
    name: str = Field(description="Its name, made harmless.", examples=["生日.webp"])
    size: int = Field(description="Bytes of what is kept.", examples=[120_331])
    media_type: str = Field(description="Found by looking at the content.", examples=["image/webp"])
    width: int | None = Field(description="Pixels; pictures and clips.", examples=[1440])
    height: int | None = Field(description="Pixels; pictures and clips.", examples=[1080])
    duration_ms: int | None = Field(description="Milliseconds; voice notes and clips.", examples=[None])
    waveform: list[int] | None = Field(description="64 loudness values from 0 to 100; voice notes.", examples=[None])
    url: str = Field(description="Its address, signed; see `expires_at` of the links.", examples=[_EXAMPLE_URL])
    thumb_url: str | None = Field(description="A small picture of it.", examples=[_EXAMPLE_URL])
    poster_url: str | None = Field(description="A still picture of a clip.", examples=[None])

    @classmethod
    def of(cls, file: StoredFile, links: FileLinks) -> FileRecord:
        return cls(
            id=file.id,
            kind=file.kind,
            name=file.name,
            size=file.size,
            media_type=file.media_type,
            width=file.width,
            height=file.height,
            duration_ms=file.duration_ms,
            waveform=None if file.waveform is None else list(file.waveform),
            url=links.url,
            thumb_url=links.thumb_url,
            poster_url=links.poster_url,
        )


class UploadFinished(BaseModel):
    """What became of an upload."""

    file: FileRecord = Field(description="The file.")


class AskLinks(BaseModel):
    """Files whose addresses are wanted."""

    model_config = ConfigDict(extra="ignore")

    files: list[Id] = Field(min_length=1, max_length=100, description="Files, at most 100.", examples=[[_EXAMPLE_FILE]])
    conversation: Id | None = Field(
        default=None,
        description="The conversation whose messages name them; without it only one's own and public files are found.",
        examples=["cnv_01k3a5w2m9x0v7c4b8n6q1z5e2"],
    )


class Links(BaseModel):
    """Addresses of one file."""

    url: str = Field(description="The file itself.", examples=[_EXAMPLE_URL])
    thumb_url: str | None = Field(description="A small picture of it.", examples=[_EXAMPLE_URL])
    poster_url: str | None = Field(description="A still picture of a clip.", examples=[None])
    expires_at: int = Field(
        description="When they stop working, ms since 1970; 0: never.", examples=[1_800_000_000_000]
    )

    @classmethod
    def of(cls, links: FileLinks) -> Links:
        return cls(url=links.url, thumb_url=links.thumb_url, poster_url=links.poster_url, expires_at=links.expires_at)


class LinksFound(BaseModel):
    """Links by file. Files that one may not read are not among them."""

    links: dict[str, Links] = Field(description="File → its addresses.", examples=[{}])
