"""Identifiers: a short prefix that tells the kind, then 26 characters of Crockford base 32.

The 128 bits are 48 bits of milliseconds since 1970 and 80 random bits, so ids made later sort later
and are unique over all nodes without a coordinator. An id is public: it is never a secret.
"""

from __future__ import annotations

import os
import time
from typing import NewType

ChainId = NewType("ChainId", str)
ShopId = NewType("ShopId", str)
PersonId = NewType("PersonId", str)
DeviceId = NewType("DeviceId", str)
SessionId = NewType("SessionId", str)
LinkId = NewType("LinkId", str)
ConversationId = NewType("ConversationId", str)
FileId = NewType("FileId", str)
UploadId = NewType("UploadId", str)
ProductId = NewType("ProductId", str)
VariantId = NewType("VariantId", str)
LocationId = NewType("LocationId", str)
JobId = NewType("JobId", str)

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id(prefix: str, *, at_ms: int | None = None) -> str:
    """Return a new id such as ``cnv_01k3…``.

    ``at_ms``: milliseconds since 1970 that the id should carry; ``None`` means now.
    """
    ms = time.time_ns() // 1_000_000 if at_ms is None else at_ms
    number = ((ms & 0xFFFF_FFFF_FFFF) << 80) | int.from_bytes(os.urandom(10), "big")
    letters = [""] * 26
    for place in range(25, -1, -1):
        letters[place] = _ALPHABET[number & 31]
        number >>= 5
    return prefix + "_" + "".join(letters)
