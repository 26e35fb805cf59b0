"""Oneself: what a signed-in person sees of itself and may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.events import PersonChanged
from liyu.identity.model import Principal
from liyu.identity.shop import Chain, Shop
from liyu.identity.store import people, shops


@dataclass(frozen=True, slots=True)
class Profile:
    """A person with its chain and, for staff, the shops that it serves."""

    principal: Principal
    chain: Chain
    shops: tuple[Shop, ...]


class Profiles:
    """Use cases about oneself."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def me(self, principal: Principal) -> Profile:
        """Everything that one's own page shows."""

        def query(connection: Connection) -> Profile:
            of_chain = shops.of_chain(connection, principal.chain)
            chain = shops.chain(connection, principal.chain)
            served = tuple(shop for shop in of_chain if principal.staff_of(shop.id))
            return Profile(principal, chain, served)

        return await self._context.database.read(principal.chain, query)

    async def change(
        self, principal: Principal, *, name: str | None = None, locale: str | None = None, avatar: str | None = None
    ) -> None:
        """Change one's own name, language or avatar; ``None`` leaves it."""
        wanted: dict[str, Any] = {"name": name, "locale": locale, "avatar": avatar}
        values = {field: value for field, value in wanted.items() if value is not None}
        if not values:
            return

        def unit(connection: Connection, happened: Events) -> None:
            people.change(connection, principal.chain, principal.person, **values)
            happened.append(PersonChanged(principal.chain, principal.person))

        await self._context.commits.run(principal.chain, unit)
