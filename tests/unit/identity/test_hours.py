"""Opening hours on literal dates. 2026-11-23 is a Monday; Shanghai is UTC+8 all year."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from liyu.identity.errors import BadHours
from liyu.identity.hours import (
    Holiday,
    Hours,
    Opening,
    open_at,
    parse_day,
    parse_hours,
    parse_spans,
    stored_hours,
    zone_of,
)

SHANGHAI = "Asia/Shanghai"
EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def at(text: str, tz: str = SHANGHAI) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(tz)).timestamp() * 1000)


def daily(*spans: tuple[str, str]) -> Hours:
    return parse_hours({day: spans for day in EVERY_DAY})


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-23T08:59:59", Opening(False, at("2026-11-23T09:00"), None)),
        ("2026-11-23T09:00:00", Opening(True, None, at("2026-11-23T12:00"))),
        ("2026-11-23T11:59:59", Opening(True, None, at("2026-11-23T12:00"))),
        ("2026-11-23T12:00:00", Opening(False, at("2026-11-23T13:00"), None)),
        ("2026-11-23T21:00:00", Opening(True, None, at("2026-11-23T22:00"))),
        ("2026-11-23T22:00:00", Opening(False, at("2026-11-24T09:00"), None)),
    ],
)
def test_a_day_with_a_lunch_break(now: str, expected: Opening) -> None:
    assert open_at(daily(("09:00", "12:00"), ("13:00", "22:00")), (), SHANGHAI, at(now)) == expected


def test_a_night_shop_is_open_past_midnight_and_on_the_morning_after_sunday() -> None:
    hours = parse_hours({"sun": [("18:00", "02:00")]})
    assert open_at(hours, (), SHANGHAI, at("2026-11-22T23:59")) == Opening(True, None, at("2026-11-23T02:00"))
    assert open_at(hours, (), SHANGHAI, at("2026-11-23T01:59")).open
    assert open_at(hours, (), SHANGHAI, at("2026-11-23T02:00")) == Opening(False, at("2026-11-29T18:00"), None)


def test_midnight_does_not_close_a_shop_that_goes_on() -> None:
    hours = parse_hours({"mon": [("09:00", "24:00")], "tue": [("00:00", "03:00")]})
    assert open_at(hours, (), SHANGHAI, at("2026-11-23T23:00")) == Opening(True, None, at("2026-11-24T03:00"))


def test_round_the_clock_has_neither_opening_nor_closing() -> None:
    assert open_at(daily(("00:00", "24:00")), (), SHANGHAI, at("2026-11-23T03:00")) == Opening(True, None, None)


def test_no_hours_at_all_is_closed_for_good() -> None:
    assert open_at(parse_hours({}), (), SHANGHAI, at("2026-11-23T12:00")) == Opening(False, None, None)


def test_a_holiday_replaces_the_hours_of_its_date() -> None:
    holidays = (
        Holiday(parse_day("2027-02-05"), "除夕", parse_spans([("10:00", "16:00")])),
        Holiday(parse_day("2027-02-06"), "春节", ()),
    )
    hours = daily(("09:00", "22:00"))
    assert open_at(hours, holidays, SHANGHAI, at("2027-02-05T09:30")) == Opening(False, at("2027-02-05T10:00"), None)
    assert open_at(hours, holidays, SHANGHAI, at("2027-02-05T15:59")).closes_at == at("2027-02-05T16:00")
    assert open_at(hours, holidays, SHANGHAI, at("2027-02-05T16:00")).opens_at == at("2027-02-07T09:00")
    assert not open_at(hours, holidays, SHANGHAI, at("2027-02-06T12:00")).open


def test_a_holiday_does_not_cut_the_night_before_short() -> None:
    holidays = (Holiday(parse_day("2026-11-24"), "盘点", ()),)
    hours = daily(("20:00", "02:00"))
    assert open_at(hours, holidays, SHANGHAI, at("2026-11-24T01:00")).open
    assert not open_at(hours, holidays, SHANGHAI, at("2026-11-24T21:00")).open
    assert not open_at(hours, holidays, SHANGHAI, at("2026-11-25T01:00")).open


def test_clock_changes_follow_the_wall_clock() -> None:
    hours = daily(("02:30", "10:00"))
    berlin = "Europe/Berlin"
    spring = open_at(hours, (), berlin, at("2026-03-29T01:59", berlin))  # 02:30 does not exist that day
    assert spring.opens_at == int(datetime.fromisoformat("2026-03-29T01:30+00:00").timestamp() * 1000)
    assert open_at(hours, (), berlin, at("2026-03-28T12:00", berlin)).opens_at == spring.opens_at
    autumn = open_at(daily(("09:00", "18:00")), (), berlin, at("2026-10-24T18:00", berlin))
    assert autumn.opens_at == int(datetime.fromisoformat("2026-10-25T08:00+00:00").timestamp() * 1000)


@pytest.mark.parametrize(
    "spans",
    [
        [("09:00", "25:00")],
        [("9:00", "12:00")],
        [("09:60", "12:00")],
        [("09:00", "12:00"), ("11:00", "13:00")],
        [("18:00", "02:00"), ("01:00", "03:00")],
        [("00:00", "01:00")] * 5,
        [("", "")],
    ],
)
def test_spans_that_cannot_be(spans: list[tuple[str, str]]) -> None:
    with pytest.raises(BadHours):
        parse_spans(spans)


def test_unknown_words_are_refused() -> None:
    with pytest.raises(BadHours):
        parse_hours({"noday": []})
    with pytest.raises(BadHours):
        parse_day("2027-02-30")
    for zone in ("Mars/Olympus", "../etc/passwd", "/etc/passwd", ""):
        with pytest.raises(BadHours):
            zone_of(zone)


def test_what_is_stored_is_what_was_read() -> None:
    stored = {day: [] for day in EVERY_DAY} | {
        "mon": [["09:00", "12:00"], ["18:00", "02:00"]],
        "sun": [["00:00", "24:00"]],
    }
    assert stored_hours(parse_hours(stored)) == stored
