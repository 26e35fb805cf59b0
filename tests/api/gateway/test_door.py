"""Opening a connection: origins, cookies, tokens, limits. Both implementations answer alike."""

from __future__ import annotations

import contextlib

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.api.gateway.raw import opened, staff, visitor
from tests.api.gateway.sites import SHOP, Site


@pytest.fixture(params=["picows", "uvicorn"])
def site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue(f"{request.param}_site")
    return found


async def test_our_own_page_is_known_by_its_cookie(site: Site) -> None:
    async with visitor(site.url(0), SHOP) as ann:
        headers = {"Cookie": f"liyu_session={ann.token}"}
        async with opened(site.url(0), additional_headers=headers, origin=site.url(0)) as raw:
            welcome = await raw.hello(None)
            assert welcome["person"] == ann.id
            assert welcome["proto"] == 1


async def test_shop_and_desk_of_one_browser_are_two_people(site: Site) -> None:
    """R23: the address says whose cookie counts."""
    async with visitor(site.url(0), SHOP) as ann, staff(site.url(0), "guwenlan", "guwenlan-liyu") as owner:
        headers = {"Cookie": f"liyu_session={ann.token}; liyu_desk_session={owner.token}"}
        for query, person in (("", ann.id), ("?client=desk", owner.id)):
            async with opened(site.url(0), query, additional_headers=headers, origin=site.url(0)) as raw:
                assert (await raw.hello(None))["person"] == person
        alone = {"Cookie": f"liyu_session={ann.token}"}
        async with opened(site.url(0), "?client=desk", additional_headers=alone, origin=site.url(0)) as raw:
            await raw.say(t="hello", token=None)
            assert (await raw.until("error"))["code"] == "hello.no_credentials"


async def test_a_foreign_page_is_refused_at_the_upgrade(site: Site) -> None:
    async with visitor(site.url(0), SHOP) as ann:
        headers = {"Cookie": f"liyu_session={ann.token}"}
        with pytest.raises(InvalidStatus) as refused:
            async with opened(site.url(0), additional_headers=headers, origin="https://evil.example"):
                pass
        assert refused.value.response.status_code == 403


async def test_a_shops_registered_site_may_come_but_its_cookie_counts_for_nothing(site: Site) -> None:
    async with staff(site.url(0), "guwenlan", "guwenlan-liyu") as owner:
        shop = next(shop for shop in owner.me["shops"] if shop["slug"] == SHOP)
        partner = f"https://{site.name}.partner.example"
        key = {"shop": shop["id"], "name": "site", "algorithm": "HS256", "origins": [partner]}
        await owner.call("POST", "/site-keys", key)
        headers = {"Cookie": f"liyu_session={owner.token}"}
        async with opened(site.url(0), additional_headers=headers, origin=partner) as raw:
            await raw.say(t="hello", token=None)
            assert (await raw.until("error"))["code"] == "hello.no_credentials"
            assert await raw.until_closed() == 4401
        async with opened(site.url(0), origin=partner) as raw:
            assert (await raw.hello(owner.token))["person"] == owner.id


async def test_there_is_one_path_alone(site: Site) -> None:
    with pytest.raises(InvalidStatus):
        async with opened(site.url(0) + "/elsewhere"):
            pass


async def test_a_bad_token_is_refused_for_good(site: Site) -> None:
    async with opened(site.url(0)) as raw:
        await raw.say(t="hello", token="lys_nonsense")
        assert (await raw.until("error"))["code"]
        assert await raw.until_closed() == 4401


async def test_a_newer_protocol_is_refused(site: Site) -> None:
    async with opened(site.url(0)) as raw:
        await raw.say(t="hello", proto=99, token="x")
        assert await raw.until_closed() == 4404


async def test_whoever_says_nothing_is_closed(site: Site) -> None:
    async with opened(site.url(0)) as raw:
        assert await raw.until_closed() == 4501
        assert raw.frames[-1]["code"] == "hello.timeout"


async def test_an_unknown_frame_and_nonsense_are_answered_and_the_connection_goes_on(site: Site) -> None:
    async with visitor(site.url(0), SHOP) as ann, ann.socket() as raw:
        await raw.say(t="dance")
        assert (await raw.until("error"))["code"] == "frame.unknown"
        await raw.socket.send("nonsense")
        assert (await raw.until("error"))["code"] == "frame.invalid"
        await raw.socket.send(b"\x00\x01")
        assert (await raw.until("error"))["code"] == "frame.invalid"
        await raw.say(t="ping")
        await raw.until("pong")


async def test_a_message_in_several_websocket_frames_is_one_frame(site: Site) -> None:
    async with visitor(site.url(0), SHOP) as ann, ann.socket() as raw:
        await raw.socket.send(['{"t":', '"pi', 'ng"}'])
        await raw.until("pong")


async def test_a_frame_too_large_is_named_and_closed(site: Site) -> None:
    async with visitor(site.url(0), SHOP) as ann, ann.socket() as raw:
        await raw.socket.send('{"t":"ping","x":"' + "y" * 70_000 + '"}')
        assert (await raw.until("error"))["code"] == "frame.too_large"
        assert await raw.until_closed() == 4406


async def test_a_silent_connection_is_given_up(site: Site) -> None:
    async with visitor(site.url(0), SHOP) as ann, ann.socket() as raw:
        with contextlib.suppress(ConnectionClosed):
            async for _ in raw.socket:  # pings come, and nobody answers them
                pass
        assert raw.socket.close_code == 4502
