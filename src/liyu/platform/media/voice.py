"""A voice note made playable everywhere: AAC in an M4A container, mono, 48 kbit/s, with its waveform.

Why AAC: every browser and phone plays it, Safari does not play WebM or Ogg everywhere, and FFmpeg's own encoder is
LGPL. Runs in the limited process only. Metadata of the recording (device, place) is left behind.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from liyu.platform.media.errors import Silent, TooLong, Unreadable, WrongKind
from liyu.platform.media.limits import Limits
from liyu.platform.media.waveform import bars, loudness

#: Media type by content → the one demuxer that may look at it (never one that follows names inside the file).
CONTAINERS: Final = {
    "video/webm": "matroska",
    "video/mp4": "mp4",
    "audio/mp4": "mp4",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/flac": "flac",
}
RATE_HZ: Final = 48_000
BIT_RATE: Final = 48_000  # bit/s: speech stays clear, a minute is 360 kB
DRAWN_RATE_HZ: Final = 8_000  # the waveform is drawn from this: speech has its loudness below 4 kHz
BLOCK: Final = 160  # samples of the drawn rate, 20 ms
SHORTEST_MS: Final = 200  # less is a slip of the finger


def normalise_voice(source: Path, media_type: str, target: Path, limits: Limits) -> dict[str, Any]:
    """Write ``main.m4a`` into ``target``; return ``duration_ms`` and ``waveform`` (64 values, 0 to 100).

    Raises ``WrongKind``, ``TooLong``, ``Silent``, ``Unreadable``.
    """
    container = CONTAINERS.get(media_type)
    if container is None:
        raise WrongKind(found=media_type)
    try:
        with source.open("rb") as raw, av.open(raw, "r", format=container) as recording:
            if not recording.streams.audio or _shows(recording.streams.video):
                raise WrongKind(found=media_type)
            frames = _decoded(recording.streams.audio[0], recording, limits)
            return _encode(frames, target / "main.m4a")
    except (av.FFmpegError, ValueError, OSError) as error:
        raise Unreadable() from error


def _shows(streams: tuple[Any, ...]) -> bool:
    """Whether there is a moving picture (a cover picture of a song is not one)."""
    return any(not stream.disposition & stream.disposition.attached_pic for stream in streams)


def _decoded(stream: AudioStream, recording: Any, limits: Limits) -> Iterator[AudioFrame]:
    """Mono floats at ``RATE_HZ``. Stops with ``TooLong`` rather than decoding on."""
    stream.codec_context.thread_count = 1
    resampler = AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
    heard = 0
    for frame in recording.decode(stream):
        frame.pts = None  # a recorder's time stamps may jump; what was recorded follows on
        for part in resampler.resample(frame):
            heard += part.samples
            if heard * 1000 > limits.voice_ms * RATE_HZ:
                raise TooLong(limit=limits.voice_ms // 1000)
            yield part
    yield from resampler.resample(None)


def _encode(frames: Iterator[AudioFrame], path: Path) -> dict[str, Any]:
    drawing = AudioResampler(format="s16", layout="mono", rate=DRAWN_RATE_HZ, frame_size=BLOCK)
    blocks: list[float] = []
    heard = 0
    with av.open(str(path), "w", format="ipod", options={"movflags": "+faststart"}) as sink:
        stream = sink.add_stream("aac", rate=RATE_HZ, layout="mono")
        stream.bit_rate = BIT_RATE
        stream.codec_context.thread_count = 1
        for frame in frames:
            frame.pts = heard
            heard += frame.samples
            blocks.extend(_loudnesses(drawing.resample(frame)))
            sink.mux(stream.encode(frame))
        if heard * 1000 < SHORTEST_MS * RATE_HZ:
            raise Silent()
        blocks.extend(_loudnesses(drawing.resample(None)))
        sink.mux(stream.encode(None))
    return {"duration_ms": heard * 1000 // RATE_HZ, "waveform": bars(blocks)}


def _loudnesses(frames: list[AudioFrame]) -> list[float]:
    return [loudness(array("h", bytes(frame.planes[0])[: frame.samples * 2])) for frame in frames]
