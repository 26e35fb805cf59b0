"""Time as integers: milliseconds since 1970 UTC (``_ms``) for what is stored and shown.

Decisions receive ``now`` as an argument; only shells hold a clock.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Where a shell gets the time from."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC. May jump when the machine's clock is set."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds from an unknown start. Never goes back: for timeouts and rates."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000


@dataclass(slots=True)
class VirtualClock:
    """A clock that a test moves by hand."""

    at_ms: int = 1_700_000_000_000
    elapsed_ms: int = 0

    def now_ms(self) -> int:
        return self.at_ms

    def monotonic_ms(self) -> int:
        return self.elapsed_ms

    def advance(self, by_ms: int) -> None:
        """Let ``by_ms`` milliseconds pass on both clocks."""
        self.at_ms += by_ms
        self.elapsed_ms += by_ms
