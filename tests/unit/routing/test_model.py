"""Who is asked next and what a waiting customer is told, on literal values."""

from __future__ import annotations

from dataclasses import replace

from liyu.kit.ids import ConversationId, PersonId, ShopId
from liyu.routing.model import Guide, Wait, Waiting, in_order, next_candidate, wait_in_care, wait_of

HERE, SISTER, FAR = ShopId("shp_here"), ShopId("shp_sister"), ShopId("shp_far")
CHEN = Guide(PersonId("chen"), frozenset({HERE}), "free", online=True, open_now=2, taken_at=50)
LIN = Guide(PersonId("lin"), frozenset({HERE}), "free", online=True, open_now=1, taken_at=90)
ZHAO = Guide(PersonId("zhao"), frozenset({SISTER, FAR}), "free", online=True, open_now=0)
ALL_OPEN = {HERE, SISTER, FAR}


def conversation(name: str, since: int, *, vip: bool = False) -> Waiting:
    return Waiting(ConversationId(name), HERE, since, vip)


def test_vips_come_first_then_whoever_waits_longest() -> None:
    queue = [conversation("late", 30), conversation("early", 10), conversation("vip", 40, vip=True)]
    assert [one.conversation for one in in_order(queue)] == ["vip", "early", "late"]


def test_the_guide_with_most_room_is_asked_first() -> None:
    found = next_candidate(HERE, [CHEN, LIN, ZHAO], open_shops=ALL_OPEN)
    assert found is not None
    assert (found.person, found.shop, found.sister) == ("lin", HERE, False)


def test_equal_room_goes_to_who_was_idle_longest() -> None:
    found = next_candidate(HERE, [LIN, replace(CHEN, open_now=1)], open_shops=ALL_OPEN)
    assert found is not None
    assert found.person == "chen"


def test_whoever_was_asked_is_passed_over_then_sisters_in_order_then_nobody() -> None:
    asked = {CHEN.person, LIN.person}
    found = next_candidate(HERE, [CHEN, LIN, ZHAO], open_shops=ALL_OPEN, sisters=[FAR, SISTER], asked=asked)
    assert found is not None
    assert (found.person, found.shop, found.sister) == ("zhao", FAR, True)
    nobody = next_candidate(HERE, [CHEN, LIN, ZHAO], open_shops=ALL_OPEN, sisters=[FAR], asked=asked | {ZHAO.person})
    assert nobody is None


def test_full_busy_away_and_offline_guides_are_not_asked() -> None:
    for change in ({"open_now": 6}, {"state": "busy"}, {"state": "away"}, {"online": False}):
        assert next_candidate(HERE, [replace(CHEN, **change)], open_shops=ALL_OPEN) is None  # type: ignore[arg-type]


def test_a_closed_shop_asks_an_open_sister() -> None:
    found = next_candidate(HERE, [CHEN, ZHAO], open_shops={SISTER}, sisters=[SISTER])
    assert found is not None
    assert found.person == "zhao"


def test_a_wait_counts_rounds_of_guides_and_says_nothing_without_evidence() -> None:
    queue = [conversation(f"c{number}", number) for number in range(5)]
    wait = wait_of(ConversationId("c4"), queue, [CHEN, LIN], HERE, [60_000, 90_000, 30_000])
    assert (wait.ahead, wait.about_ms, wait.nobody) == (4, 180_000, False)
    assert wait_of(ConversationId("c4"), queue, [CHEN, LIN], HERE, [60_000]).about_ms is None
    assert wait_of(ConversationId("c4"), queue, [ZHAO], HERE, [60_000] * 5).nobody


def test_in_somebodys_care_only_the_carer_counts() -> None:
    usual = [60_000, 90_000, 30_000]
    assert wait_in_care(CHEN.person, [CHEN, LIN], usual) == Wait(0, 60_000, nobody=False)
    assert wait_in_care(CHEN.person, [replace(CHEN, state="busy")], usual[:2]) == Wait(0, None, nobody=False)
    assert wait_in_care(CHEN.person, [replace(CHEN, state="away"), LIN], usual) == Wait(0, None, nobody=True)
    assert wait_in_care(CHEN.person, [replace(CHEN, online=False)], usual).nobody
