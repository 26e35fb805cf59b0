"""Removing what has expired, and telling again what was not heard. Run now and then by a worker; safe on many nodes."""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity.context import Context
from liyu.identity.settings import DAY_MS
from liyu.identity.store import sessions, sites, throttle
from liyu.platform.db.port import ALL_CHAINS

REVOKED_KEPT_MS = 7 * DAY_MS  # so long a signed-out device learns "revoked" rather than "unknown"
SWEEP_EVERY_MS = 15 * 60_000


class Sweeping:
    """The periodic use case."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def sweep(self) -> int:
        """Do it once. Returns how many sessions were removed."""
        context = self._context
        await context.commits.deliver_left()
        now = context.clock.now_ms()

        def unit(connection: Connection) -> int:
            sites.purge_tokens(connection, now)
            throttle.purge(connection, now - DAY_MS)
            return sessions.purge(connection, now, now - REVOKED_KEPT_MS)

        return await context.database.write(ALL_CHAINS, unit)
