"""A product clip made playable: VP9 and Opus in WebM, upright, at most 30 frames a second, with a poster picture.

VP9 because its encoder (libvpx, BSD) may be shipped with a shop and every current browser plays it; x264 and x265
are GPL and are never used. Runs in the limited process only. Metadata of the camera is left behind.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Final, cast

import av
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from liyu.platform.media.errors import Silent, TooLong, TooManyPixels, Unreadable, WrongKind
from liyu.platform.media.limits import Limits
from liyu.platform.media.picture import MEGAPIXEL, QUALITY

CONTAINERS: Final = {"video/webm": "matroska", "video/mp4": "mp4", "video/quicktime": "mov"}
BIT_RATE: Final = 1_600_000  # bit/s of the picture
AUDIO_BIT_RATE: Final = 64_000
AUDIO_RATE_HZ: Final = 48_000
POSTER_AT_MS: Final = 1_000  # the first second is often a shaking hand
ENCODER: Final = {"deadline": "realtime", "cpu-used": "8", "row-mt": "0", "error-resilient": "0"}
_TURNS: Final = {90: ("transpose", "cclock"), 270: ("transpose", "clock"), 180: ("hflip,vflip", None)}
MILLISECOND: Final = Fraction(1, 1000)


def normalise_clip(source: Path, media_type: str, target: Path, limits: Limits) -> dict[str, Any]:
    """Write ``main.webm``, ``poster.webp`` and ``thumb.webp`` into ``target``.

    Returns width and height in pixels and ``duration_ms``. Raises ``WrongKind``, ``TooLong``, ``TooManyPixels``,
    ``Silent``, ``Unreadable``.
    """
    container = CONTAINERS.get(media_type)
    if container is None:
        raise WrongKind(found=media_type)
    try:
        with source.open("rb") as raw, av.open(raw, "r", format=container) as recording:
            if not recording.streams.video:
                raise WrongKind(found=media_type)
            with av.open(str(target / "main.webm"), "w", format="webm") as sink:
                return _Encoding(recording, sink, target, limits).run()
    except (av.FFmpegError, ValueError, OSError) as error:
        raise Unreadable() from error


class _Encoding:
    """One clip under way. Frames go decode → filter → encode, sound decode → resample → encode, both interleaved."""

    def __init__(self, recording: Any, sink: Any, target: Path, limits: Limits) -> None:
        self._recording, self._sink, self._target, self._limits = recording, sink, target, limits
        self._picture_in: VideoStream = recording.streams.video[0]
        self._picture_in.codec_context.thread_count = 1
        self._check_size(self._picture_in.codec_context.width, self._picture_in.codec_context.height)
        self._graph: Graph | None = None
        self._picture_out: VideoStream | None = None
        self._sound_in: AudioStream | None = recording.streams.audio[0] if recording.streams.audio else None
        self._sound_out: AudioStream | None = None
        if self._sound_in is not None:
            self._sound_in.codec_context.thread_count = 1
            self._sound_out = cast(AudioStream, sink.add_stream("libopus", rate=AUDIO_RATE_HZ, layout="stereo"))
            self._sound_out.bit_rate = AUDIO_BIT_RATE
        self._resampler = AudioResampler(format="s16", layout="stereo", rate=AUDIO_RATE_HZ)
        self._first_ms: int | None = None
        self._last_ms = 0
        self._heard = 0
        self._shown = 0
        self._poster: VideoFrame | None = None

    def run(self) -> dict[str, Any]:
        streams = [stream for stream in (self._picture_in, self._sound_in) if stream is not None]
        waiting: list[Any] = []  # sound that came before the first picture: the container's header needs both
        for packet in self._recording.demux(streams):
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    self._show(frame)
                elif self._picture_out is None:
                    waiting.append(frame)
                    if len(waiting) > 500:
                        raise Unreadable()
                else:
                    self._hear([*waiting, frame])
                    waiting.clear()
        if self._picture_out is None or self._graph is None:
            raise Silent()
        self._hear(waiting)
        self._finish()
        return {
            "width": self._picture_out.codec_context.width,
            "height": self._picture_out.codec_context.height,
            "duration_ms": self._shown * 1000 // self._limits.clip_fps,
        }

    def _show(self, frame: VideoFrame) -> None:
        self._check_size(frame.width, frame.height)
        at_ms = int(frame.pts * frame.time_base / MILLISECOND) if frame.pts is not None and frame.time_base else 0
        if self._first_ms is None:
            self._first_ms = at_ms
        if at_ms - self._first_ms > self._limits.clip_ms:
            raise TooLong(limit=self._limits.clip_ms // 1000)
        if self._graph is None:
            self._graph = self._filters(frame)
        self._graph.vpush(frame)
        self._drain()

    def _drain(self) -> None:
        """Encode what the filters have ready."""
        while self._graph is not None:
            try:
                frame = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            if self._picture_out is None:
                self._picture_out = self._open_picture(frame)
            if self._poster is None or self._shown * 1000 <= POSTER_AT_MS * self._limits.clip_fps:
                self._poster = frame
            if self._shown * 1000 > (self._limits.clip_ms + 500) * self._limits.clip_fps:
                raise TooLong(limit=self._limits.clip_ms // 1000)
            frame.pts, frame.time_base = self._shown, Fraction(1, self._limits.clip_fps)
            frame.pict_type = 0
            self._shown += 1
            self._sink.mux(self._picture_out.encode(frame))

    def _hear(self, frames: list[Any]) -> None:
        for frame in frames:
            frame.pts = None
            self._mux_sound(self._resampler.resample(frame))

    def _mux_sound(self, frames: list[Any]) -> None:
        if self._sound_out is None:
            return
        for part in frames:
            part.pts = self._heard
            self._heard += part.samples
            if self._heard > (self._limits.clip_ms + 2000) * AUDIO_RATE_HZ // 1000:
                raise TooLong(limit=self._limits.clip_ms // 1000)
            self._sink.mux(self._sound_out.encode(part))

    def _finish(self) -> None:
        if self._graph is None or self._picture_out is None or self._poster is None:
            raise Silent()
        self._graph.vpush(None)
        self._drain()
        self._sink.mux(self._picture_out.encode(None))
        if self._sound_out is not None:
            if self._heard:
                self._mux_sound(self._resampler.resample(None))
            self._sink.mux(self._sound_out.encode(None))
        poster = self._poster.to_image(threads=1)  # type: ignore[no-untyped-call]
        poster.save(self._target / "poster.webp", "WEBP", quality=QUALITY, method=4)
        poster.thumbnail((self._limits.thumb_side, self._limits.thumb_side))
        poster.save(self._target / "thumb.webp", "WEBP", quality=QUALITY, method=4)

    def _filters(self, frame: VideoFrame) -> Graph:
        """Even frame times, the kept size, upright, in the one pixel format that all players know."""
        width, height = fitted(frame.width, frame.height, self._limits.clip_side)
        chain: list[tuple[str, str | None]] = [
            ("fps", str(self._limits.clip_fps)),
            ("scale", f"{width}:{height}"),
            ("setsar", "1"),
        ]
        names, argument = _TURNS.get(frame.rotation % 360, ("", None))
        chain += [(name, argument) for name in names.split(",") if name]
        chain += [("format", "yuv420p"), ("buffersink", None)]
        graph = Graph()
        graph.threads = 1
        last = graph.add_buffer(template=self._picture_in)
        for name, value in chain:
            following = graph.add(name, value)
            last.link_to(following)
            last = following
        graph.configure()
        return graph

    def _open_picture(self, frame: VideoFrame) -> VideoStream:
        stream = cast(
            VideoStream, self._sink.add_stream("libvpx-vp9", rate=self._limits.clip_fps, options=dict(ENCODER))
        )
        stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, "yuv420p"
        stream.bit_rate = BIT_RATE
        stream.codec_context.thread_count = 1
        return stream

    def _check_size(self, width: int, height: int) -> None:
        if width * height > self._limits.clip_pixels:
            raise TooManyPixels(limit=self._limits.clip_pixels // MEGAPIXEL)


def fitted(width: int, height: int, side: int) -> tuple[int, int]:
    """``width`` × ``height`` scaled down to at most ``side`` pixels each way, even as the pixel format wants it."""
    scale = min(1.0, side / max(width, height, 1))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
