"""How long to wait before the next attempt: full jitter, so that many clients do not come back at once. Pure."""

from __future__ import annotations

from typing import Final

from liyu.protocol.frames import Close

FIRST_MS: Final = 250
LONGEST_MS: Final = 15_000

#: After these closes nobody should come back without having changed something.
_FINAL: Final = range(4400, 4500)
#: After these one may come back at once.
_AT_ONCE: Final = range(4500, 4600)


def wait_ms(attempt: int, draw: float, *, told_ms: int | None = None) -> int:
    """Milliseconds before attempt number ``attempt`` (0 is the first after a loss).

    ``draw`` in [0, 1) is the chance; ``told_ms``: the span that a ``drain`` or a refusal named, which then counts.
    """
    span = told_ms if told_ms is not None else min(LONGEST_MS, FIRST_MS * 2 ** min(attempt, 10))
    return int(span * draw)


def may_return(code: int | None) -> bool:
    """Whether a connection that ended with ``code`` (``None``: without a goodbye) should be made again."""
    return code is None or (code not in _FINAL and code != Close.UNAUTHENTICATED)


def returns_at_once(code: int | None) -> bool:
    """Whether the server asked to come back without a wait."""
    return code is not None and code in _AT_ONCE
