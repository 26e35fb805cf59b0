"""The order of hits: a number per document and sort, smallest first, the same on every node."""

from __future__ import annotations

import hashlib

from liyu.platform.search.port import Document, Sort

_TOP = (1 << 32) - 1


def order_key(sort: Sort, document: Document) -> int:
    """What ``sort`` orders by, 0 to 2⁶⁴ − 1. Equals are told apart by a digest of the id, so the order is total."""
    last = int.from_bytes(hashlib.blake2b(document.id.encode(), digest_size=4).digest(), "big")
    if sort == "relevance":
        first = _TOP - (document.rank + (1 << 31))
    elif sort == "newest":
        first = _TOP - document.created_ms // 1_000
    else:
        first = document.price_minor if sort == "price_up" else _TOP - document.price_minor
    return (min(max(first, 0), _TOP) << 32) | last
