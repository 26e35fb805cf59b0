"""Events that are committed but not yet heard by everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from liyu.identity import tables as t
from liyu.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event in the form in which it waits."""

    id: str
    chain: str
    kind: str
    body: Mapping[str, Any]


def put(connection: Connection, chain: str, kind: str, body: Mapping[str, Any], now: int) -> str:
    """Keep the event until it is heard. Returns its id."""
    event_id = new_id("evt", at_ms=now)
    values = {"id": event_id, "chain_id": chain, "kind": kind, "body": dict(body), "at": now}
    connection.execute(insert(t.identity_outbox).values(**values))
    return event_id


def drop(connection: Connection, ids: Sequence[str]) -> None:
    """Forget events that everybody has heard."""
    connection.execute(delete(t.identity_outbox).where(t.identity_outbox.c.id.in_(ids)))


def waiting(connection: Connection, before: int, limit: int = 500) -> list[StoredEvent]:
    """Events committed before ``before`` that somebody has still not heard, oldest first."""
    query = select(t.identity_outbox).where(t.identity_outbox.c.at < before)
    query = query.order_by(t.identity_outbox.c.id).limit(limit)
    return [StoredEvent(row.id, row.chain_id, row.kind, row.body) for row in connection.execute(query)]
