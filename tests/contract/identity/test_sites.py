"""Embedding sites: their keys, and customers whom they vouch for."""

from __future__ import annotations

import asyncio
from typing import Any

import jwt
import pytest

from liyu.identity import events
from liyu.identity.clients import Issued
from liyu.identity.errors import BadSiteToken, Forbidden, NotFound, OriginNotAllowed, SiteTokenUsed
from liyu.identity.model import Principal
from liyu.identity.site_tokens import SiteKey
from tests.contract.identity.world import WEB, WIDGET, World

ORIGIN = "https://gifts.example"


async def key_of(world: World) -> SiteKey:
    return await world.identity.site_keys.create(world.owner, world.east.id, "官网", "HS256", (ORIGIN,))


def token(world: World, key: SiteKey, jti: str = "j-1", **claims: Any) -> str:
    body = {"aud": key.shop, "sub": "c-17", "jti": jti, "exp": world.clock.now_ms() / 1000 + 120} | claims
    return jwt.encode(body, key.secret, key.algorithm, {"kid": key.id})


async def opened(world: World, key: SiteKey, jti: str, current: Principal | None = None, **claims: Any) -> Issued:
    return await world.identity.site_sessions.open(token(world, key, jti, **claims), (ORIGIN,), WEB, current)


async def test_the_sites_customer_is_the_same_person_each_time(world: World) -> None:
    key = await key_of(world)
    first = await opened(world, key, "j-1", name="阿柚", locale="en")
    again = await opened(world, key, "j-2", name="别的名字")
    assert first.principal.person == again.principal.person
    assert (first.principal.kind, first.principal.name, first.principal.locale) == ("customer", "阿柚", "en")
    other = await opened(world, key, "j-3", sub="c-18")
    assert other.principal.person != first.principal.person


async def test_a_token_is_good_once(world: World) -> None:
    key = await key_of(world)
    await opened(world, key, "j-1")
    with pytest.raises(SiteTokenUsed):
        await opened(world, key, "j-1")
    outcomes = await asyncio.gather(*(opened(world, key, "j-2") for _ in range(6)), return_exceptions=True)
    assert sum(isinstance(outcome, Issued) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SiteTokenUsed) for outcome in outcomes) == 5


async def test_a_new_customer_who_arrives_twice_at_once_is_one_person(world: World) -> None:
    key = await key_of(world)
    outcomes = await asyncio.gather(*(opened(world, key, f"j-{number}") for number in range(6)))
    assert len({outcome.principal.person for outcome in outcomes}) == 1


async def test_only_this_browsers_anonymous_thread_is_joined(world: World) -> None:
    key = await key_of(world)
    visitor = await world.visitor()
    known = await opened(world, key, "j-1", visitor.principal)
    assert known.principal.aliases == (visitor.principal.person,)
    assert len(world.heard_of(events.PersonMerged)) == 1
    stranger = await opened(world, key, "j-2", visitor.principal, sub="c-18")  # the thread has an owner now
    assert stranger.principal.aliases == ()
    taken_over = await opened(world, key, "j-3", known.principal, sub="c-19")  # a known customer's session is left
    assert taken_over.principal.aliases == ()
    assert taken_over.principal.session != known.principal.session
    assert len(world.heard_of(events.PersonMerged)) == 1


async def test_a_visitor_of_another_chain_is_not_joined(world: World) -> None:
    key = await key_of(world)
    visitor = await world.visitor(world.abroad)
    assert (await opened(world, key, "j-1", visitor.principal)).principal.aliases == ()


async def test_pages_that_the_key_does_not_name_are_refused(world: World) -> None:
    key = await key_of(world)
    for origins in (("https://evil.example",), (ORIGIN, "https://evil.example"), (ORIGIN + ".evil.example",)):
        with pytest.raises(OriginNotAllowed):
            await world.identity.site_sessions.open(token(world, key), origins, WIDGET, None)
    issued = await world.identity.site_sessions.open(token(world, key), (), WIDGET, None)
    assert issued.refresh is not None
    assert await world.identity.origin_registered(ORIGIN)
    for origin in ("https://gifts", "https://evil.example", "%", '"', ""):
        assert not await world.identity.origin_registered(origin)


async def test_keys_are_rotated_with_an_overlap_and_revoked_at_once(world: World) -> None:
    old = await key_of(world)
    new = await world.identity.site_keys.rotate(world.owner, old.id, 60_000)
    assert new.secret != old.secret
    assert new.origins == old.origins
    await opened(world, old, "j-1")
    await opened(world, new, "j-2")
    world.clock.advance(60_000)
    with pytest.raises(BadSiteToken):
        await opened(world, old, "j-3")
    with pytest.raises(NotFound):
        await world.identity.site_keys.rotate(world.owner, old.id, 60_000)
    await world.identity.site_keys.revoke(world.owner, new.id)
    with pytest.raises(BadSiteToken):
        await opened(world, new, "j-4")
    with pytest.raises(NotFound):
        await world.identity.site_keys.revoke(world.owner, new.id)
    assert [key.id for key in await world.identity.site_keys.of_shop(world.owner, world.east.id)] == [old.id]
    assert not await world.identity.origin_registered(ORIGIN)


async def test_an_unknown_or_anothers_key_proves_nothing(world: World) -> None:
    key = await key_of(world)
    mallory = SiteKey("key_0", key.chain, key.shop, "", "HS256", b"m" * 64, (ORIGIN,), 0)
    with pytest.raises(BadSiteToken):
        await opened(world, mallory, "j-1")
    sibling = await world.identity.site_keys.create(world.owner, world.west.id, "西店", "HS256", (ORIGIN,))
    with pytest.raises(BadSiteToken):
        await opened(world, sibling, "j-1", aud=world.east.id)


async def test_keys_belong_to_those_who_run_the_shop(world: World) -> None:
    key = await key_of(world)
    guide = await world.staff("guide", world.east)
    west_manager = await world.staff("manager", world.west)
    foreigner = await world.staff("owner", None, chain=world.abroad)
    for who, refusal in ((guide, Forbidden), (west_manager, Forbidden), (foreigner, NotFound)):
        with pytest.raises(refusal):
            await world.identity.site_keys.of_shop(who, world.east.id)
        with pytest.raises(refusal):
            await world.identity.site_keys.create(who, world.east.id, "x", "HS256", (ORIGIN,))
        with pytest.raises(refusal):
            await world.identity.site_keys.rotate(who, key.id, 0)
        with pytest.raises(refusal):
            await world.identity.site_keys.revoke(who, key.id)
    await world.identity.site_keys.create(west_manager, world.west.id, "x", "HS512", (ORIGIN,))
