"""Settings of pictures, voice notes and files in conversations."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from liyu.kit.settings import Section

_MIB = 1 << 20


class AttachmentSettings(Section, frozen=True):
    """Limits by kind. A type is found by looking at the bytes, never believed."""

    picture_bytes: Annotated[int, Meta(ge=1, description="Largest picture, in bytes as uploaded.")] = 20 * _MIB
    picture_pixels: Annotated[int, Meta(ge=1, description="Most pixels (width × height) that a picture may have.")] = (
        50_000_000
    )
    voice_bytes: Annotated[int, Meta(ge=1, description="Largest voice note, in bytes as uploaded.")] = 20 * _MIB
    voice_seconds: Annotated[int, Meta(ge=1, description="Longest voice note, in seconds.")] = 120
    clip_bytes: Annotated[int, Meta(ge=1, description="Largest product clip, in bytes as uploaded.")] = 100 * _MIB
    clip_seconds: Annotated[int, Meta(ge=1, description="Longest product clip, in seconds.")] = 60
    file_bytes: Annotated[int, Meta(ge=1, description="Largest other file, in bytes.")] = 50 * _MIB
    chunk_bytes: Annotated[
        int, Meta(ge=65_536, le=16 * _MIB, description="Largest piece of a resumable upload, in bytes.")
    ] = 2 * _MIB
    upload_hours: Annotated[
        int, Meta(ge=1, description="Hours after which an unfinished upload, or a file never sent, is dropped.")
    ] = 24
    link_minutes: Annotated[int, Meta(ge=1, description="Minutes for which a signed link to a file is good.")] = 60
    open_uploads: Annotated[int, Meta(ge=1, description="Unfinished uploads that one person may have.")] = 20
    person_bytes: Annotated[
        int, Meta(ge=1, description="Bytes that one person's unfinished uploads may occupy together.")
    ] = 500 * _MIB
    day_bytes: Annotated[int, Meta(ge=1, description="Bytes that one person may upload in 24 hours.")] = 2048 * _MIB
    visitor_day_bytes: Annotated[
        int, Meta(ge=1, description="Bytes that a visitor who is not signed in may upload in 24 hours.")
    ] = 200 * _MIB
    conversation_bytes: Annotated[
        int, Meta(ge=1, description="Bytes that the files of one conversation may occupy together.")
    ] = 5120 * _MIB
    workers: Annotated[int, Meta(ge=1, le=32, description="Pictures, voice notes and clips normalised at a time.")] = 2
    sweep_seconds: Annotated[
        int, Meta(ge=1, description="Seconds between two looks for uploads and files that nothing needs any more.")
    ] = 300
    private_hosts: Annotated[
        tuple[str, ...],
        Meta(description="Hosts with private addresses that the server may fetch from. All others are refused."),
    ] = ()
