"""Domain events inside one process: what happened in a domain, told to those above it.

Decides only the order (that of subscription) and that one failing handler does not silence the others. It stores
nothing: whoever must not lose an event keeps it until ``publish`` has returned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

E = TypeVar("E")

Handler = Callable[[Any], Awaitable[None]]


class DomainEvents:
    """Subscriptions by event type. Handlers must bear hearing the same event twice."""

    def __init__(self) -> None:
        self._handlers: defaultdict[type[Any], list[Handler]] = defaultdict(list)

    def subscribe(self, kind: type[E], handler: Callable[[E], Awaitable[None]]) -> None:
        """Call ``handler`` with every later event that is exactly of ``kind``."""
        self._handlers[kind].append(handler)

    async def publish(self, event: object) -> None:
        """Tell every subscriber, one after the other.

        Raises ``ExceptionGroup`` of what handlers raised, after all of them were called.
        """
        failures: list[Exception] = []
        for handler in tuple(self._handlers[type(event)]):
            try:
                await handler(event)
            except Exception as error:
                failures.append(error)
        if failures:
            raise ExceptionGroup(f"handlers of {type(event).__name__}", failures)
