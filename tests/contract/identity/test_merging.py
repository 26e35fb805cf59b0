"""An anonymous visitor becomes a known person; nothing that was written changes its author."""

from __future__ import annotations

import asyncio

import pytest

from liyu.identity import events
from liyu.identity.clients import Issued
from liyu.identity.errors import Unauthenticated
from tests.contract.identity.world import NOW, PASSWORD, WEB, WIDGET, World


async def test_signing_in_joins_this_browsers_anonymous_thread(world: World) -> None:
    zhouyu = await world.customer("zhouyu")
    visitor = await world.visitor()
    known = await world.identity.sessions.sign_in("zhouyu", PASSWORD, WEB, visitor.principal)
    assert known.principal.person == zhouyu
    assert known.principal.aliases == (visitor.principal.person,)
    assert known.principal.session == visitor.principal.session
    assert world.heard_of(events.PersonMerged) == [
        events.PersonMerged(world.east.chain.id, visitor.principal.person, zhouyu)
    ]
    assert (await world.identity.check(visitor.principal.session)).person == zhouyu


async def test_a_token_planted_before_signing_in_is_worth_nothing_after(world: World) -> None:
    await world.customer("zhouyu")
    visitor = await world.visitor()
    known = await world.identity.sessions.sign_in("zhouyu", PASSWORD, WEB, visitor.principal)
    with pytest.raises(Unauthenticated):
        await world.identity.authenticate(visitor.token)
    assert (await world.identity.authenticate(known.token)).kind == "customer"


async def test_several_visitors_become_one_person(world: World) -> None:
    zhouyu = await world.customer("zhouyu")
    visitors = [await world.visitor(), await world.visitor()]
    for visitor in visitors:
        known = await world.identity.sessions.sign_in("zhouyu", PASSWORD, WEB, visitor.principal)
    assert set(known.principal.aliases) == {visitor.principal.person for visitor in visitors}
    assert set(known.principal.ids) == {zhouyu, *known.principal.aliases}


async def test_staff_do_not_swallow_a_customers_thread(world: World) -> None:
    await world.staff("guide", world.west, "chenjing")
    visitor = await world.visitor()
    signed = await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, visitor.principal)
    assert signed.principal.aliases == ()
    assert (await world.identity.authenticate(visitor.token)).kind == "visitor"
    assert world.heard_of(events.PersonMerged) == []


async def test_a_thread_that_has_an_owner_is_not_joined_again(world: World) -> None:
    first, second = await world.customer("first"), await world.customer("second")
    visitor = await world.visitor()
    await world.identity.sessions.sign_in("first", PASSWORD, WEB, visitor.principal)
    stale = visitor.principal  # another tab that still believes it is anonymous
    known = await world.identity.sessions.sign_in("second", PASSWORD, WEB, stale)
    assert known.principal.person == second
    assert known.principal.aliases == ()
    assert known.principal.session != stale.session
    assert (await world.identity.check(stale.session)).person == first


async def test_of_two_owners_at_once_exactly_one_gets_the_thread(world: World) -> None:
    people = [await world.customer(f"customer-{number}") for number in range(4)]
    visitor = await world.visitor()
    outcomes = await asyncio.gather(
        *(
            world.identity.sessions.sign_in(f"customer-{number}", PASSWORD, WEB, visitor.principal)
            for number in range(4)
        )
    )
    assert all(isinstance(outcome, Issued) for outcome in outcomes)
    joined = [outcome.principal.person for outcome in outcomes if outcome.principal.aliases]
    assert len(joined) == 1
    assert len(world.heard_of(events.PersonMerged)) == 1
    assert {outcome.principal.person for outcome in outcomes} == set(people)


async def test_another_chains_visitor_is_not_joined(world: World) -> None:
    await world.customer("zhouyu")
    visitor = await world.visitor(world.abroad)
    known = await world.identity.sessions.sign_in("zhouyu", PASSWORD, WEB, visitor.principal)
    assert known.principal.aliases == ()


async def test_a_known_customers_session_is_not_handed_to_another(world: World) -> None:
    first, _ = await world.customer("first"), await world.customer("second")
    one = await world.identity.sessions.sign_in("first", PASSWORD, WEB, None)
    two = await world.identity.sessions.sign_in("second", PASSWORD, WEB, one.principal)
    assert two.principal.session != one.principal.session
    assert (await world.identity.authenticate(one.token)).person == first


async def test_a_widgets_visitor_gets_a_new_pair(world: World) -> None:
    await world.customer("zhouyu")
    visitor = await world.visitor(client=WIDGET)
    known = await world.identity.sessions.sign_in("zhouyu", PASSWORD, WIDGET, visitor.principal)
    assert known.refresh is not None
    again = await world.identity.refreshing.refresh(known.refresh)
    assert again.principal.aliases == (visitor.principal.person,)


async def test_an_event_that_was_not_heard_is_told_again(world: World) -> None:
    await world.customer("zhouyu")
    trouble = [True]
    late: list[events.PersonMerged] = []

    async def flaky(event: events.PersonMerged) -> None:
        if trouble[0]:
            raise ConnectionError
        late.append(event)

    world.events.subscribe(events.PersonMerged, flaky)
    visitor = await world.visitor()
    await world.identity.sessions.sign_in("zhouyu", PASSWORD, WEB, visitor.principal)
    assert late == []
    trouble[0] = False
    assert await world.identity.context.commits.deliver_left() == 0  # the committing node may still be at it
    world.clock.advance(60_001)
    assert await world.identity.context.commits.deliver_left() == 1
    assert [event.visitor for event in late] == [visitor.principal.person]
    assert await world.identity.context.commits.deliver_left() == 0
    assert world.clock.now_ms() > NOW
