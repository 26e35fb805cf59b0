"""Devices and the widget's rotating refresh."""

from __future__ import annotations

import asyncio

import pytest

from liyu.identity import events
from liyu.identity.clients import Issued
from liyu.identity.errors import NotFound, RefreshReused, Revoked, Unauthenticated
from liyu.identity.settings import DAY_MS, MINUTE_MS
from tests.contract.identity.world import PASSWORD, WEB, WIDGET, World


async def test_devices_are_listed_named_and_revoked(world: World) -> None:
    await world.staff("guide", world.west, "chenjing")
    desk = (await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)).principal
    tablet = await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)
    await world.identity.devices.rename(desk, tablet.principal.device, "店里的平板")
    names = {device.id: device.name for device in await world.identity.devices.mine(desk)}
    assert names[tablet.principal.device] == "店里的平板"
    assert names[desk.device] == "Chrome · Windows"
    await world.identity.devices.revoke(desk, tablet.principal.device)
    with pytest.raises(Revoked):
        await world.identity.authenticate(tablet.token)
    told = events.DeviceRevoked(desk.chain, desk.person, tablet.principal.device, (tablet.principal.session,))
    assert world.heard_of(events.DeviceRevoked) == [told]
    assert tablet.principal.device not in {device.id for device in await world.identity.devices.mine(desk)}
    for again in (world.identity.devices.revoke, lambda who, what: world.identity.devices.rename(who, what, "x")):
        with pytest.raises(NotFound):
            await again(desk, tablet.principal.device)


async def test_nobody_touches_anothers_device(world: World) -> None:
    mine, other = (await world.visitor()).principal, (await world.visitor()).principal
    with pytest.raises(NotFound):
        await world.identity.devices.revoke(mine, other.device)
    with pytest.raises(NotFound):
        await world.identity.devices.rename(mine, other.device, "x")
    assert [device.id for device in await world.identity.devices.mine(mine)] == [mine.device]


async def test_a_device_whose_session_is_over_is_not_listed(world: World) -> None:
    await world.staff("guide", world.west, "chenjing")
    world.clock.advance(40 * DAY_MS)
    fresh = (await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)).principal
    assert [device.id for device in await world.identity.devices.mine(fresh)] == [fresh.device]


async def test_a_widgets_token_is_short_and_its_refresh_rotates(world: World) -> None:
    first = await world.visitor(client=WIDGET)
    assert first.refresh is not None
    assert first.expires_at == world.clock.now_ms() + 15 * MINUTE_MS
    world.clock.advance(15 * MINUTE_MS)
    with pytest.raises(Unauthenticated):
        await world.identity.authenticate(first.token)
    second = await world.identity.refreshing.refresh(first.refresh)
    assert (second.principal.person, second.principal.session) == (first.principal.person, first.principal.session)
    assert second.refresh not in (None, first.refresh)
    assert (await world.identity.authenticate(second.token)).device == first.principal.device


async def test_an_old_refresh_signs_the_device_out(world: World) -> None:
    first = await world.visitor(client=WIDGET)
    assert first.refresh is not None
    second = await world.identity.refreshing.refresh(first.refresh)
    with pytest.raises(RefreshReused):
        await world.identity.refreshing.refresh(first.refresh)
    with pytest.raises(Revoked):
        await world.identity.authenticate(second.token)
    assert second.refresh is not None
    with pytest.raises(Revoked):
        await world.identity.refreshing.refresh(second.refresh)
    assert len(world.heard_of(events.DeviceRevoked)) == 1


async def test_of_two_that_refresh_at_once_neither_keeps_the_device(world: World) -> None:
    first = await world.visitor(client=WIDGET)
    assert first.refresh is not None
    outcomes = await asyncio.gather(
        *(world.identity.refreshing.refresh(first.refresh) for _ in range(2)), return_exceptions=True
    )
    won = [outcome for outcome in outcomes if isinstance(outcome, Issued)]
    assert len(won) == 1
    assert any(isinstance(outcome, RefreshReused) for outcome in outcomes)
    with pytest.raises(Revoked):
        await world.identity.authenticate(won[0].token)


async def test_refresh_tokens_that_are_good_for_nothing(world: World) -> None:
    first = await world.visitor(client=WIDGET)
    assert first.refresh is not None
    for token in ("", "lyr_x", first.token):
        with pytest.raises(Unauthenticated):
            await world.identity.refreshing.refresh(token)
    with pytest.raises(Unauthenticated):
        await world.identity.authenticate(first.refresh)
    world.clock.advance(181 * DAY_MS)
    with pytest.raises(Unauthenticated):
        await world.identity.refreshing.refresh(first.refresh)
