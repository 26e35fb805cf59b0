"""How staff change products and their variants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from liyu.catalog import access, editing_store, store
from liyu.catalog.deeds import Deeds, changed, editable, product_of
from liyu.catalog.drafts import ProductDraft, VariantDraft, given, slug_of, value
from liyu.catalog.errors import LastVariant, SkuTaken, SlugTaken, VariantUnknown
from liyu.catalog.model import Product
from liyu.catalog.stock import store as stock_store
from liyu.identity.model import Principal
from liyu.kit.ids import ChainId, ProductId, VariantId, new_id


@dataclass(frozen=True, slots=True)
class NewVariant:
    """A variant to be made. ``id`` ``None``: a fresh one."""

    draft: VariantDraft
    id: VariantId | None = None


class Editing:
    """The changing side of the catalogue."""

    def __init__(self, deeds: Deeds) -> None:
        self._deeds = deeds

    async def products(self, me: Principal, status: str | None, after: str | None, limit: int) -> list[Product]:
        """Products of one's chain in any state, newest first. Raises ``NotStaff``."""
        access.require_staff(me)
        return await self._deeds.database.read(
            me.chain, lambda connection: editing_store.page_of_products(connection, me.chain, status, after, limit)
        )

    async def product(self, me: Principal, key: str) -> Product:
        """A product of one's chain in any state. Raises ``NotStaff``, ``ProductUnknown``."""
        access.require_staff(me)
        return await self._deeds.database.read(me.chain, lambda connection: product_of(connection, me.chain, key))

    async def create_product(
        self,
        me: Principal,
        draft: ProductDraft,
        some_variants: Sequence[NewVariant],
        currency: str,
        id_: ProductId | None,
    ) -> Product:
        """Make a product. With an id that the caller made, a retry returns what the first attempt made.

        Raises ``NotStaff``, ``SlugTaken``, ``SkuTaken``.
        """
        access.require_editor(me, value(draft.shops, ()))
        product = id_ or ProductId(new_id("prd"))

        def unit(connection: Connection, now: int) -> Product:
            if id_ is not None and id_ in store.product_ids(connection, me.chain, [id_]):
                return product_of(connection, me.chain, id_)
            named = _with_slug(draft, product)
            if named.slug in store.product_ids(connection, me.chain, [str(named.slug)]):
                raise SlugTaken(slug=str(named.slug))
            editing_store.insert_product(connection, me.chain, product, named, currency, "staff", now)
            for position, variant in enumerate(some_variants):
                _put_variant(connection, me.chain, product, variant, position)
            return changed(connection, me, product, now, "product.create", {})

        return await self._deeds.write(me.chain, unit)

    async def change_product(self, me: Principal, key: str, draft: ProductDraft) -> Product:
        """Change the given fields. Raises ``NotStaff``, ``ProductUnknown``."""

        def unit(connection: Connection, now: int) -> Product:
            product = editable(connection, me, key)
            if "shops" in given(draft):
                access.require_editor(me, value(draft.shops, ()))
            editing_store.update_product(connection, me.chain, product.id, draft, "staff")
            return changed(connection, me, product.id, now, "product.change", {"fields": sorted(given(draft))})

        return await self._deeds.write(me.chain, unit)

    async def add_variant(self, me: Principal, key: str, variant: NewVariant) -> Product:
        """Add a variant. Raises ``NotStaff``, ``ProductUnknown``, ``SkuTaken``."""

        def unit(connection: Connection, now: int) -> Product:
            product = editable(connection, me, key)
            if any(known.id == variant.id for known in product.variants):
                return product
            _put_variant(connection, me.chain, product.id, variant, len(product.variants))
            return changed(connection, me, product.id, now, "variant.create", {})

        return await self._deeds.write(me.chain, unit)

    async def change_variant(self, me: Principal, variant: VariantId, draft: VariantDraft) -> Product:
        """Change the given fields. Raises ``NotStaff``, ``VariantUnknown``, ``SkuTaken``, ``LastVariant``."""

        def unit(connection: Connection, now: int) -> Product:
            product = _of_variant(connection, me, variant)
            sku = value(draft.sku, None)
            if sku is not None:
                holder = editing_store.skus(connection, me.chain, [sku]).get(sku)
                if holder is not None and holder[0] != variant:
                    raise SkuTaken(sku=sku)
            others = [known for known in product.variants if known.active and known.id != variant]
            if draft.active is False and not others:
                raise LastVariant()
            editing_store.update_variant(connection, me.chain, variant, draft)
            details = {"variant": variant, "fields": sorted(given(draft))}
            return changed(connection, me, product.id, now, "variant.change", details)

        return await self._deeds.write(me.chain, unit)


def _of_variant(connection: Connection, me: Principal, variant: VariantId) -> Product:
    access.require_staff(me)
    product = stock_store.product_of(connection, me.chain, variant)
    if product is None:
        raise VariantUnknown()
    return editable(connection, me, product)


def _with_slug(draft: ProductDraft, product: ProductId) -> ProductDraft:
    """The draft with an address: the wanted one, or one made of its titles."""
    if isinstance(draft.slug, str):
        return draft
    titles = " ".join(words.title for words in value(draft.texts, {}).values())
    fields = given(draft)
    return ProductDraft(**{**fields, "slug": slug_of(titles, product.replace("_", "-"))})


def _put_variant(
    connection: Connection, chain: ChainId, product: ProductId, variant: NewVariant, position: int
) -> None:
    sku = value(variant.draft.sku, "")
    if sku in editing_store.skus(connection, chain, [sku]):
        raise SkuTaken(sku=sku)
    id_ = variant.id or VariantId(new_id("var"))
    editing_store.insert_variant(connection, chain, product, id_, variant.draft, position)
