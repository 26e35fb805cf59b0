"""Making shops and changing them, by those who run them; and the first shop of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from liyu.identity.context import Context
from liyu.identity.errors import Forbidden, ShopNotFound, SlugTaken
from liyu.identity.hours import Holiday, Hours, parse_hours, zone_of
from liyu.identity.model import Principal
from liyu.identity.shop import Chain, Shop, ShopSettings
from liyu.identity.store import shops
from liyu.identity.store.audit import AuditEntry, append
from liyu.kit.ids import ChainId, PersonId, ShopId, new_id

DEFAULT_HOURS = parse_hours({day: [("09:00", "21:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")})


@dataclass(frozen=True, slots=True)
class NewShop:
    """What a shop needs to begin with."""

    slug: str
    name: str
    city: str = ""
    address: str = ""
    phone: str = ""
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    locale: str = "zh-CN"
    hours: Hours = DEFAULT_HOURS
    holidays: tuple[Holiday, ...] = ()
    greeting: str = ""
    recall_limit_ms: int | None = None
    campaign: str | None = None


class ShopKeeping:
    """Use cases of those who run shops."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def found(self, chain_name: str, shop: NewShop) -> Shop:
        """A new chain with its first shop (command line). Raises ``SlugTaken``, ``BadHours``."""
        now = self._context.clock.now_ms()
        chain = Chain(ChainId(new_id("chn", at_ms=now)), chain_name)

        def unit(connection: Connection) -> Shop:
            shops.add_chain(connection, chain, now)
            return _add(connection, chain, shop, None, now)

        return await self._context.database.write(chain.id, unit)

    async def create(self, principal: Principal, shop: NewShop) -> Shop:
        """Another shop of the chain, by those who run all of it. Raises ``Forbidden``, ``SlugTaken``, ``BadHours``."""
        if not principal.runs(None):
            raise Forbidden()
        now = self._context.clock.now_ms()

        def unit(connection: Connection) -> Shop:
            chain = shops.chain(connection, principal.chain)
            return _add(connection, chain, shop, principal.person, now)

        return await self._context.database.write(principal.chain, unit)

    async def change(
        self, principal: Principal, slug: str, values: dict[str, Any], recall_limit_ms: Sequence[int | None] = ()
    ) -> Shop:
        """Change fields of a shop that ``principal`` runs; ``values`` by field of ``Shop``.

        ``recall_limit_ms``: one value to set, or none to leave it. Raises ``ShopNotFound`` (also for a shop of
        another chain), ``Forbidden``, ``BadHours``.
        """
        zone_of(values.get("time_zone", "UTC"))
        now = self._context.clock.now_ms()
        values = dict(values)
        greeting = values.pop("greeting", None)

        def unit(connection: Connection) -> Shop:
            shop = shops.by_slug(connection, slug)
            if shop is None or shop.chain.id != principal.chain:
                raise ShopNotFound()
            if not principal.runs(shop.id):
                raise Forbidden()
            settings = shop.settings
            if greeting is not None:
                settings = replace(settings, greeting=greeting)
            for limit in recall_limit_ms:
                settings = replace(settings, recall_limit_ms=limit)
            changed = replace(shop, settings=settings, **values)
            shops.change(connection, changed)
            append(connection, _entry(changed, principal.person, "shop.changed", now))
            return changed

        return await self._context.database.write(principal.chain, unit)

    async def rename_chain(self, principal: Principal, name: str) -> Chain:
        """Give the chain another name, by those who run all of it. Raises ``Forbidden``."""
        if not principal.runs(None):
            raise Forbidden()
        now = self._context.clock.now_ms()

        def unit(connection: Connection) -> Chain:
            shops.rename_chain(connection, principal.chain, name)
            entry = AuditEntry(principal.chain, now, principal.person, "chain.renamed", "chain", principal.chain)
            append(connection, entry)
            return shops.chain(connection, principal.chain)

        return await self._context.database.write(principal.chain, unit)


def _add(connection: Connection, chain: Chain, wanted: NewShop, by: PersonId | None, now: int) -> Shop:
    zone_of(wanted.time_zone)
    shop = Shop(
        id=ShopId(new_id("shp", at_ms=now)),
        chain=chain,
        slug=wanted.slug,
        name=wanted.name,
        city=wanted.city,
        address=wanted.address,
        phone=wanted.phone,
        time_zone=wanted.time_zone,
        currency=wanted.currency,
        locale=wanted.locale,
        hours=wanted.hours,
        holidays=wanted.holidays,
        settings=ShopSettings(wanted.recall_limit_ms, wanted.greeting),
        campaign=wanted.campaign,
    )
    if not shops.add(connection, shop, now):
        raise SlugTaken()
    append(connection, _entry(shop, by, "shop.created", now))
    return shop


def _entry(shop: Shop, by: PersonId | None, action: str, now: int) -> AuditEntry:
    return AuditEntry(shop.chain.id, now, by, action, "shop", shop.id, shop.id)
