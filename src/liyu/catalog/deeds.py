"""How a change of the catalogue is done: one transaction with its record in the audit, then search catches up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from liyu.catalog import access, store
from liyu.catalog.errors import IdTaken, ProductUnknown
from liyu.catalog.indexing import Indexing
from liyu.catalog.model import Product
from liyu.identity.model import Principal
from liyu.identity.store import audit
from liyu.identity.store.audit import AuditEntry
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, ProductId
from liyu.platform.db.port import Database

T = TypeVar("T")


class Deeds:
    """Runs the units of those who change the catalogue."""

    def __init__(self, database: Database, clock: Clock, indexing: Indexing) -> None:
        self.database = database
        self.clock = clock
        self.indexing = indexing

    async def write(self, chain: ChainId, unit: Callable[[Connection, int], T]) -> T:
        """Run ``unit`` (connection, now in ms) in one transaction. Who changes something finds it in the next search.

        Raises ``IdTaken`` when another was faster with the same id, address or number.
        """
        now = self.clock.now_ms()
        try:
            done = await self.database.write(chain, lambda connection: unit(connection, now))
        except IntegrityError:
            raise IdTaken() from None
        await self.indexing.wrote()
        return done


def changed(
    connection: Connection, me: Principal, product: ProductId, now: int, action: str, details: dict[str, Any]
) -> Product:
    """Tell search and the audit that a product was changed; return it as it is now."""
    store.touch(connection, me.chain, [product], now)
    record(connection, me, now, action, "product", product, details)
    return product_of(connection, me.chain, product)


def record(
    connection: Connection, me: Principal, now: int, action: str, kind: str, id_: str, details: dict[str, Any]
) -> None:
    """Write into the audit who did what, within the transaction of the deed."""
    audit.append(
        connection,
        AuditEntry(
            chain=me.chain,
            at=now,
            actor=me.person,
            action=f"catalog.{action}",
            object_kind=kind,
            object_id=id_,
            details=details,
        ),
    )


def product_of(connection: Connection, chain: ChainId, key: str) -> Product:
    """The product of this id or slug in any state. Raises ``ProductUnknown``."""
    found = store.load(connection, chain, list(store.product_ids(connection, chain, [key]).values()))
    if not found:
        raise ProductUnknown()
    return found[0]


def editable(connection: Connection, me: Principal, key: str) -> Product:
    """The product of this id or slug, if one may change it. Raises ``NotStaff``, ``ProductUnknown``."""
    access.require_staff(me)
    product = product_of(connection, me.chain, key)
    access.require_editor(me, product.shops)
    return product
