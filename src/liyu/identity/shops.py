"""Shops as everybody may see them, and as their owners change them."""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity.context import Context
from liyu.identity.errors import ChainNeeded, ShopNotFound
from liyu.identity.model import Principal
from liyu.identity.shop import Shop
from liyu.identity.store import shops
from liyu.kit.ids import ChainId, ShopId
from liyu.platform.db.port import ALL_CHAINS


class Shops:
    """Use cases of shops."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def by_slug(self, slug: str) -> Shop:
        """The shop at ``/s/<slug>``; what it holds is public. Raises ``ShopNotFound``."""
        shop = await self._context.database.read(ALL_CHAINS, lambda connection: shops.by_slug(connection, slug))
        if shop is None:
            raise ShopNotFound()
        return shop

    async def by_id(self, chain: ChainId, shop_id: ShopId) -> Shop:
        """The shop of ``chain``. Raises ``ShopNotFound``."""
        shop = await self._context.database.read(chain, lambda connection: shops.by_id(connection, chain, shop_id))
        if shop is None:
            raise ShopNotFound()
        return shop

    async def first(self) -> Shop | None:
        """The oldest shop of the oldest chain: what the installation's own address opens. ``None``: there is none."""

        def query(connection: Connection) -> Shop | None:
            for chain in shops.chains(connection, 1):
                return next(iter(shops.of_chain(connection, chain.id)), None)
            return None

        return await self._context.database.read(ALL_CHAINS, query)

    async def of_chain(self, chain: ChainId) -> list[Shop]:
        """All shops of ``chain``, oldest first."""
        return await self._context.database.read(chain, lambda connection: shops.of_chain(connection, chain))

    async def listed(self, principal: Principal | None, chain: ChainId | None) -> list[Shop]:
        """The shops of ``chain``; without it of one's own chain, or of the only one there is.

        Raises ``ChainNeeded`` when it is not clear which chain is meant.
        """
        if chain is None and principal is not None:
            chain = principal.chain
        if chain is None:
            known = await self._context.database.read(ALL_CHAINS, lambda connection: shops.chains(connection, 2))
            if len(known) != 1:
                raise ChainNeeded()
            chain = known[0].id
        return await self.of_chain(chain)

    async def access_shop(self, principal: Principal, shop_id: ShopId) -> Shop:
        """The shop of one's own chain. Raises ``ShopNotFound`` for any other."""
        return await self.by_id(principal.chain, shop_id)

    def now_ms(self) -> int:
        """The time by which opening hours are judged."""
        return self._context.clock.now_ms()
