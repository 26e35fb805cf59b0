"""The pictures that the package carries for the demo catalogue, by name.

Their addresses carry a digest, so a browser may keep them for ever.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources

_NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")

SIDE = 256  # pixels of every picture, both ways


@cache
def demo_picture(name: str) -> bytes | None:
    """The WebP of this name; ``None`` when there is no such picture."""
    if not _NAME.fullmatch(name):
        return None
    file = resources.files("liyu.catalog").joinpath("demo", "pictures", f"{name}.webp")
    return file.read_bytes() if file.is_file() else None


@cache
def demo_picture_url(name: str) -> str:
    """Where the application serves the picture."""
    digest = hashlib.sha256(demo_picture(name) or b"").hexdigest()[:10]
    return f"/api/v1/product-pictures/{name}.webp?v={digest}"
