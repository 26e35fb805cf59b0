"""How people of the shop look at stock and set it right: every change is theirs, with a word about why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from liyu.catalog import access
from liyu.catalog.deeds import Deeds, product_of, record
from liyu.catalog.errors import ProductUnknown, VariantUnknown
from liyu.catalog.model import Product, StockLine
from liyu.catalog.places import location_of
from liyu.catalog.stock import service, store
from liyu.catalog.stock.store import Cause
from liyu.identity.model import Principal
from liyu.kit.ids import LocationId, VariantId


@dataclass(frozen=True, slots=True)
class StockMove:
    """One change of stock as it was recorded."""

    id: str
    variant: VariantId
    location: LocationId
    kind: str
    on_hand_by: int
    reserved_by: int
    on_hand_after: int
    reserved_after: int
    actor: str
    word: str
    at: int


class Counting:
    """The use cases of counting."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds

    async def product(self, me: Principal, key: str) -> Product:
        """A product of one's chain with its stock everywhere. Raises ``NotStaff``, ``ProductUnknown``."""
        access.require_staff(me)
        return await self._deeds.database.read(me.chain, lambda connection: product_of(connection, me.chain, key))

    async def set_stock(
        self,
        me: Principal,
        variant: VariantId,
        location: LocationId,
        *,
        on_hand: int | None,
        by: int | None,
        word: str,
    ) -> StockLine:
        """Say how many lie there (``on_hand``), or how many came or went (``by``); one of the two.

        Raises ``NotStaff``, ``LocationUnknown``, ``VariantUnknown``, ``BelowReserved``.
        """
        access.require_staff(me)

        def unit(connection: Connection, now: int) -> StockLine:
            access.require_counter(me, location_of(connection, me.chain, location))
            product = store.product_of(connection, me.chain, variant)
            if product is None:
                raise VariantUnknown()
            cause = Cause(me.person, now, word)
            if on_hand is not None:
                after = service.count(connection, me.chain, variant, location, on_hand, cause)
            else:
                after = service.adjust(connection, me.chain, variant, location, by or 0, cause)
            details: dict[str, Any] = {"location": location, "on_hand": after.on_hand}
            record(connection, me, now, "stock.set", "variant", variant, details)
            return after

        return await self._deeds.write(me.chain, unit)

    async def moves(self, me: Principal, key: str, before: str | None, limit: int) -> list[StockMove]:
        """What happened to a product's stock, newest first. Raises ``NotStaff``, ``ProductUnknown``."""
        product = await self.product(me, key)
        variants = [variant.id for variant in product.variants]
        if not variants:
            raise ProductUnknown()
        rows: list[Any] = await self._deeds.database.read(
            me.chain, lambda connection: store.moves(connection, me.chain, variants, before, limit)
        )
        return [
            StockMove(
                id=row.id,
                variant=row.variant_id,
                location=row.location_id,
                kind=row.kind,
                on_hand_by=row.on_hand_by,
                reserved_by=row.reserved_by,
                on_hand_after=row.on_hand_after,
                reserved_after=row.reserved_after,
                actor=row.actor,
                word=row.word,
                at=row.at,
            )
            for row in rows
        ]
