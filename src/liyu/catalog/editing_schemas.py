"""What staff send and read when they change the catalogue: every language, every state."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from liyu.catalog.drafts import LocationDraft, ProductDraft, VariantDraft
from liyu.catalog.model import Words
from liyu.catalog.schemas import Minor, Personalisation
from liyu.http.fields import SLUG_PATTERN, Id, Line, Name, Paragraph

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]
Key = Annotated[Name, StringConstraints(max_length=40)]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, min_length=2, max_length=80)]
Sku = Annotated[Name, StringConstraints(max_length=60)]
Ground = Literal["blush", "bean", "moon", "osm", "tea", "snow"]
Names = Annotated[dict[Language, Name], Field(max_length=10, description="What it is called, by language.")]


class Strict(BaseModel):
    """Unknown fields are refused: a misspelt one would be lost silently."""

    model_config = ConfigDict(extra="forbid")


class WordsBody(Strict):
    """What is said about a product in one language."""

    title: Name = Field(description="Its name.", examples=["海棠随身镜"])
    line: Line = Field(default="", description="One sentence about it.", examples=["黄铜鎏金，掌心大小"])
    description: Paragraph = Field(default="", description="What it is.", examples=["六瓣海棠边，直径 72 毫米。"])
    meaning: Paragraph = Field(default="", description="What giving it says.", examples=["满堂欢喜"])
    selling_points: list[Line] = Field(
        default_factory=list, max_length=12, description="What to say when showing it.", examples=[["灯下偏暖的金"]]
    )


class ChoiceBody(Strict):
    """A box or wrapping."""

    id: Slug = Field(description="Stable key.", examples=["peach"])
    names: Names = Field(examples=[{"zh-CN": "桃花纸盒", "en": "Peach blossom box"}])
    price_minor: Minor = Field(examples=[1800])


class CardBody(Strict):
    """A card written by hand."""

    price_minor: Minor = Field(examples=[0])
    max_chars: int = Field(ge=1, le=500, description="Longest text.", examples=[80])


class GiftOptionsBody(Strict):
    """How it can be made a gift."""

    box: list[ChoiceBody] = Field(default_factory=list, max_length=10, description="Boxes.")
    card: CardBody | None = Field(default=None, description="A card; null: none.")
    wrapping: list[ChoiceBody] = Field(default_factory=list, max_length=10, description="Wrappings.")


class AttributesBody(Strict):
    """What the gift is like: keys of the vocabulary or own words."""

    for_whom: list[Key] = Field(default_factory=list, max_length=20, description="For whom.", examples=[["lover"]])
    occasions: list[Key] = Field(default_factory=list, max_length=30, description="When.", examples=[["christmas"]])
    styles: list[Key] = Field(default_factory=list, max_length=20, description="Character.", examples=[["cute"]])
    colours: list[Key] = Field(default_factory=list, max_length=20, description="Colours.", examples=[["gold"]])
    materials: list[Key] = Field(default_factory=list, max_length=20, description="Made of.", examples=[["brass"]])
    ages: list[Key] = Field(default_factory=list, max_length=10, description="For which ages.", examples=[["young"]])


class VariantChange(Strict):
    """Fields of a variant; what is absent stays."""

    sku: Sku | None = Field(default=None, description="The shop's article number.", examples=["LY-MIRROR"])
    names: Names | None = Field(
        default=None, description="Name in each language.", examples=[{"zh-CN": "鎏金", "en": "Gilded"}]
    )
    options: Annotated[dict[Key, Name], Field(max_length=10)] | None = Field(
        default=None, description="What tells it from the others.", examples=[{"colour": "gold"}]
    )
    price_minor: Minor | None = Field(default=None, description="Minor units of the currency.", examples=[26800])
    position: int | None = Field(default=None, ge=0, le=1000, description="Place in the row.", examples=[0])
    active: bool | None = Field(default=None, description="Whether it is for sale.", examples=[True])

    def draft(self) -> VariantDraft:
        """The same as the domain takes it."""
        return VariantDraft(**given(self))


class VariantBody(VariantChange):
    """A new variant. With an `id` of your own making, a retry is harmless."""

    id: Id | None = Field(default=None, description="An id of the client's own.", examples=[None])
    sku: Sku = Field(description="The shop's article number.", examples=["LY-MIRROR"])
    price_minor: Minor = Field(examples=[26800])

    def draft(self) -> VariantDraft:
        fields = given(self)
        fields.pop("id", None)
        return VariantDraft(**fields)


class ProductChange(Strict):
    """Fields of a product; what is absent stays. `texts` replaces all languages, `attributes` all groups."""

    status: Literal["live", "hidden", "archived"] | None = Field(
        default=None, description="`live`: customers see it.", examples=["live"]
    )
    rank: int | None = Field(
        default=None, ge=-1_000_000_000, le=1_000_000_000, description="Higher is shown first.", examples=[10]
    )
    shops: Annotated[list[Id], Field(max_length=1000)] | None = Field(
        default=None, description="Ids of the shops that sell it; empty: all of the chain.", examples=[[]]
    )
    texts: Annotated[dict[Language, WordsBody], Field(min_length=1, max_length=10)] | None = Field(
        default=None, description="Words by language.", examples=[{"zh-CN": {"title": "海棠随身镜"}}]
    )
    attributes: AttributesBody | None = Field(default=None, description="What the gift is like.")
    gift_options: GiftOptionsBody | None = Field(default=None, description="Boxes, card, wrapping.")
    personalisation: Personalisation | None = Field(
        default=None, description="How it can carry words; null when given: it cannot."
    )

    def draft(self) -> ProductDraft:
        """The same as the domain takes it."""
        return ProductDraft(**self._fields())

    def _fields(self) -> dict[str, Any]:
        fields = given(self)
        if "texts" in fields:
            fields["texts"] = {language: _words(words) for language, words in (self.texts or {}).items()}
        if "shops" in fields:
            fields["shops"] = tuple(dict.fromkeys(self.shops or ()))
        if "personalisation" in self.model_fields_set:
            fields["personalisation"] = self.personalisation.model_dump() if self.personalisation else {}
        return fields


class ProductBody(ProductChange):
    """A new product. With an `id` of your own making, a retry is harmless."""

    id: Id | None = Field(default=None, description="An id of the client's own.", examples=[None])
    slug: Slug | None = Field(
        default=None, description="Permanent name in addresses; made of the title when absent.", examples=["mirror"]
    )
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$", description="ISO 4217.", examples=["CNY"])
    texts: Annotated[dict[Language, WordsBody], Field(min_length=1, max_length=10)] = Field(
        description="Words by language.", examples=[{"zh-CN": {"title": "海棠随身镜"}}]
    )
    variants: list[VariantBody] = Field(min_length=1, max_length=100, description="What can be bought.")

    def draft(self) -> ProductDraft:
        fields = self._fields()
        for name in ("id", "currency", "variants"):
            fields.pop(name, None)
        return ProductDraft(**fields)


class MediaBody(Strict):
    """A finished upload of the purpose `product_picture` or `product_clip`, shown with the product."""

    file: Id = Field(description="Id of the file.", examples=["fil_01k3v9q2m4x7r8t5w6y0z1a2b3"])
    ground: Ground = Field(default="tea", description="Colour of wall and floor behind it.", examples=["blush"])
    alts: Annotated[dict[Language, Line], Field(max_length=10)] = Field(
        default_factory=dict, description="What it shows, by language.", examples=[{"zh-CN": "正面"}]
    )


class MediaChange(Strict):
    """Fields of a picture or clip; what is absent stays."""

    ground: Ground | None = Field(default=None, description="Colour behind it.", examples=["blush"])
    alts: Annotated[dict[Language, Line], Field(max_length=10)] | None = Field(
        default=None, description="What it shows, by language.", examples=[{"zh-CN": "正面"}]
    )
    position: int | None = Field(default=None, ge=0, le=1000, description="Place in the row.", examples=[0])


class LocationChange(Strict):
    """Fields of a place; what is absent stays."""

    names: Names | None = Field(
        default=None, description="Name in each language.", examples=[{"zh-CN": "总仓", "en": "Main warehouse"}]
    )
    position: int | None = Field(default=None, ge=0, le=1000, description="Place in lists.", examples=[0])
    active: bool | None = Field(default=None, description="Whether it is used.", examples=[True])

    def draft(self) -> LocationDraft:
        """The same as the domain takes it."""
        return LocationDraft(**given(self))


class LocationBody(LocationChange):
    """A new place. With an `id` of your own making, a retry is harmless."""

    id: Id | None = Field(default=None, description="An id of the client's own.", examples=[None])
    code: Slug = Field(description="Short and stable, for files.", examples=["main"])
    shop: Id | None = Field(default=None, description="The shop that it is; null: a warehouse.", examples=[None])
    names: Names = Field(examples=[{"zh-CN": "总仓", "en": "Main warehouse"}])

    def draft(self) -> LocationDraft:
        fields = given(self)
        fields.pop("id", None)
        return LocationDraft(**fields)


def given(body: BaseModel) -> dict[str, Any]:
    """The fields that were sent with a value."""
    dumped = body.model_dump(exclude_unset=True)
    return {name: value for name, value in dumped.items() if value is not None}


def _words(body: WordsBody) -> Words:
    return Words(body.title, body.line, body.description, body.meaning, tuple(body.selling_points))
