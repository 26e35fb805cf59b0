"""Shops as the API shows them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from liyu.identity.hours import stored_hours, stored_spans
from liyu.identity.schemas.people import SHOP_EXAMPLE, ChainRef
from liyu.identity.shop import Shop

HOURS_EXAMPLE = {"mon": [["09:00", "22:00"]], "sat": [["09:00", "12:00"], ["13:00", "23:30"]]}


class HolidayOut(BaseModel):
    """A date with hours of its own."""

    date: str = Field(description="The date in the shop's zone.", examples=["2027-02-06"])
    name: str = Field(description="What the day is called.", examples=["春节"])
    spans: list[list[str]] = Field(description="From–to pairs; none: closed.", examples=[[["10:00", "16:00"]]])


class Theme(BaseModel):
    """How the shop looks different."""

    campaign: str | None = Field(description="Name of the campaign that lends its accent.", examples=["qixi"])


class ShopOut(BaseModel):
    """A shop as everybody may see it."""

    id: str = Field(description="The shop's id.", examples=[SHOP_EXAMPLE])
    slug: str = Field(description="The permanent part of its address `/s/<slug>`.", examples=["pingjiang"])
    name: str = Field(description="The shop's name.", examples=["平江路店"])
    chain: ChainRef = Field(description="The chain that it belongs to.")
    city: str = Field(description="The city.", examples=["苏州"])
    address: str = Field(description="Street and number.", examples=["姑苏区平江路 88 号"])
    phone: str = Field(description="Telephone, as people dial it.", examples=["0512-6770 0188"])
    time_zone: str = Field(description="IANA zone of the opening hours.", examples=["Asia/Shanghai"])
    currency: str = Field(description="ISO 4217 currency of the prices.", examples=["CNY"])
    locale: str = Field(description="The shop's first language.", examples=["zh-CN"])
    hours: dict[str, list[list[str]]] = Field(
        description="Weekday (`mon` … `sun`) to from–to pairs in the shop's zone; an end not after its beginning is "
        "on the next day.",
        examples=[HOURS_EXAMPLE],
    )
    holidays: list[HolidayOut] = Field(description="Dates with hours of their own.")
    open_now: bool = Field(description="Whether it is open at this moment.", examples=[True])
    opens_at: int | None = Field(
        description="When a closed shop opens next, in milliseconds since 1970; `null` when open or unknown.",
        examples=[1795485600000],
    )
    closes_at: int | None = Field(
        description="When an open shop closes, in milliseconds since 1970; `null` when closed or never.",
        examples=[1795528800000],
    )
    theme: Theme = Field(description="The look of these days.")
    greeting: str = Field(description="First sentence of a new conversation; may be empty.", examples=["想送给谁？"])
    recall_limit_ms: int | None = Field(
        description="For how long one's own message may be recalled or edited; `null`: as the installation says.",
        examples=[600000],
    )


class ShopList(BaseModel):
    """Shops, in full: a chain's shops fit one answer."""

    items: list[ShopOut] = Field(description="The shops, oldest first.")
    next_cursor: str | None = Field(default=None, description="Always `null`: there is one page.", examples=[None])


def shop_of(shop: Shop, now_ms: int) -> ShopOut:
    """The answer for a shop at ``now_ms``."""
    opening = shop.opening(now_ms)
    return ShopOut(
        id=shop.id,
        slug=shop.slug,
        name=shop.name,
        chain=ChainRef(id=shop.chain.id, name=shop.chain.name),
        city=shop.city,
        address=shop.address,
        phone=shop.phone,
        time_zone=shop.time_zone,
        currency=shop.currency,
        locale=shop.locale,
        hours=stored_hours(shop.hours),
        holidays=[
            HolidayOut(date=day.day.isoformat(), name=day.name, spans=stored_spans(day.spans)) for day in shop.holidays
        ],
        open_now=opening.open,
        opens_at=opening.opens_at,
        closes_at=opening.closes_at,
        theme=Theme(campaign=shop.campaign),
        greeting=shop.settings.greeting,
        recall_limit_ms=shop.settings.recall_limit_ms,
    )
