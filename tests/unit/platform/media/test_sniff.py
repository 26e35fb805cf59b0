"""What bytes are is decided by the bytes."""

from __future__ import annotations

import pytest

from liyu.platform.media.sniff import HEAD_BYTES, UNKNOWN, sniff
from tests import samples


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (samples.picture(form="PNG"), "image/png"),
        (samples.picture(form="JPEG"), "image/jpeg"),
        (samples.picture(form="WEBP"), "image/webp"),
        (samples.picture(form="AVIF"), "image/avif"),
        (samples.animation(), "image/gif"),
        (samples.recording("webm", 0.1), "video/webm"),
        (samples.recording("ogg", 0.1), "audio/ogg"),
        (samples.recording("mp4", 0.1), "video/mp4"),
        (samples.recording("wav", 0.1), "audio/wav"),
        (samples.clip("mov", sound=False), "video/quicktime"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04" + b"\x00" * 30, "application/zip"),
        (samples.SVG_WITH_SCRIPT, "image/svg+xml"),
        (b"\xef\xbb\xbf  <svg:svg xmlns:svg='x'>", "image/svg+xml"),
        (samples.PAGE_WITH_SCRIPT, "text/html"),
        (b"<SCRIPT>alert(1)</SCRIPT>", "text/html"),
        ("生日快乐\n".encode(), "text/plain"),
        (("字" * HEAD_BYTES).encode()[:HEAD_BYTES], "text/plain"),
        (b"MZ\x90\x00\x03", UNKNOWN),
        (b"\xff\xfe\x00broken", UNKNOWN),
        (b"", UNKNOWN),
        (samples.polyglot(), "image/gif"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_by_content(content: bytes, expected: str) -> None:
    assert sniff(content[:HEAD_BYTES]) == expected
