"""Strangers' media come out safe and playable, or are refused with a reason; the server's process never decodes."""

from __future__ import annotations

import asyncio
import io
import os
from pathlib import Path

import av
import pytest
from PIL import Image

from liyu.platform.media import errors
from liyu.platform.media.limits import Limits
from liyu.platform.media.normaliser import Job, Normalised, Normaliser
from tests import samples

QUICK = Limits(voice_ms=3_000, clip_ms=1_000)


async def normalise(tmp_path: Path, job: Job, media_type: str, content: bytes, limits: Limits = QUICK) -> Normalised:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    target.mkdir()
    return await Normaliser(limits).run(job, media_type, source, target)


def opened(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


# ── pictures ───────────────────────────────────────────────────────────────────


async def test_a_photo_is_turned_upright_and_loses_its_exif(tmp_path: Path) -> None:
    content = samples.picture(80, 40, "JPEG", orientation=6)
    made = await normalise(tmp_path, "picture", "image/jpeg", content)
    assert (made.width, made.height) == (40, 80)
    main = opened(made.variants["main"])
    assert (main.format, main.size) == ("WEBP", (40, 80))
    assert not dict(main.getexif())
    assert b"SecretCamera" in content
    assert b"SecretCamera" not in made.variants["main"].read_bytes()
    red, blue = main.convert("RGB").getpixel((20, 10)), main.convert("RGB").getpixel((20, 70))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 150 > 90 > red[2]  # what was left is now on top
    assert blue[2] > 150 > 90 > blue[0]


async def test_a_large_picture_is_made_smaller_with_a_thumbnail(tmp_path: Path) -> None:
    made = await normalise(tmp_path, "picture", "image/png", samples.picture(3000, 1500))
    assert (made.width, made.height) == (2560, 1280)
    assert opened(made.variants["thumb"]).size == (480, 240)


async def test_transparency_stays(tmp_path: Path) -> None:
    sink = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(sink, "PNG")
    made = await normalise(tmp_path, "picture", "image/png", sink.getvalue())
    assert opened(made.variants["main"]).getpixel((5, 5))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGBA"])
async def test_every_colour_mode_is_taken(tmp_path: Path, mode: str) -> None:
    sink = io.BytesIO()
    Image.new(mode, (12, 9)).save(sink, "TIFF" if mode == "CMYK" else "PNG")
    content, media_type = sink.getvalue(), "image/png"
    if mode == "CMYK":
        sink = io.BytesIO()
        Image.new(mode, (12, 9)).save(sink, "JPEG")
        content, media_type = sink.getvalue(), "image/jpeg"
    made = await normalise(tmp_path, "picture", media_type, content)
    assert opened(made.variants["main"]).size == (12, 9)


async def test_an_animation_keeps_moving(tmp_path: Path) -> None:
    made = await normalise(tmp_path, "picture", "image/gif", samples.animation(4))
    assert getattr(opened(made.variants["main"]), "n_frames", 1) == 4
    assert getattr(opened(made.variants["thumb"]), "n_frames", 1) == 1


async def test_a_long_animation_stands_still(tmp_path: Path) -> None:
    made = await normalise(tmp_path, "picture", "image/gif", samples.animation(4), Limits(animation_frames=3))
    assert getattr(opened(made.variants["main"]), "n_frames", 1) == 1


async def test_a_pixel_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    tight = Limits(memory_bytes=700 * 1024 * 1024, cpu_s=5)  # 60,000 × 60,000 pixels would need 10 GB
    with pytest.raises(errors.TooManyPixels) as refused:
        await normalise(tmp_path, "picture", "image/png", samples.pixel_bomb(), tight)
    assert refused.value.details == {"limit": 50}


@pytest.mark.parametrize(
    ("media_type", "content", "refusal"),
    [
        ("image/png", samples.text_bomb(), errors.Unreadable),
        ("image/gif", samples.polyglot()[:60], errors.Unreadable),
        ("image/jpeg", samples.picture(300, 300, "JPEG")[:700], errors.Unreadable),
        ("image/png", b"\x89PNG\r\n\x1a\n", errors.Unreadable),
        ("image/webp", samples.picture(form="PNG"), errors.Unreadable),
        ("image/svg+xml", samples.SVG_WITH_SCRIPT, errors.WrongKind),
        ("image/heic", b"\x00\x00\x00\x18ftypheic", errors.WrongKind),
        ("text/html", samples.PAGE_WITH_SCRIPT, errors.WrongKind),
    ],
    ids=["text bomb", "polyglot", "cut short", "only a signature", "not what it is", "svg", "heic", "page"],
)
async def test_bad_pictures(
    tmp_path: Path, media_type: str, content: bytes, refusal: type[errors.MediaRefused]
) -> None:
    with pytest.raises(refusal):
        await normalise(tmp_path, "picture", media_type, content)
    assert not list((tmp_path / "target").glob("main*"))


# ── voice notes ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("webm", "video/webm"), ("ogg", "audio/ogg"), ("mp4", "video/mp4"), ("wav", "audio/wav")],
)
async def test_every_browsers_recording_becomes_mono_aac(tmp_path: Path, form: str, media_type: str) -> None:
    made = await normalise(tmp_path, "voice", media_type, samples.recording(form, 1.2))
    assert made.duration_ms is not None
    assert abs(made.duration_ms - 1200) <= 60
    assert made.waveform is not None
    assert len(made.waveform) == 64
    assert made.waveform[5] < made.waveform[-5]
    with av.open(str(made.variants["main"])) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.codec_context.channels) == ("aac", 1)
        assert sum(frame.samples for frame in container.decode(audio=0)) >= 48_000
    assert made.variants["main"].read_bytes()[4:11] == b"ftypM4A"


