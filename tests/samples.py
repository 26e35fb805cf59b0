"""Pictures, recordings, clips and traps for tests, made on the spot."""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from array import array
from fractions import Fraction

import av
from PIL import Image


def picture(width: int = 64, height: int = 48, form: str = "PNG", *, orientation: int | None = None) -> bytes:
    """A picture, red on the left and blue on the right; a JPEG carries EXIF with a camera and, perhaps, a turn."""
    image = Image.new("RGB", (width, height), (220, 30, 30))
    image.paste((30, 30, 220), (width // 2, 0, width, height))
    sink = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    if orientation is not None:
        exif[0x0112] = orientation
    image.save(sink, form, exif=exif)
    return sink.getvalue()


def animation(frames: int = 4, side: int = 40) -> bytes:
    """A GIF that moves."""
    drawn = [Image.new("RGB", (side, side), (60 * n % 256, 20, 200)) for n in range(frames)]
    sink = io.BytesIO()
    drawn[0].save(sink, "GIF", save_all=True, append_images=drawn[1:], duration=80, loop=0)
    return sink.getvalue()


def pixel_bomb(side: int = 60_000) -> bytes:
    """A PNG of a few bytes that says it has ``side`` × ``side`` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small PNG whose compressed text would fill 200 MB."""
    plain = picture(8, 8)
    data = b"Comment\x00\x00" + zlib.compress(b"\x00" * 200_000_000, 9)
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data + struct.pack(">I", zlib.crc32(b"zTXt" + data))
    return plain[:33] + chunk + plain[33:]


def zip_bomb() -> bytes:
    """An archive of a few hundred kilobytes that would unpack to 40 MB."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("../../etc/passwd", b"\x00" * 40_000_000)
    return sink.getvalue()


def polyglot() -> bytes:
    """A GIF that is also a script."""
    return b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(document.domain);//" + animation()[13:]


SVG_WITH_SCRIPT = (
    b'<?xml version="1.0"?><!-- x --><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
PAGE_WITH_SCRIPT = b"<!doctype html><html><body><script>alert(1)</script></body></html>"


def recording(form: str = "webm", seconds: float = 1.0, *, level: float = 0.5) -> bytes:
    """A hum that grows louder, as a browser records: ``webm`` and ``ogg`` with Opus, ``mp4`` with AAC, ``wav``."""
    codec = {"webm": "libopus", "ogg": "libopus", "mp4": "aac", "wav": "pcm_s16le"}[form]
    rate, step = 48_000, 960
    sink = io.BytesIO()
    with av.open(sink, "w", format=form) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        resampler = av.AudioResampler(format=stream.codec_context.format, layout="mono", rate=rate)
        total = int(seconds * rate)
        for start in range(0, total, step):
            grown = level * start / max(total, 1)
            samples = array("h", [int(32_000 * grown * math.sin((start + n) * 0.06)) for n in range(step)])
            frame = av.AudioFrame(format="s16", layout="mono", samples=step)
            frame.planes[0].update(samples.tobytes())
            frame.sample_rate, frame.pts = rate, start
            for part in resampler.resample(frame):
                container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return sink.getvalue()


def clip(
    form: str = "mp4", *, width: int = 160, height: int = 120, seconds: float = 0.5, sound: bool = True, fps: int = 24
) -> bytes:
    """A moving picture as a camera gives it, encoded with codecs that anybody may ship."""
    codec = {"mp4": "mpeg4", "webm": "libvpx", "mov": "mpeg4"}[form]
    sink = io.BytesIO()
    with av.open(sink, "w", format=form) as container:
        stream = container.add_stream(codec, rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        audio = (
            container.add_stream("libopus" if form == "webm" else "aac", rate=48_000, layout="mono") if sound else None
        )
        for index in range(int(seconds * fps)):
            image = Image.new("RGB", (width, height), (index * 20 % 256, 120, 60))
            frame = av.VideoFrame.from_image(image)
            frame.pts, frame.time_base = index, Fraction(1, fps)
            container.mux(stream.encode(frame))
        if audio is not None:
            size = audio.codec_context.frame_size or 960
            for index in range(int(seconds * 48_000) // size):
                silence = av.AudioFrame(format=audio.codec_context.format.name, layout="mono", samples=size)
                silence.planes[0].update(bytes(silence.planes[0].buffer_size))
                silence.sample_rate, silence.pts = 48_000, index * size
                container.mux(audio.encode(silence))
            container.mux(audio.encode(None))
        container.mux(stream.encode(None))
    return sink.getvalue()
