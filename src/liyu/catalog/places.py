"""Where stock lies: the chain's shops and warehouses as the catalogue counts them."""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.catalog import access, editing_store, store
from liyu.catalog.deeds import Deeds, record
from liyu.catalog.drafts import LocationDraft, given
from liyu.catalog.errors import CodeTaken, LocationUnknown
from liyu.catalog.model import Location
from liyu.identity.model import Principal
from liyu.kit.ids import ChainId, LocationId, new_id


class Places:
    """The use cases of places."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds

    async def locations(self, me: Principal) -> list[Location]:
        """All places of one's chain. Raises ``NotStaff``."""
        access.require_staff(me)
        return await self._deeds.database.read(me.chain, lambda connection: store.load_locations(connection, me.chain))

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
