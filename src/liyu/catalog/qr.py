"""A product's permanent address as a QR code, for labels on shelves."""

from __future__ import annotations

import io
from typing import Literal

import segno

_TYPES = {"svg": "image/svg+xml", "png": "image/png"}


def code(address: str, form: Literal["svg", "png"], scale: int) -> tuple[bytes, str]:
    """The code and its media type. Error correction M: a label may be scratched, and the code stays small."""
    drawn = segno.make(address, error="m", micro=False)
    target = io.BytesIO()
    drawn.save(target, kind=form, scale=scale, border=4)
    return target.getvalue(), _TYPES[form]
