"""A product as one shop shows it in one language: from values to what travels over HTTP. Decides wording only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from liyu.catalog import schemas, vocabulary
from liyu.catalog.demo.album import demo_picture_url
from liyu.catalog.model import Media, Product, Variant, in_language
from liyu.catalog.service import FileUrls, Listing, Where
from liyu.kit.ids import FileId

TAGS = 3  # words under a picture in a list
#: Groups that make good tags: whom and what it is like says more than what it is made of.
_TAG_GROUPS = ("for_whom", "styles", "occasions")


@dataclass(frozen=True, slots=True)
class View:
    """Who looks: in which shop (``slug``, ``where``), in which language, at which address, with which rights."""

    slug: str
    where: Where
    language: str
    base_url: str
    staff: bool
    files: Mapping[FileId, FileUrls]


def summary(product: Product, view: View) -> schemas.ProductSummary:
    """The product as a list shows it."""
    words = product.words(view.language)
    pictures = _pictures(product, view)
    return schemas.ProductSummary(
        id=product.id,
        slug=product.slug,
        title=words.title,
        line=words.line,
        price_minor=product.price_minor,
        currency=product.currency,
        picture=pictures[0] if pictures else None,
        in_stock=product.available() > 0,
        stock_here=0 if view.where.here is None else product.available(view.where.here),
        personalisable=product.personalisable,
        tags=_tags(product, view.language),
    )


def full(product: Product, view: View) -> schemas.Product:
    """The product in full. Selling points only when staff look."""
    words = product.words(view.language)
    path = f"/s/{view.slug}/p/{product.slug}"
    tags: dict[str, Any] = {
        group: _labelled(product, group, view.language) for group in vocabulary.QUERY_GROUPS.values()
    }
    return schemas.Product(
        **summary(product, view).model_dump(),
        **tags,
        description=words.description,
        meaning=words.meaning,
        pictures=_pictures(product, view),
        clips=[clip for item in product.media if (clip := _clip(item, view))],
        variants=[_variant(product, variant, view) for variant in product.variants if variant.active],
        gift_options=_gift_options(product, view.language),
        personalisation=schemas.Personalisation(**product.personalisation) if product.personalisation else None,
        selling_points=list(words.selling_points) if view.staff else None,
        stock=_stock(product, view),
        share_url=view.base_url + path,
        qr_url=f"/api/v1/shops/{view.slug}/products/{product.slug}/qr.svg",
        status=product.status,
    )


def page(listing: Listing, view: View) -> schemas.ProductList:
    """A page of products, its facets in the vocabulary's order, own words last, most frequent first."""
    facets: dict[str, list[schemas.FacetValue]] = {}
    for name, group in vocabulary.QUERY_GROUPS.items():
        known = list(vocabulary.labels().get(group, {}))
        place = {key: at for at, key in enumerate(known)}
        counted = sorted(
            listing.facets.get(group, {}).items(), key=lambda item: (place.get(item[0], len(place)), -item[1], item[0])
        )
        facets[name] = [
            schemas.FacetValue(value=key, label=vocabulary.label(group, key, view.language), count=count)
            for key, count in counted
        ]
    return schemas.ProductList(
        items=[summary(product, view) for product in listing.products],
        next_cursor=listing.next_cursor,
        total=listing.total,
        facets=facets,
    )


def _pictures(product: Product, view: View) -> list[schemas.Picture]:
    return [picture for item in product.media if (picture := _picture(product, item, view))]


def _picture(product: Product, item: Media, view: View) -> schemas.Picture | None:
    """``None`` for a clip, and for an upload whose file is gone."""
    if item.kind != "picture":
        return None
    urls = _urls(item, view)
    if urls is None:
        return None
    return schemas.Picture(
        url=urls.url,
        thumb_url=urls.thumb_url or urls.url,
        width=item.width,
        height=item.height,
        ground=item.ground,
        alt=in_language(item.alts, view.language) or product.words(view.language).title,
    )


def _clip(item: Media, view: View) -> schemas.Clip | None:
    urls = _urls(item, view)
    if item.kind != "clip" or urls is None:
        return None
    return schemas.Clip(
        url=urls.url,
        poster_url=urls.poster_url,
        width=item.width,
        height=item.height,
        duration_ms=item.duration_ms,
        alt=in_language(item.alts, view.language) or "",
    )


def _urls(item: Media, view: View) -> FileUrls | None:
    if item.demo is not None:
        return FileUrls(demo_picture_url(item.demo))
    return None if item.file is None else view.files.get(item.file)


def _tags(product: Product, language: str) -> list[str]:
    keys = [(group, key) for group in _TAG_GROUPS for key in product.attributes.get(group, ())[:1]]
    return [vocabulary.label(group, key, language) for group, key in keys][:TAGS]


def _labelled(product: Product, group: str, language: str) -> list[schemas.Tag]:
    keys = product.attributes.get(group, ())
    return [schemas.Tag(value=key, label=vocabulary.label(group, key, language)) for key in keys]


def _variant(product: Product, variant: Variant, view: View) -> schemas.VariantOut:
    lines = [line for line in product.stock if line.variant == variant.id]
    return schemas.VariantOut(
        id=variant.id,
        sku=variant.sku,
        name=in_language(variant.names, view.language) or "",
        price_minor=variant.price_minor,
        options=dict(variant.options),
        stock_here=sum(line.available for line in lines if line.location == view.where.here),
        in_stock=any(line.available > 0 for line in lines),
    )


def _gift_options(product: Product, language: str) -> schemas.GiftOptions:
    def choices(kind: str) -> list[schemas.Choice]:
        return [
            schemas.Choice(
                id=entry["id"], name=in_language(entry["names"], language) or "", price_minor=entry["price_minor"]
            )
            for entry in product.gift_options.get(kind, ())
        ]

    card = product.gift_options.get("card")
    return schemas.GiftOptions(
        box=choices("box"), card=schemas.CardOption(**card) if card else None, wrapping=choices("wrapping")
    )


def _stock(product: Product, view: View) -> list[schemas.StockAt]:
    """This shop first, then the others in their order."""
    places = sorted(view.where.locations, key=lambda location: location.id != view.where.here)
    return [
        schemas.StockAt(
            location=location.id,
            name=in_language(location.names, view.language) or location.code,
            kind=location.kind,
            here=location.id == view.where.here,
            available=product.available(location.id),
        )
        for location in places
    ]
