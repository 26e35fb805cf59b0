"""What one file may be and may cost. Beyond a limit it is refused, never silently cut."""

from __future__ import annotations

import msgspec

MIB = 1024 * 1024


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds for the limited process. It gets them as JSON and sets the first five on itself by ``setrlimit``."""

    cpu_s: int = 100  # of one core: a clip of a minute takes about half of this
    memory_bytes: int = 1536 * MIB  # address space: 50 megapixels as RGBA twice, and the libraries
    output_bytes: int = 160 * MIB
    open_files: int = 64
    wall_s: float = 150.0

    picture_pixels: int = 50_000_000  # the largest phone cameras take 48 to 50
    picture_side: int = 2560  # pixels of the longer side as kept
    thumb_side: int = 480
    animation_pixels: int = 120_000_000  # all frames of an animation together; beyond it the first one stands still
    animation_frames: int = 300
    animation_side: int = 640

    voice_ms: int = 5 * 60 * 1000
    clip_ms: int = 60 * 1000
    clip_pixels: int = 9_500_000  # of one frame: 4096 × 2304
    clip_side: int = 1280
    clip_fps: int = 30
