"""Sessions: opened, renewed, ended; passwords guessed slowly; nobody told who exists."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, text

from liyu.identity import events
from liyu.identity.clients import Client
from liyu.identity.errors import (
    NotFound,
    Revoked,
    ShopNotFound,
    TooManyAttempts,
    Unauthenticated,
    WeakPassword,
    WrongCredentials,
)
from liyu.identity.settings import DAY_MS
from liyu.platform.db.port import ALL_CHAINS
from tests.contract.identity.world import PASSWORD, SETTINGS, WEB, World


async def test_a_visitor_gets_a_session_in_the_shops_chain_and_keeps_it(world: World) -> None:
    issued = await world.visitor(world.abroad)
    principal = await world.identity.authenticate(issued.token)
    assert (principal.kind, principal.chain, principal.name) == ("visitor", world.abroad.chain.id, "")
    again = await world.identity.sessions.visit("abroad", WEB, principal, issued.token)
    assert (again.principal.person, again.token, again.fresh) == (principal.person, issued.token, False)
    elsewhere = await world.identity.sessions.visit("east", WEB, principal, issued.token)
    assert elsewhere.fresh
    assert elsewhere.principal.chain == world.east.chain.id
    with pytest.raises(ShopNotFound):
        await world.identity.sessions.visit("nowhere", WEB, None, None)


async def test_tokens_are_not_stored(world: World) -> None:
    issued = await world.visitor()

    def everything(connection: Connection) -> str:
        return "".join(str(tuple(row)) for row in connection.execute(text("select * from session_token")))

    stored = await world.database.read(ALL_CHAINS, everything)
    assert stored
    assert issued.token not in stored
    assert issued.token.partition("_")[2] not in stored


async def test_who_signs_in_is_who_it_says(world: World) -> None:
    guide = await world.staff("guide", world.west, "chenjing")
    issued = await world.identity.sessions.sign_in("  ChenJing ", PASSWORD, WEB, None)
    assert issued.principal.person == guide.person
    assert issued.principal.staff_shops == (world.west.id,)
    assert issued.principal.has("guide", world.west.id)
    assert set(world.owner.staff_shops) == {world.east.id, world.west.id}
    assert issued.expires_at == world.clock.now_ms() + SETTINGS.session_ms("staff")


async def test_wrong_password_and_unknown_login_are_told_alike(world: World) -> None:
    await world.staff("guide", world.west, "chenjing")
    for login in ("chenjing", "nobody"):
        with pytest.raises(WrongCredentials):
            await world.identity.sessions.sign_in(login, "wrong", WEB, None)


@pytest.mark.parametrize("login", ["chenjing", "nobody"])
async def test_guessing_at_one_login_is_slowed_down_whether_it_exists_or_not(world: World, login: str) -> None:
    await world.staff("guide", world.west, "chenjing")
    for number in range(4):
        with pytest.raises(WrongCredentials):
            await world.identity.sessions.sign_in(login, "wrong", Client(address=f"192.0.2.{number}"), None)
    with pytest.raises(TooManyAttempts) as refused:
        await world.identity.sessions.sign_in(login, PASSWORD, Client(address="192.0.2.99"), None)
    assert refused.value.retry_after_ms == 2_000


async def test_the_right_password_after_the_wait_starts_afresh(world: World) -> None:
    await world.staff("guide", world.west, "chenjing")
    for number in range(4):
        with pytest.raises(WrongCredentials):
            await world.identity.sessions.sign_in("chenjing", "wrong", Client(address=f"192.0.2.{number}"), None)
    world.clock.advance(2_000)
    await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)
    with pytest.raises(WrongCredentials):
        await world.identity.sessions.sign_in("chenjing", "wrong", WEB, None)
    await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)


async def test_guessing_from_one_address_is_slowed_down_over_all_logins(world: World) -> None:
    attacker = Client(address="2001:db8::1")
    for number in range(16):
        with pytest.raises(WrongCredentials):
            await world.identity.sessions.sign_in(f"nobody-{number}", "wrong", attacker, None)
    with pytest.raises(TooManyAttempts) as refused:
        await world.identity.sessions.sign_in("another", "wrong", Client(address="2001:db8::2"), None)
    assert refused.value.retry_after_ms == 5_000


async def test_guesses_at_the_same_moment_are_counted_together(world: World) -> None:
    await world.staff("guide", world.west, "chenjing")
    outcomes = await asyncio.gather(
        *(world.identity.sessions.sign_in("chenjing", "wrong", WEB, None) for _ in range(12)), return_exceptions=True
    )
    assert sum(isinstance(outcome, WrongCredentials) for outcome in outcomes) == 4
    assert sum(isinstance(outcome, TooManyAttempts) for outcome in outcomes) == 8


async def test_a_flood_of_visitors_from_one_address_has_to_wait(world: World) -> None:
    outcomes = await asyncio.gather(*(world.visitor() for _ in range(60)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, TooManyAttempts)]
    assert len(refused) == 10
    assert all(refusal.retry_after_ms == 5_000 for refusal in refused)
    await world.visitor(client=Client(address="192.0.2.200"))


async def test_a_session_in_use_slides_and_an_unused_one_ends(world: World) -> None:
    await world.staff("guide", world.west, "chenjing")
    used = await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)
    unused = await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)
    for _ in range(4):
        world.clock.advance(10 * DAY_MS)
        await world.identity.authenticate(used.token)
    with pytest.raises(Unauthenticated):
        await world.identity.authenticate(unused.token)
    world.clock.advance(SETTINGS.session_days * DAY_MS)
    with pytest.raises(Unauthenticated):
        await world.identity.authenticate(used.token)
    with pytest.raises(Unauthenticated):
        await world.identity.check(used.principal.session)


async def test_signing_out_ends_the_session_and_tells_the_sockets(world: World) -> None:
    issued = await world.visitor()
    await world.identity.sessions.sign_out(issued.principal)
    with pytest.raises(Revoked):
        await world.identity.authenticate(issued.token)
    principal = issued.principal
    assert world.heard_of(events.DeviceRevoked) == [
        events.DeviceRevoked(principal.chain, principal.person, principal.device, (principal.session,))
    ]


@pytest.mark.parametrize("token", ["", "x", "lys_", "lys_" + "A" * 43, "礼遇", "\ud800", "' or 1=1 --"])
async def test_tokens_that_open_nothing(world: World, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await world.identity.authenticate(token)


async def test_a_new_password_signs_every_other_device_out(world: World) -> None:
    guide = await world.staff("guide", world.west, "chenjing")
    here = await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)
    with pytest.raises(WrongCredentials):
        await world.identity.credentials.change_password(here.principal, "wrong", "another long sentence")
    with pytest.raises(WeakPassword):
        await world.identity.credentials.change_password(here.principal, PASSWORD, "short")
    await world.identity.credentials.change_password(here.principal, PASSWORD, "another long sentence")
    assert (await world.identity.authenticate(here.token)).person == guide.person
    with pytest.raises(Revoked):
        await world.identity.check(guide.session)
    with pytest.raises(WrongCredentials):
        await world.identity.sessions.sign_in("chenjing", PASSWORD, WEB, None)
    await world.identity.sessions.sign_in("chenjing", "another long sentence", WEB, None)


async def test_whoever_has_no_login_has_no_password(world: World) -> None:
    with pytest.raises(NotFound):
        await world.identity.credentials.change_password((await world.visitor()).principal, "a", "another sentence")


async def test_sweeping_removes_only_what_is_over(world: World) -> None:
    gone, kept = await world.visitor(), await world.visitor()
    await world.identity.sessions.sign_out(gone.principal)
    world.clock.advance(8 * DAY_MS)
    before = await devices(world)
    assert await world.identity.sweep() == 1
    assert await devices(world) == before - 1
    with pytest.raises(Unauthenticated):
        await world.identity.authenticate(gone.token)
    await world.identity.authenticate(kept.token)


async def devices(world: World) -> int:
    """How many devices are remembered."""

    def counted(connection: Connection) -> int:
        return connection.execute(text("select count(*) from device")).scalar_one()

    return await world.database.read(ALL_CHAINS, counted)
