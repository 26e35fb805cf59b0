"""Finding and showing products: what customers and guides read. Changes are in ``editing`` and ``stock``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from liyu.catalog import store
from liyu.catalog.deeds import Deeds
from liyu.catalog.editing import Editing
from liyu.catalog.errors import ProductUnknown
from liyu.catalog.importing.service import Imports
from liyu.catalog.indexing import Indexing
from liyu.catalog.media_editing import MediaEditing
from liyu.catalog.model import Location, Product
from liyu.catalog.places import Places
from liyu.catalog.settings import CatalogSettings
from liyu.catalog.stock.counting import Counting
from liyu.catalog.stock.service import Stock
from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, FileId, LocationId, ProductId, ShopId
from liyu.kit.pages import BadCursor, decode_cursor, encode_cursor
from liyu.messaging.attachments.products import ProductFiles
from liyu.platform.bus.port import Bus, channel
from liyu.platform.db.port import Database
from liyu.platform.search.port import DEEPEST, Search, SearchQuery, Sort

#: The bus channel of all nodes on which a change of some catalogue is hinted. It carries nothing.
CHANGED = channel("*", "catalog", "changed")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list shall show: a search text, attributes (group → keys), limits. An empty wish shows everything."""

    text: str = ""
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min_minor: int | None = None
    max_minor: int | None = None
    in_stock: bool = False
    personalisable: bool = False
    sort: Sort = "relevance"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of products. ``total`` counts all pages; ``facets``: group → key → how many of them."""

    products: tuple[Product, ...]
    next_cursor: str | None
    total: int
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class FileUrls:
    """Addresses of an uploaded file, good for a while."""

    url: str
    thumb_url: str | None = None
    poster_url: str | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """The chain's stock locations as one shop sees them."""

    locations: tuple[Location, ...]
    shop: ShopId

    @property
    def here(self) -> LocationId | None:
        """The shop's own location; ``None`` when it keeps no stock."""
        return next((location.id for location in self.locations if location.shop == self.shop), None)


class Catalog:
    """The catalogue's reading side, and the life of its search index."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        search: Search,
        settings: CatalogSettings,
        files: ProductFiles,
        bus: Bus | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.settings = settings
        self._bus = bus
        self.indexing = Indexing(database, search, self._announce)
        self._search = search
        self._files = files
        deeds = Deeds(database, clock, self.indexing)
        self.editing = Editing(deeds)
        self.media = MediaEditing(deeds, files)
        self.places = Places(deeds)
        self.stock = Stock(database, clock)
        self.counting = Counting(deeds)
        self.imports = Imports(deeds, settings.import_rows)
        self._following: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bring the index up to date, then keep it so."""
        if self._bus is not None:
            self._bus.subscribe(CHANGED, lambda _name, _message: self.indexing.hint())
        await self.indexing.catch_up()
        self._following = asyncio.create_task(
            self.indexing.follow(self.settings.refresh_seconds), name="catalog.indexing"
        )
        await self.stock.start()
        await self.imports.start()

    async def stop(self) -> None:
        """End what runs beside requests."""
        await self.imports.stop()
        await self.stock.stop()
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self.indexing.stop()

    def _announce(self) -> None:
        """Let the other nodes look now; they would find out by themselves a little later."""
        if self._bus is not None and self._bus.shared:
            self._bus.publish(CHANGED, b"")

    async def list_products(
        self, chain: ChainId, shop: ShopId, wish: Wish, *, facets: Sequence[str] = (), cursor: str | None, limit: int
    ) -> Listing:
        """A page of what ``shop`` sells. Raises ``BadCursor``."""
        offset = 0 if cursor is None else decode_cursor(cursor, int)[0]
        if not 0 <= offset <= DEEPEST:
            raise BadCursor()
        filters = dict(wish.attributes)
        if wish.personalisable:
            filters["personalisable"] = ("yes",)
        query = SearchQuery(
            tenant=chain,
            scope=shop,
            text=wish.text,
            filters=filters,
            min_minor=wish.min_minor,
            max_minor=wish.max_minor,
            in_stock=wish.in_stock,
            sort=wish.sort,
            offset=offset,
            limit=limit,
            count_facets=tuple(facets),
        )
        hits = await self.indexing.run(lambda: self._search.find(query))
        found = await self.products(chain, [ProductId(id_) for id_ in hits.ids])
        after = offset + len(hits.ids)
        more = hits.ids and after < hits.total and after <= DEEPEST
        return Listing(
            # The index may be moments behind: what was taken down meanwhile is not shown.
            tuple(product for product in found if product.sold_in(shop)),
            encode_cursor(after) if more else None,
            hits.total,
            hits.facets,
        )

    async def products(self, chain: ChainId, ids: Sequence[ProductId]) -> list[Product]:
        """The products with these ids, in this order; unknown ones are left out."""
        if not ids:
            return []
        return await self.database.read(chain, lambda connection: store.load(connection, chain, ids))

    async def product(self, chain: ChainId, shop: ShopId, key: str, *, staff: bool = False) -> Product:
        """The product with this id or slug, as customers of ``shop`` may see it; staff see hidden and archived ones.

        Raises ``ProductUnknown``.
        """

        def query(connection: Connection) -> list[Product]:
            ids = store.product_ids(connection, chain, [key])
            return store.load(connection, chain, list(ids.values()))

        found = await self.database.read(chain, query)
        if not found or not (staff or found[0].sold_in(shop)):
            raise ProductUnknown()
        return found[0]

    async def companions(self, chain: ChainId, shop: ShopId, key: str, limit: int) -> list[Product]:
        """What is often bought together with a product, most often first; empty where nobody counted.

        Raises ``ProductUnknown``.
        """
        product = await self.product(chain, shop, key)

        def query(connection: Connection) -> list[Product]:
            return store.load(connection, chain, store.companions(connection, chain, product.id, limit))

        found = await self.database.read(chain, query)
        return [one for one in found if one.sold_in(shop)]

    async def file_urls(self, chain: ChainId, products: Sequence[Product]) -> Mapping[FileId, FileUrls]:
        """Addresses of the uploaded pictures and clips of ``products``."""
        found: dict[FileId, FileUrls] = {}
        for item in (item for product in products for item in product.media):
            if item.file is not None:
                links = self._files.links(chain, item.file, item.kind)
                found[item.file] = FileUrls(links.url, links.thumb_url, links.poster_url)
        return found

    async def where(self, chain: ChainId, shop: ShopId) -> Where:
        """The chain's stock locations, as ``shop`` sees them."""
        found = await self.database.read(chain, lambda connection: store.load_locations(connection, chain))
        return Where(tuple(location for location in found if location.active), shop)
