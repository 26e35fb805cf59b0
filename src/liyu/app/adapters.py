"""Small joints between parts that do not know each other: each turns one's words into another's."""

from __future__ import annotations

from collections.abc import Sequence

from liyu.catalog.errors import VariantUnknown
from liyu.catalog.presenting import View, summary
from liyu.catalog.service import Catalog
from liyu.gateway.ports import Principal as SocketPrincipal
from liyu.identity.model import Principal
from liyu.identity.service import Identity
from liyu.identity.store import sessions
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, SessionId, ShopId
from liyu.messaging.ports import CardFacts
from liyu.platform.db.port import Database


class CatalogCards:
    """The catalogue as messaging fills product cards from it (``liyu.messaging.ports.ProductCards``)."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    async def card(self, chain: ChainId, shop: ShopId, product: str, variant: str | None, language: str) -> CardFacts:
        """Raises ``ProductUnknown`` or ``VariantUnknown``."""
        found = await self._catalog.product(chain, shop, product)
        price = found.price_minor
        if variant is not None:
            chosen = next((one for one in found.variants if one.id == variant and one.active), None)
            if chosen is None:
                raise VariantUnknown()
            price = chosen.price_minor
        view = View(
            slug="",  # addresses of pages are not asked for
            where=await self._catalog.where(chain, shop),
            language=language,
            base_url="",
            staff=False,
            files=await self._catalog.file_urls(chain, (found,)),
        )
        shown = summary(found, view)
        return CardFacts(shown.title, price, shown.currency, shown.picture.thumb_url if shown.picture else None)


class SocketIdentity:
    """Identity as the gateway asks it (``Authenticator`` and ``SiteOrigins`` of ``liyu.gateway.ports``)."""

    def __init__(self, identity: Identity, database: Database, clock: Clock) -> None:
        self._identity = identity
        self._database = database
        self._clock = clock

    async def authenticate(self, token: str) -> Principal:
        """Who holds ``token``."""
        return await self._identity.authenticate(token)

    async def reload(self, principal: SocketPrincipal) -> Principal:
        """The same session as it stands now."""
        return await self._identity.check(principal.session)

    async def ended(self, chain: ChainId, wanted: Sequence[SessionId]) -> Sequence[SessionId]:
        """Those that are no longer good."""
        now = self._clock.now_ms()
        return await self._database.read(chain, lambda connection: sessions.ended(connection, wanted, now))

    async def registered(self, origin: str) -> bool:
        """Whether some shop registered the page of ``origin``."""
        return await self._identity.origin_registered(origin)
