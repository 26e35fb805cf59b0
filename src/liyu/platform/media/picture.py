"""A picture made safe: decoded within limits, turned upright, in sRGB, without EXIF, as WebP, with a thumbnail.

Runs in the limited process only. The pixel limit is checked from the header, before anything is decoded.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from liyu.platform.media.errors import TooManyPixels, Unreadable, WrongKind
from liyu.platform.media.limits import Limits

#: Media type by content → the one decoder that may look at it.
FORMATS: Final = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/avif": "AVIF",
}
QUALITY: Final = 82  # WebP: not told apart from the original on a phone at about a third of the bytes
MEGAPIXEL: Final = 1_000_000


def normalise_picture(source: Path, media_type: str, target: Path, limits: Limits) -> dict[str, Any]:
    """Write ``main.webp`` and ``thumb.webp`` into ``target``; return the width and height of the first in pixels.

    Raises ``WrongKind``, ``TooManyPixels``, ``Unreadable``.
    """
    decoder = FORMATS.get(media_type)
    if decoder is None:
        raise WrongKind(found=media_type)
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands right below, for every format
    try:
        with Image.open(source, formats=[decoder]) as image:
            if image.width * image.height > limits.picture_pixels:
                raise TooManyPixels(limit=limits.picture_pixels // MEGAPIXEL)
            size = _write_animation(image, target, limits) if _moves(image, limits) else None
            image.seek(0)
            still = _upright(image, limits.picture_side)
            if size is None:
                size = still.size
                still.save(target / "main.webp", "WEBP", quality=QUALITY, method=4)
            still.thumbnail((limits.thumb_side, limits.thumb_side), Image.Resampling.LANCZOS)
            still.save(target / "thumb.webp", "WEBP", quality=QUALITY, method=4)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise Unreadable() from error
    return {"width": size[0], "height": size[1]}


def _upright(image: Image.Image, side: int) -> Image.Image:
    """The current frame, at most ``side`` pixels long, as the camera was held, in sRGB, RGB or RGBA, bare of data."""
    orientation = image.getexif().get(0x0112, 1)
    image.draft("RGB", (side, side))  # a JPEG is decoded at a smaller scale when it is much larger
    frame = _plain_colours(image)
    frame.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    exif = Image.Exif()
    exif[0x0112] = orientation
    frame.info = {"exif": exif.tobytes()}
    upright = ImageOps.exif_transpose(frame)
    upright.info = {}
    return upright


def _plain_colours(image: Image.Image) -> Image.Image:
    """A copy as RGB or RGBA in sRGB."""
    profile = image.info.get("icc_profile")
    transparent = "A" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if transparent else "RGB"
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    if profile and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            return image.convert(mode)  # a broken profile: the colours as they are stored
    return image.convert(mode)


def _moves(image: Image.Image, limits: Limits) -> bool:
    """Whether this is an animation small enough to be kept moving."""
    frames: int = getattr(image, "n_frames", 1)
    return 1 < frames <= limits.animation_frames and image.width * image.height * frames <= limits.animation_pixels


def _write_animation(image: Image.Image, target: Path, limits: Limits) -> tuple[int, int]:
    frames, durations = [], []
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        durations.append(max(20, int(image.info.get("duration") or 100)))  # as browsers treat "no time at all"
        frames.append(_upright(image, limits.animation_side).convert("RGBA"))
    loop = int(image.info.get("loop", 0))
    first, *rest = frames
    first.save(
        target / "main.webp",
        "WEBP",
        save_all=True,
        append_images=rest,
        duration=durations,
        loop=loop,
        quality=QUALITY,
        method=2,
    )
    return first.size
