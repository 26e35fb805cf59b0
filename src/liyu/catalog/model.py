"""What a product, its variants, pictures and stock are: values and the pure decisions about them.

Texts are chosen by language here, so that every edge says the same; nothing here knows SQL, HTTP or search.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from liyu.kit.ids import ChainId, FileId, LocationId, ProductId, ShopId, VariantId

Status = Literal["live", "hidden", "archived"]
Ground = Literal["blush", "bean", "moon", "osm", "tea", "snow"]

LANGUAGES = ("zh-CN", "en")
GROUNDS: tuple[Ground, ...] = ("blush", "bean", "moon", "osm", "tea", "snow")

#: Attribute groups of a gift; the keys inside are the vocabulary's, or an owner's own words.
GROUPS = ("for_whom", "occasions", "styles", "colours", "materials", "ages")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about a product in one language. ``selling_points`` are for the shop's people only."""

    title: str
    line: str = ""
    description: str = ""
    meaning: str = ""
    selling_points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that can be bought. ``names`` is empty where a product has only this one."""

    id: VariantId
    sku: str
    price_minor: int
    names: Mapping[str, str]
    options: Mapping[str, str]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Media:
    """A picture or clip: carried by the package (``demo``) or uploaded (``file``)."""

    id: str
    kind: Literal["picture", "clip"]
    demo: str | None
    file: FileId | None
    width: int
    height: int
    duration_ms: int | None
    ground: str
    alts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Location:
    """Where stock lies: a shop or a warehouse, from which any shop of the chain may send."""

    id: LocationId
    code: str
    kind: Literal["shop", "warehouse"]
    shop: ShopId | None
    names: Mapping[str, str]
    position: int = 0
    active: bool = True


@dataclass(frozen=True, slots=True)
class StockLine:
    """Pieces of one variant at one location."""

    variant: VariantId
    location: LocationId
    on_hand: int
    reserved: int

    @property
    def available(self) -> int:
        """Pieces that may still be promised."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Product:
    """A product of a chain, with all that is needed to show it. ``shops`` empty: every shop of the chain sells it."""

    id: ProductId
    chain: ChainId
    slug: str
    status: Status
    currency: str
    rank: int
    shops: tuple[ShopId, ...]
    texts: Mapping[str, Words]
    attributes: Mapping[str, tuple[str, ...]]
    gift_options: Mapping[str, Any]
    personalisation: Mapping[str, Any]
    created_at: int
    updated_at: int
    revision: int
    variants: tuple[Variant, ...] = ()
    media: tuple[Media, ...] = ()
    stock: tuple[StockLine, ...] = ()

    @property
    def price_minor(self) -> int:
        """The lowest price at which it can be bought; 0 when nothing of it is for sale."""
        return min((variant.price_minor for variant in self.variants if variant.active), default=0)

    @property
    def personalisable(self) -> bool:
        return bool(self.personalisation)

    def words(self, language: str) -> Words:
        """Its words in ``language``, or in the nearest language that it has."""
        return in_language(self.texts, language) or Words(title=self.slug)

    def sold_in(self, shop: ShopId) -> bool:
        """Whether customers of ``shop`` may see it."""
        return self.status == "live" and (not self.shops or shop in self.shops)

    def available(self, location: LocationId | None = None) -> int:
        """Pieces that may be promised, of all active variants, at ``location`` (``None``: anywhere)."""
        active = {variant.id for variant in self.variants if variant.active}
        return sum(
            line.available
            for line in self.stock
            if line.variant in active and (location is None or line.location == location)
        )


def in_language(texts: Mapping[str, T], language: str) -> T | None:
    """The entry for ``language``: the same tag, the same language, else the first of ``LANGUAGES``, else any."""
    if language in texts:
        return texts[language]
    head = language.split("-")[0].lower()
    for tag, value in texts.items():
        if tag.split("-")[0].lower() == head:
            return value
    for tag in LANGUAGES:
        if tag in texts:
            return texts[tag]
    return next(iter(texts.values()), None)
