"""Products as they travel over HTTP."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

Minor = Annotated[int, Field(ge=0, le=2_147_483_647, description="Minor units of the currency: fen, pence.")]


class Picture(BaseModel):
    """A picture of a product, standing before a soft ground."""

    url: str = Field(description="The picture, WebP.", examples=["/api/v1/product-pictures/mirror.webp?v=3f2a"])
    thumb_url: str = Field(description="A small one of it.", examples=["/api/v1/product-pictures/mirror.webp?v=3f2a"])
    width: int = Field(description="Pixels.", examples=[256])
    height: int = Field(description="Pixels.", examples=[256])
    ground: str = Field(
        description="Colour of wall and floor behind it: blush, bean, moon, osm, tea or snow.", examples=["blush"]
    )
    alt: str = Field(description="What it shows, in words.", examples=["海棠随身镜正面，六瓣鎏金边"])


class Clip(BaseModel):
    """A short film of a product."""

    url: str = Field(description="The film, WebM (VP9, Opus).", examples=["/files/fil_01k3/main?c=chn_01k3&e=0&s=a"])
    poster_url: str | None = Field(description="A still picture of it.", examples=["/files/fil_01k3/poster?e=1&s=a"])
    width: int = Field(description="Pixels.", examples=[720])
    height: int = Field(description="Pixels.", examples=[1280])
    duration_ms: int | None = Field(description="Length in milliseconds.", examples=[12000])
    alt: str = Field(description="What it shows, in words.", examples=["灯下转一圈"])


class ProductSummary(BaseModel):
    """A product as a list shows it."""

    id: str = Field(description="Id of the product.", examples=["prd_01k3"])
    slug: str = Field(description="Its permanent name in addresses.", examples=["begonia-mirror"])
    title: str = Field(description="Its name.", examples=["海棠随身镜"])
    line: str = Field(description="One sentence about it.", examples=["黄铜鎏金，掌心大小，背面可刻十二个字"])
    price_minor: Minor = Field(examples=[26800])
    currency: str = Field(description="ISO 4217.", examples=["CNY"])
    picture: Picture | None = Field(description="Its first picture.")
    in_stock: bool = Field(description="Whether any place of the chain can send it.", examples=[True])
    stock_here: int = Field(description="Pieces in this shop that are not promised to anybody.", examples=[3])
    personalisable: bool = Field(description="Whether it can carry a name or words.", examples=[True])
    tags: list[str] = Field(description="A few words that describe it.", examples=[["恋人", "可爱"]])


class FacetValue(BaseModel):
    """One way to narrow a list."""

    value: str = Field(description="What to send as the query's value.", examples=["lover"])
    label: str = Field(description="What to show.", examples=["恋人"])
    count: int = Field(description="How many products would remain.", examples=[23])


class ProductList(BaseModel):
    """A page of products."""

    items: list[ProductSummary] = Field(description="The products, best first.")
    next_cursor: str | None = Field(description="For the next page; null on the last one.", examples=["WzI0XQ"])
    total: int = Field(description="Products on all pages.", examples=[46])
    facets: dict[str, list[FacetValue]] = Field(
        description="Query name (`for`, `occasion`, `style`, `colour`, `material`, `age`) to what may be chosen."
    )


class Companions(BaseModel):
    """What goes well with a product."""

    items: list[ProductSummary] = Field(description="The products, most often bought together first.")
    next_cursor: None = Field(default=None, description="Always null: there is one page.", examples=[None])


class VariantOut(BaseModel):
    """One thing that can be bought."""

    id: str = Field(description="Id of the variant.", examples=["var_01k3"])
    sku: str = Field(description="The shop's article number.", examples=["LY-MIRROR"])
    name: str = Field(description="What tells it from the others; empty when there is only one.", examples=["鎏金"])
    price_minor: Minor = Field(examples=[26800])
    options: dict[str, str] = Field(description="The same as key and value.", examples=[{"colour": "gold"}])
    stock_here: int = Field(description="Pieces in this shop that are not promised.", examples=[3])
    in_stock: bool = Field(description="Whether any place of the chain can send it.", examples=[True])


class Choice(BaseModel):
    """A box or wrapping that may be chosen."""

    id: str = Field(description="Stable key.", examples=["peach"])
    name: str = Field(description="What it is called.", examples=["桃花纸盒"])
    price_minor: Minor = Field(examples=[1800])


class CardOption(BaseModel):
    """A card written by hand."""

    price_minor: Minor = Field(examples=[0])
    max_chars: int = Field(description="Longest text.", examples=[80])


class GiftOptions(BaseModel):
    """How it can be made a gift."""

    box: list[Choice] = Field(description="Boxes; empty: it comes as it is.")
    card: CardOption | None = Field(description="A card; null: none is offered.")
    wrapping: list[Choice] = Field(description="Wrappings around the box.")


class Personalisation(BaseModel):
    """How it can carry a name or words."""

    method: Literal["engrave", "embroider", "print", "carve", "write", "stamp"] = Field(
        description="How it is done.", examples=["engrave"]
    )
    max_chars: int = Field(ge=1, le=500, description="Longest text.", examples=[12])
    price_minor: Minor = Field(examples=[2000])
    days: int = Field(ge=0, le=365, description="Working days that it takes.", examples=[2])


class Tag(BaseModel):
    """A word of the vocabulary."""

    value: str = Field(description="Its key.", examples=["lover"])
    label: str = Field(description="What to show.", examples=["恋人"])


class StockAt(BaseModel):
    """Pieces at one place."""

    location: str = Field(description="Id of the place.", examples=["loc_01k3"])
    name: str = Field(description="Its name.", examples=["苏州平江路店"])
    kind: Literal["shop", "warehouse"] = Field(description="A shop, or a warehouse that sends.", examples=["shop"])
    here: bool = Field(description="Whether it is this shop.", examples=[True])
    available: int = Field(description="Pieces that are not promised.", examples=[3])


class Product(ProductSummary):
    """A product in full."""

    description: str = Field(description="What it is, in a few sentences.", examples=["六瓣海棠边，黄铜鎏金。"])
    meaning: str = Field(description="What giving it says.", examples=["海棠是“满堂”的棠，也是想念。"])
    pictures: list[Picture] = Field(description="All pictures, the first one first.")
    clips: list[Clip] = Field(description="Short films.")
    variants: list[VariantOut] = Field(description="What can be bought, at least one.")
    for_whom: list[Tag] = Field(description="For whom it is a good gift.")
    occasions: list[Tag] = Field(description="When it is given.")
    styles: list[Tag] = Field(description="Its character.")
    colours: list[Tag] = Field(description="Its colours.")
    materials: list[Tag] = Field(description="What it is made of.")
    ages: list[Tag] = Field(description="For which ages.")
    gift_options: GiftOptions = Field(description="Boxes, card, wrapping.")
    personalisation: Personalisation | None = Field(description="How it can carry words; null: it cannot.")
    selling_points: list[str] | None = Field(
        description="What to say when showing it. For the shop's people only; null for everybody else.",
        examples=[["拿在手上是温的", "边是手工打磨的，不割手"]],
    )
    stock: list[StockAt] = Field(description="Where it is.")
    share_url: str = Field(
        description="Permanent address, also on printed labels.", examples=["https://shop.example/s/pingjiang/p/mirror"]
    )
    qr_url: str = Field(
        description="The same address as a QR code (SVG; `.png` also works).",
        examples=["/api/v1/shops/pingjiang/products/begonia-mirror/qr.svg"],
    )
    status: Literal["live", "hidden", "archived"] = Field(
        description="`live` for customers; others are seen by staff only.", examples=["live"]
    )
