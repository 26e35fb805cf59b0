"""The record of who did what: appended here, read page by page, never changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from liyu.identity import tables as t
from liyu.kit.ids import ChainId, PersonId, ShopId, new_id


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One deed. ``actor`` ``None``: the command line. ``details`` hold ids and words of ours, no personal data."""

    chain: ChainId
    at: int
    actor: PersonId | None
    action: str
    object_kind: str
    object_id: str
    shop: ShopId | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""


def append(connection: Connection, entry: AuditEntry) -> None:
    """Add ``entry`` within the transaction of the deed itself."""
    connection.execute(
        insert(t.audit).values(
            id=new_id("aud", at_ms=entry.at),
            chain_id=entry.chain,
            shop_id=entry.shop,
            at=entry.at,
            actor_id=entry.actor,
            action=entry.action,
            object_kind=entry.object_kind,
            object_id=entry.object_id,
            details=dict(entry.details),
        )
    )


def newest(
    connection: Connection, chain: ChainId, shops: Sequence[ShopId] | None, before: str | None, limit: int
) -> list[AuditEntry]:
    """Up to ``limit`` entries older than the id ``before``, newest first; ``shops`` ``None``: of the whole chain."""
    query = select(t.audit).where(t.audit.c.chain_id == chain).order_by(t.audit.c.id.desc()).limit(limit)
    if shops is not None:
        query = query.where(t.audit.c.shop_id.in_(shops))
    if before is not None:
        query = query.where(t.audit.c.id < before)
    return [
        AuditEntry(
            chain=row.chain_id,
            at=row.at,
            actor=row.actor_id,
            action=row.action,
            object_kind=row.object_kind,
            object_id=row.object_id,
            shop=row.shop_id,
            details=row.details,
            id=row.id,
        )
        for row in connection.execute(query)
    ]
