"""Kept answers: begun under a key, finished with an answer, found again by whoever repeats the request.

Decides nothing about HTTP. A request whose node died is never done again under its key: nobody knows how far it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, PersonId
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.repeats.tables import kept_answer as t

KEPT_MS: Final = 24 * 60 * 60 * 1000


class Caller(Protocol):
    """Whose key it is."""

    @property
    def person(self) -> PersonId: ...
    @property
    def chain(self) -> ChainId: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known under a key. ``status`` ``None``: the first request has not been answered.

    ``fingerprint``: of that request; ``begun_at``: when it came, milliseconds since 1970 UTC.
    """

    fingerprint: bytes
    begun_at: int
    status: int | None
    headers: dict[str, str]
    body: bytes


class Repeats:
    """The answers of all nodes on one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, caller: Caller, key: str, fingerprint: bytes) -> Kept | None:
        """Take the key. ``None``: it was free, go on; else what stands under it."""
        now = self._clock.now_ms()

        def unit(connection: Connection) -> Kept | None:
            make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            connection.execute(sa.delete(t).where(*_mine(caller, key), t.c.begun_at <= now - KEPT_MS))
            values = {"chain_id": caller.chain, "person_id": caller.person, "key": key}
            row: dict[str, Any] = {**values, "fingerprint": fingerprint, "begun_at": now}
            if connection.execute(make(t).values(**row).on_conflict_do_nothing()).rowcount == 1:
                return None
            found = connection.execute(sa.select(t).where(*_mine(caller, key))).one()
            return Kept(
                bytes(found.fingerprint), found.begun_at, found.status, found.headers or {}, bytes(found.body or b"")
            )

        return await self._database.write(caller.chain, unit)

    async def finish(self, caller: Caller, key: str, status: int, headers: dict[str, str], body: bytes) -> None:
        """Keep the answer."""
        change = sa.update(t).where(*_mine(caller, key)).values(status=status, headers=headers, body=body)
        await self._database.write(caller.chain, lambda connection: connection.execute(change))

    async def forget(self, caller: Caller, key: str) -> None:
        """Let the key be used again: nothing was done under it."""
        await self._database.write(caller.chain, lambda c: c.execute(sa.delete(t).where(*_mine(caller, key))))

    async def sweep(self) -> int:
        """Drop what is older than a day. Returns how many rows."""
        limit = self._clock.now_ms() - KEPT_MS
        return await self._database.write(
            ALL_CHAINS, lambda connection: connection.execute(sa.delete(t).where(t.c.begun_at <= limit)).rowcount
        )


def _mine(caller: Caller, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return t.c.chain_id == caller.chain, t.c.person_id == caller.person, t.c.key == key
