"""Routing over the real log, on both databases: the order of the queue, taking, and the race for one customer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from liyu.app.settings import load
from liyu.app.wiring import Services, opened
from liyu.identity.model import Principal
from liyu.kit.ids import ConversationId
from liyu.messaging.errors import AlreadyTaken
from liyu.routing.errors import NobodyWaits, NoQueue
from tests.api.access.people import House, house


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both twins in turn: PostgreSQL's address, or nothing for SQLite."""
    return str(request.getfixturevalue("postgres_dsn")) if request.param == "postgresql" else ""


@pytest.fixture
async def services(database_url: str, tmp_path: Path) -> AsyncIterator[Services]:
    overrides: dict[str, dict[str, object]] = {
        "data": {"folder": str(tmp_path / "data")},
        "database": {"url": database_url},
        "log": {"level": "error"},
        "identity": {"password_memory_kib": 8_192, "visitors_per_minute": 1_000},
    }
    async with opened(load(Path("/dev/null"), {}, overrides)) as found:
        yield found


@pytest.fixture
async def home(services: Services) -> House:
    return await house(services, "home")


async def principal(services: Services, home: House, role: str) -> Principal:
    return await services.identity.authenticate(await home.token(role))


async def asks(services: Services, home: House, person: Principal, text: str) -> ConversationId:
    """``person`` opens its conversation and says something."""
    snapshot, _ = await services.messaging.open_conversation(person, home.shop.slug)
    conversation = ConversationId(snapshot.id)
    await services.messaging.send(person, conversation, f"c-{text}", "text", b'{"text":"%b"}' % text.encode())
    return conversation


async def test_the_queue_stands_in_order_and_empties_as_it_is_taken(services: Services, home: House) -> None:
    guide = await principal(services, home, "guide")
    first = await asks(services, home, await principal(services, home, "visitor"), "one")
    second = await asks(services, home, await principal(services, home, "customer"), "two")
    board = await services.routing.board(guide, home.shop.id)
    assert [row.waiting.conversation for row in board.waiting] == [first, second]
    assert await services.routing.claim_next(guide) == first
    assert await services.routing.claim_next(guide) == second
    with pytest.raises(NobodyWaits):
        await services.routing.claim_next(guide)
    snapshot = await services.messaging.snapshot(guide, first)
    assert snapshot.assignee == guide.person
    assert [message.kind for message in snapshot.messages][-1] == "assigned"


async def test_of_two_who_claim_at_once_one_is_told(services: Services, home: House) -> None:
    conversation = await asks(services, home, await principal(services, home, "visitor"), "one")
    people = [await principal(services, home, role) for role in ("guide", "designer", "owner", "manager")]
    outcomes = await asyncio.gather(
        *(services.routing.claim(person, conversation) for person in people), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyTaken) for outcome in outcomes) == 3


async def test_who_takes_none_is_not_asked(services: Services, home: House) -> None:
    guide, designer = [await principal(services, home, role) for role in ("guide", "designer")]
    routing = services.routing
    assert await routing.candidate(guide.chain, home.shop.id) is None  # nobody's desk is open
    await routing.open_desk(guide)
    await routing.open_desk(designer, "busy")
    found = await routing.candidate(guide.chain, home.shop.id)
    is_open = any(day for day in home.shop.hours.week)
    assert (found.person if found else None) == (guide.person if is_open else None)
    assert await routing.candidate(guide.chain, home.shop.id, frozenset({guide.person})) is None


async def test_customers_have_no_desk_and_no_queue(services: Services, home: House) -> None:
    customer = await principal(services, home, "customer")
    with pytest.raises(NoQueue):
        await services.routing.open_desk(customer)
    with pytest.raises(NoQueue):
        await services.routing.board(customer, home.shop.id)


async def test_a_wait_says_who_is_ahead_and_that_nobody_is_there(services: Services, home: House) -> None:
    guide = await principal(services, home, "guide")
    await asks(services, home, await principal(services, home, "visitor"), "one")
    customer = await principal(services, home, "customer")
    mine = await asks(services, home, customer, "two")
    wait = await services.routing.wait(customer, mine)
    assert (wait.ahead, wait.about_ms, wait.nobody) == (1, None, True)
    await services.routing.open_desk(guide)
    assert not (await services.routing.wait(customer, mine)).nobody


async def test_answered_waits_make_the_estimate_their_median(services: Services, home: House) -> None:
    guide, visitor, customer = [await principal(services, home, role) for role in ("guide", "visitor", "customer")]
    routing = services.routing
    await routing.open_desk(guide)
    answered = await asks(services, home, visitor, "first")
    waiting = await asks(services, home, customer, "now")
    told: list[int] = []
    services.messaging.writer.on_answered.append(
        lambda waits: told.extend(one.answered_at - one.asked_at for one in waits)
    )
    for turn in range(3):
        await routing.settle()
        assert (await routing.wait(customer, waiting)).about_ms is None
        if turn:
            await asks(services, home, visitor, f"question-{turn}")
        await asyncio.sleep(0.01 * turn)  # waits of unlike lengths, whatever they are
        for number in range(2):  # only the first word answers
            await services.messaging.send(guide, answered, f"a{turn}{number}", "text", b'{"text":"yes"}')
    await routing.settle()
    assert len(told) == 3
    wait = await routing.wait(customer, waiting)
    assert wait.about_ms == sorted(told)[1]
    assert not wait.nobody


async def test_a_conversation_in_somebodys_care_has_nobody_before_it(services: Services, home: House) -> None:
    guide, visitor, customer = [await principal(services, home, role) for role in ("guide", "visitor", "customer")]
    await asks(services, home, visitor, "before-me")
    mine = await asks(services, home, customer, "mine")
    await services.routing.open_desk(guide)
    await services.routing.claim(guide, mine)
    wait = await services.routing.wait(customer, mine)
    assert (wait.ahead, wait.nobody) == (0, False)
    await services.routing.open_desk(guide, "away")
    assert (await services.routing.wait(customer, mine)).nobody
