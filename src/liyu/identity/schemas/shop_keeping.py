"""What those who run shops send."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from liyu.http.fields import Line, Name, Slug
from liyu.identity.hours import Holiday, parse_hours, parse_spans
from liyu.identity.schemas.people import Locale
from liyu.identity.schemas.shops import HOURS_EXAMPLE
from liyu.identity.shop_keeping import NewShop

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Moment = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
SpanIn = Annotated[list[Moment], Field(min_length=2, max_length=2, description="From and to.")]
DaySpans = Annotated[list[SpanIn], Field(max_length=4)]
WeekIn = dict[Weekday, DaySpans]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Zone = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_+/-]{1,64}$")]
Campaign = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
MAX_RECALL_MS = 7 * 24 * 60 * 60 * 1000


class HolidayIn(BaseModel):
    """A date with hours of its own."""

    date: datetime.date = Field(description="The date in the shop's zone.", examples=["2027-02-06"])
    name: Line = Field(description="What the day is called.", examples=["春节"])
    spans: DaySpans = Field(description="From–to pairs; none: closed.", examples=[[["10:00", "16:00"]]])


class ShopChange(BaseModel):
    """Fields of a shop to change. Absent fields stay; `hours` and `holidays` replace the old ones altogether."""

    name: Name | None = Field(default=None, description="The shop's name.", examples=["平江路店"])
    city: Line | None = Field(default=None, description="The city.", examples=["苏州"])
    address: Line | None = Field(default=None, description="Street and number.", examples=["姑苏区平江路 88 号"])
    phone: Line | None = Field(default=None, description="Telephone, as people dial it.", examples=["0512-5550 0188"])
    time_zone: Zone | None = Field(default=None, description="IANA zone of the hours.", examples=["Asia/Shanghai"])
    currency: Currency | None = Field(default=None, description="ISO 4217 currency.", examples=["CNY"])
    locale: Locale | None = Field(default=None, description="The shop's first language.", examples=["zh-CN"])
    hours: WeekIn | None = Field(
        default=None, description="Weekday to from–to pairs; an absent day is closed.", examples=[HOURS_EXAMPLE]
    )
    holidays: list[HolidayIn] | None = Field(
        default=None, max_length=200, description="Dates with hours of their own.", examples=[[]]
    )
    campaign: Campaign | None = Field(
        default=None, description="Name of the campaign that lends its accent; `null`: none.", examples=["qixi"]
    )
    greeting: Line | None = Field(
        default=None, description="First sentence of a new conversation; empty: none.", examples=["想送给谁？"]
    )
    recall_limit_ms: int | None = Field(
        default=None,
        ge=0,
        le=MAX_RECALL_MS,
        description="For how long one's own message may be recalled; `null`: as the installation says.",
        examples=[600000],
    )

    def values(self) -> dict[str, Any]:
        """Fields of ``Shop`` that were sent, as values of the domain; without the recall limit. Raises ``BadHours``."""
        sent = self.model_dump(exclude_unset=True, exclude={"hours", "holidays", "recall_limit_ms"})
        values = {field: value for field, value in sent.items() if value is not None or field == "campaign"}
        if self.hours is not None:
            values["hours"] = parse_hours({str(day): spans for day, spans in self.hours.items()})
        if self.holidays is not None:
            values["holidays"] = tuple(Holiday(day.date, day.name, parse_spans(day.spans)) for day in self.holidays)
        return values


class ShopIn(ShopChange):
    """A new shop."""

    slug: Slug = Field(description="The permanent part of its address `/s/<slug>`.", examples=["wangfujing"])
    name: Name = Field(description="The shop's name.", examples=["王府井店"])

    def shop(self) -> NewShop:
        """The value of the domain. Raises ``BadHours``."""
        return NewShop(**self.values(), recall_limit_ms=self.recall_limit_ms)


class ChainChange(BaseModel):
    """A new name for the chain."""

    name: Name = Field(description="The chain's name.", examples=["礼遇"])