async def test_a_recording_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.TooLong) as refused:
        await normalise(tmp_path, "voice", "audio/ogg", samples.recording("ogg", 4.0))
    assert refused.value.details == {"limit": 3}


@pytest.mark.parametrize(
    ("media_type", "content", "refusal"),
    [
        ("audio/ogg", samples.recording("ogg", 0.1), errors.Silent),
        ("video/mp4", samples.clip("mp4"), errors.WrongKind),
        ("video/mp4", samples.recording("mp4", 1.0)[:3000], errors.Unreadable),
        ("audio/ogg", b"OggS" + b"\x00" * 400, errors.Unreadable),
        ("image/png", samples.picture(), errors.WrongKind),
        ("video/webm", b"\x1aE\xdf\xa3" + os.urandom(300), errors.Unreadable),
    ],
    ids=["a slip", "a film", "cut short", "empty pages", "a picture", "noise"],
)
async def test_bad_recordings(
    tmp_path: Path, media_type: str, content: bytes, refusal: type[errors.MediaRefused]
) -> None:
    with pytest.raises(refusal):
        await normalise(tmp_path, "voice", media_type, content)


async def test_a_play_list_cannot_make_it_read_other_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    secret.write_bytes(samples.recording("wav", 1.0))
    lists = f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n".encode(), f"ffconcat version 1.0\nfile {secret}\n".encode()
    for index, content in enumerate(lists):
        for media_type in ("video/mp4", "audio/ogg", "video/webm", "text/plain"):
            place = tmp_path / f"{index}{media_type.replace('/', '')}"
            place.mkdir()
            with pytest.raises(errors.MediaRefused):
                await normalise(place, "voice", media_type, content)


# ── clips ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("form", "media_type"), [("mp4", "video/mp4"), ("webm", "video/webm"), ("mov", "video/quicktime")]
)
async def test_a_clip_becomes_vp9_with_a_poster(tmp_path: Path, form: str, media_type: str) -> None:
    made = await normalise(tmp_path, "clip", media_type, samples.clip(form))
    assert (made.width, made.height) == (160, 120)
    assert made.duration_ms is not None
    assert 400 <= made.duration_ms <= 600
    with av.open(str(made.variants["main"])) as container:
        assert container.streams.video[0].codec_context.name == "vp9"
        assert container.streams.audio[0].codec_context.name == "opus"
        assert sum(1 for _ in container.decode(video=0)) > 5
    assert opened(made.variants["poster"]).size == (160, 120)
    assert opened(made.variants["thumb"]).size == (160, 120)


async def test_a_large_silent_clip_is_scaled_to_even_pixels(tmp_path: Path) -> None:
    content = samples.clip("webm", width=1000, height=502, seconds=0.2, sound=False)
    made = await normalise(tmp_path, "clip", "video/webm", content, Limits(clip_side=301))
    assert (made.width, made.height) == (300, 152)


@pytest.mark.parametrize(
    ("media_type", "content", "refusal"),
    [
        ("video/webm", samples.clip("webm", seconds=1.8, sound=False), errors.TooLong),
        ("video/mp4", samples.clip("mp4")[:2000], errors.Unreadable),
        ("video/webm", samples.recording("webm", 0.4), errors.WrongKind),
        ("image/gif", samples.animation(), errors.WrongKind),
    ],
    ids=["too long", "cut short", "only sound", "an animation"],
)
async def test_bad_clips(tmp_path: Path, media_type: str, content: bytes, refusal: type[errors.MediaRefused]) -> None:
    with pytest.raises(refusal):
        await normalise(tmp_path, "clip", media_type, content)


async def test_a_clip_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.TooManyPixels):
        await normalise(tmp_path, "clip", "video/mp4", samples.clip("mp4"), Limits(clip_pixels=10_000))


# ── the limited process ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "limits",
    [Limits(cpu_s=1), Limits(memory_bytes=150 * 1024 * 1024), Limits(output_bytes=2_000), Limits(wall_s=0.05)],
    ids=["processor", "memory", "file size", "time"],
)
async def test_a_costly_file_ends_its_own_process_only(tmp_path: Path, limits: Limits) -> None:
    noise = Image.effect_noise((7000, 7000), 80).convert("RGB")
    sink = io.BytesIO()
    noise.save(sink, "JPEG", quality=60)
    with pytest.raises((errors.TooCostly, errors.Unreadable)):
        await normalise(tmp_path, "picture", "image/jpeg", sink.getvalue(), limits)


async def test_too_many_at_once_are_asked_to_come_back(tmp_path: Path) -> None:
    normaliser = Normaliser(QUICK, at_once=1, waiting=1)

    async def one(index: int) -> Normalised:
        place = tmp_path / str(index)
        place.mkdir()
        (place / "target").mkdir()
        (place / "source").write_bytes(samples.picture())
        return await normaliser.run("picture", "image/png", place / "source", place / "target")

    done = await asyncio.gather(*(one(index) for index in range(5)), return_exceptions=True)
    assert sum(isinstance(each, Normalised) for each in done) == 2
    assert sum(isinstance(each, errors.MediaBusy) for each in done) == 3


async def test_a_cancelled_request_leaves_no_process(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "source").write_bytes(samples.recording("wav", 2.0))
    task = asyncio.create_task(Normaliser(QUICK).run("voice", "audio/wav", tmp_path / "source", tmp_path / "target"))
    while not (children := _children()):  # a child has no event to wait for
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not children & _children()


def _children() -> set[int]:
    """Processes of ours that work on media."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == os.getpid() and b"liyu.platform.media.worker" in command:
            found.add(int(entry.name))
    return found
