"""Two chains that are alike, and a person of every role in each; everybody arrives with a session of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from liyu.app.wiring import Services
from liyu.identity.clients import Client
from liyu.identity.issuing import issue
from liyu.identity.model import Grant, Kind, PersonCard, Role
from liyu.identity.shop import Shop
from liyu.identity.shop_keeping import NewShop
from liyu.identity.store import people
from liyu.kit.ids import ChainId, PersonId, ShopId, new_id

#: The columns of the expectations. ``guide`` and ``designer`` serve the shop, ``owner`` and ``manager`` run the chain.
ROLES: Final = ("anonymous", "visitor", "customer", "friend", "guide", "designer", "owner", "manager")
PASSWORD: Final = "a rather long sentence"
_KINDS: Final[dict[str, Kind]] = {"visitor": "visitor", "customer": "customer", "friend": "friend"}


@dataclass
class House:
    """One chain with its shop and people by role."""

    services: Services
    shop: Shop
    people: dict[str, PersonId]
    encoded: str

    @property
    def chain(self) -> ChainId:
        return self.shop.chain.id

    async def token(self, role: str, kind: Any = "web") -> str:
        """A fresh session's token for the person of ``role``."""
        return (await self.session(role, kind)).token

    async def session(self, role: str, kind: Any = "web") -> Any:
        """A fresh session for the person of ``role``."""
        identity = self.services.identity
        settings, now = identity.context.settings, identity.context.clock.now_ms()

        def unit(connection: Connection) -> Any:
            card = people.card(connection, self.chain, self.people[role])
            assert card is not None
            return issue(connection, settings, card, Client(kind=kind), now)

        return await self.services.database.write(self.chain, unit)

    async def principal(self, role: str) -> Any:
        """The person of ``role`` as others see it act."""
        return (await self.session(role)).principal

    async def person(self, kind: Kind, *grants: tuple[Role, ShopId | None], login: str = "") -> PersonId:
        """One more person of the chain."""
        card = PersonCard(PersonId(new_id("per")), self.chain, kind, kind, None, False)

        def unit(connection: Connection) -> PersonId:
            people.add(connection, card, 0)
            for role, shop in grants:
                people.add_grant(connection, new_id("grt"), card.id, Grant(role, self.chain, shop), None, 0)
            if login:
                credential = people.Credential(login, self.chain, card.id, self.encoded, False)
                assert people.add_credential(connection, credential, 0)
            return card.id

        return await self.services.database.write(self.chain, unit)


async def house(services: Services, slug: str) -> House:
    """Found a chain named by ``slug`` and people it."""
    shop = await services.identity.shop_keeping.found(slug, NewShop(slug, slug))
    found = House(services, shop, {}, await services.identity.context.passwords.hash(PASSWORD))
    for role in ROLES[1:]:
        if role in _KINDS:
            found.people[role] = await found.person(_KINDS[role], login=f"{role}-{slug}" if role == "customer" else "")
            continue
        scope = None if role in ("owner", "manager") else shop.id
        found.people[role] = await found.person("staff", (Role(role), scope), login=f"{role}-{slug}")
    return found
