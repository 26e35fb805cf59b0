"""Where stock lies: the chain's shops and warehouses as the catalogue counts them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from liyu.catalog import access, editing_store, store
from liyu.catalog.deeds import Deeds, record
from liyu.catalog.drafts import LocationDraft, given
from liyu.catalog.errors import CodeTaken, LocationUnknown
from liyu.catalog.model import Location
from liyu.identity.model import Principal
from liyu.identity.shop import Shop
from liyu.identity.store import shops
from liyu.kit.ids import ChainId, LocationId, new_id
from liyu.platform.db.port import Database


class Places:
    """The use cases of places."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds

    async def locations(self, me: Principal) -> list[Location]:
        """All places of one's chain. Raises ``NotStaff``."""
        access.require_staff(me)
        return await listed(self._deeds.database, me.chain)

    async def create_location(self, me: Principal, draft: LocationDraft, id_: LocationId | None) -> Location:
        """Make a place. Raises ``NotStaff``, ``CodeTaken``."""
        access.require_chain(me)
        location = id_ or LocationId(new_id("loc"))

        def unit(connection: Connection, now: int) -> Location:
            known = store.load_locations(connection, me.chain)
            if id_ is not None and any(place.id == id_ for place in known):
                return location_of(connection, me.chain, id_)
            if any(place.code == draft.code for place in known):
                raise CodeTaken(location=str(draft.code))
            editing_store.insert_location(connection, me.chain, location, draft, len(known))
            record(connection, me, now, "location.create", "location", location, {})
            return location_of(connection, me.chain, location)

        return await self._deeds.write(me.chain, unit)

    async def change_location(self, me: Principal, location: LocationId, draft: LocationDraft) -> Location:
        """Change names, position, or whether it is used. Raises ``NotStaff``, ``LocationUnknown``."""
        access.require_chain(me)

        def unit(connection: Connection, now: int) -> Location:
            location_of(connection, me.chain, location)
            editing_store.update_location(connection, me.chain, location, draft)
            record(connection, me, now, "location.change", "location", location, {"fields": sorted(given(draft))})
            return location_of(connection, me.chain, location)

        return await self._deeds.write(me.chain, unit)


def location_of(connection: Connection, chain: ChainId, id_: LocationId) -> Location:
    """The place of this id. Raises ``LocationUnknown``."""
    for place in store.load_locations(connection, chain):
        if place.id == id_:
            return place
    raise LocationUnknown()


async def listed(database: Database, chain: ChainId) -> list[Location]:
    """All places of the chain; shops that have none yet get theirs."""

    def read(connection: Connection) -> tuple[list[Location], bool]:
        known = store.load_locations(connection, chain)
        return known, {shop.id for shop in shops.of_chain(connection, chain)} <= {place.shop for place in known}

    def make(connection: Connection) -> list[Location]:
        ensure_shops(connection, chain)
        return store.load_locations(connection, chain)

    found, complete = await database.read(chain, read)
    return found if complete else await database.write(chain, make)


def ensure_shops(connection: Connection, chain: ChainId) -> None:
    """Let every shop of the chain be a place where stock lies."""
    for shop in shops.of_chain(connection, chain):
        ensure_shop(connection, chain, shop, {shop.locale: shop.name})


def ensure_shop(connection: Connection, chain: ChainId, shop: Shop, names: Mapping[str, str]) -> None:
    """Let the shop be a place where stock lies; its code is the shop's address."""
    known = store.load_locations(connection, chain)
    if any(place.shop == shop.id for place in known):
        return
    taken = any(place.code == shop.slug for place in known)
    code = f"{shop.slug}-{shop.id[-6:]}" if taken else shop.slug
    draft = LocationDraft(code=code, shop=shop.id, names=names)
    editing_store.insert_location(connection, chain, LocationId(new_id("loc")), draft, len(known))


def ensure_warehouse(connection: Connection, chain: ChainId, code: str, names: Mapping[str, str]) -> None:
    """Let the chain have a warehouse with this code."""
    known = store.load_locations(connection, chain)
    if all(place.code != code for place in known):
        draft = LocationDraft(code=code, names=names)
        editing_store.insert_location(connection, chain, LocationId(new_id("loc")), draft, len(known))


def codes(connection: Connection, chain: ChainId) -> dict[str, LocationId]:
    """Code → id of the places in use, warehouses first: plain stock of a foreign file lies there."""
    used = [place for place in store.load_locations(connection, chain) if place.active]
    return {place.code: place.id for place in sorted(used, key=lambda place: place.kind != "warehouse")}
