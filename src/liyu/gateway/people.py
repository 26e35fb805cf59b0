"""How fast one person may send over all connections, and on all nodes together."""

from __future__ import annotations

from liyu.gateway.ports import Principal
from liyu.gateway.rate import MINUTE_MS, Allowance
from liyu.gateway.tasks import Tasks
from liyu.kit.ids import PersonId
from liyu.platform.bus.port import Bus, channel

BLOCK_MS = 5_000  # who sent too much elsewhere waits so long before this node looks again


class PersonRates:
    """Allowances of people. On several nodes each tells what it let through, about once a second."""

    def __init__(self, per_minute: int, bus: Bus, tasks: Tasks) -> None:
        self._per_minute = per_minute
        self._bus = bus
        self._tasks = tasks
        self._allowances: dict[PersonId, Allowance] = {}
        self._untold: dict[PersonId, tuple[str, int]] = {}
        self._blocked: dict[PersonId, int] = {}

    def take(self, principal: Principal, now_ms: int) -> int:
        """Count one message. Returns 0, or the milliseconds to wait."""
        person = principal.person
        blocked = self._blocked.get(person)
        if blocked is not None:
            if now_ms < blocked:
                return blocked - now_ms
            del self._blocked[person]
        allowance = self._allowances.get(person)
        if allowance is None:
            allowance = self._allowances[person] = Allowance(self._per_minute, now_ms)
        wait = allowance.take(self._per_minute, now_ms)
        if wait == 0 and self._bus.shared:
            name, count = self._untold.get(person, (channel(principal.chain, "rate", person), 0))
            self._untold[person] = (name, count + 1)
        return wait

    def tick(self, now_ms: int) -> None:
        """Forget full buckets and tell the other nodes. Called about once a second."""
        for person in [p for p, a in self._allowances.items() if a.is_full(self._per_minute, now_ms)]:
            del self._allowances[person]
        untold, self._untold = self._untold, {}
        for person, (name, count) in untold.items():
            self._tasks.start(self._tell(person, name, count, now_ms))

    async def _tell(self, person: PersonId, name: str, count: int, now_ms: int) -> None:
        if await self._bus.count(name, count, MINUTE_MS) > self._per_minute:
            self._blocked[person] = now_ms + BLOCK_MS
