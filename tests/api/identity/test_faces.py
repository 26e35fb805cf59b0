"""Shop and desk in one browser: a session each, and neither looks at the other's cookies."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.api.access.people import PASSWORD, House
from tests.api.identity.conftest import Browser

Leaving = Callable[[httpx.AsyncClient], dict[str, str]]
DESK = {"x-liyu-client": "desk"}
GUIDE = {"login": "guide-home", "password": PASSWORD}


def shop(client: httpx.AsyncClient) -> dict[str, str]:
    """What a page of the shop adds to an unsafe request."""
    return {"x-csrf-token": client.cookies.get("liyu_csrf", "")}


def desk(client: httpx.AsyncClient) -> dict[str, str]:
    """What the desk adds to an unsafe request."""
    return DESK | {"x-csrf-token": client.cookies.get("liyu_desk_csrf", "")}


async def both(browser: Browser) -> httpx.AsyncClient:
    """A browser that is a visitor in the shop and a guide at the desk."""
    client = browser()
    assert (await client.post("/visitors", json={"shop": "home"})).status_code == 201
    assert (await client.post("/sessions", json=GUIDE, headers=DESK)).status_code == 201
    return client


async def kinds(client: httpx.AsyncClient) -> tuple[str | None, str | None]:
    """Who is in the shop and who at the desk."""
    answers = [await client.get("/me", headers=headers) for headers in ({}, DESK)]
    found = [answer.json()["kind"] if answer.status_code == 200 else None for answer in answers]
    return found[0], found[1]


async def test_signing_in_at_the_desk_leaves_the_shops_visitor_alone(home: House, browser: Browser) -> None:
    client = browser()
    visitor = (await client.post("/visitors", json={"shop": "home"})).json()
    answer = await client.post("/sessions", json=GUIDE, headers=DESK)
    assert [cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")] == [
        "liyu_desk_session",
        "liyu_desk_csrf",
    ]
    session, page = answer.headers.get_list("set-cookie")
    assert ("HttpOnly" in session, "HttpOnly" in page) == (True, False)
    assert await kinds(client) == ("visitor", "staff")
    assert (await client.get("/me")).json()["id"] == visitor["id"]


async def test_a_visitor_who_arrives_beside_the_desk_is_nobody_of_the_staff(home: House, browser: Browser) -> None:
    client = browser()
    assert (await client.post("/sessions", json=GUIDE, headers=DESK)).status_code == 201
    assert await kinds(client) == (None, "staff")
    answer = await client.post("/visitors", json={"shop": "home"})
    assert (answer.status_code, answer.json()["kind"]) == (201, "visitor")
    assert await kinds(client) == ("visitor", "staff")


@pytest.mark.parametrize(
    ("leaving", "kept", "left"),
    [
        (shop, {"liyu_desk_session", "liyu_desk_csrf"}, (None, "staff")),
        (desk, {"liyu_session", "liyu_csrf"}, ("visitor", None)),
    ],
)
async def test_signing_out_of_one_leaves_the_other(
    home: House, browser: Browser, leaving: Leaving, kept: set[str], left: tuple[str | None, str | None]
) -> None:
    client = await both(browser)
    assert (await client.delete("/sessions/current", headers=leaving(client))).status_code == 204
    assert set(client.cookies) == kept
    assert await kinds(client) == left


async def test_me_renews_the_cookies_of_the_face_that_asks(home: House, browser: Browser) -> None:
    client = await both(browser)
    for headers, names in (
        ({}, ["liyu_session", "liyu_csrf"]),
        (DESK, ["liyu_desk_session", "liyu_desk_csrf"]),
    ):
        answer = await client.get("/me", headers=headers)
        assert [cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")] == names


async def test_the_page_token_of_one_face_opens_nothing_at_the_other(home: House, browser: Browser) -> None:
    client = await both(browser)
    shops, desks = client.cookies["liyu_csrf"], client.cookies["liyu_desk_csrf"]
    for headers in (
        DESK,
        DESK | {"x-csrf-token": shops},
        {"x-csrf-token": desks},
        {"x-csrf-token": desks, "cookie": f"liyu_session={client.cookies['liyu_session']}; liyu_csrf={desks}"},
        DESK
        | {
            "x-csrf-token": shops,
            "cookie": f"liyu_desk_session={client.cookies['liyu_desk_session']}; liyu_desk_csrf={shops}",
        },
    ):
        answer = await client.patch("/me", json={"name": "盗"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "session.csrf")
    assert (await client.patch("/me", json={"name": "客"}, headers=shop(client))).json()["kind"] == "visitor"
    assert (await client.patch("/me", json={"name": "导"}, headers=desk(client))).json()["kind"] == "staff"


async def test_a_desks_cookie_does_not_count_without_its_header(home: House, browser: Browser) -> None:
    client = await both(browser)
    alone = {"cookie": f"liyu_desk_session={client.cookies['liyu_desk_session']}"}
    assert (await browser().get("/me", headers=alone)).status_code == 401
    assert (await browser().get("/me", headers=DESK | alone)).status_code == 200
    visitors = {"cookie": f"liyu_session={client.cookies['liyu_session']}"}
    assert (await browser().get("/me", headers=DESK | visitors)).status_code == 401


async def test_each_face_lists_and_ends_its_own_devices(home: House, browser: Browser) -> None:
    client = await both(browser)
    mine = (await client.get("/me/devices")).json()["items"]
    here = (await client.get("/me/devices", headers=DESK)).json()["items"]
    assert len(mine) == len(here) == 1
    assert mine[0]["id"] != here[0]["id"]
    assert (await client.delete(f"/me/devices/{here[0]['id']}", headers=desk(client))).status_code == 204
    assert "liyu_desk_session" not in client.cookies
    assert await kinds(client) == ("visitor", None)


async def test_an_invited_guide_comes_in_at_the_desk_and_not_in_the_shop(home: House, browser: Browser) -> None:
    bearer = {"authorization": f"Bearer {await home.token('owner')}"}
    wanted = {"purpose": "invitation", "grants": [{"role": "guide", "shop": home.shop.id}]}
    path = (await browser().post("/links", json=wanted, headers=bearer)).json()["path"]
    client = browser()
    await client.post("/visitors", json={"shop": "home"})
    newcomer = {"secret": path.partition("#")[2], "name": "林可", "login": "linke", "password": PASSWORD}
    answer = await client.post("/links/redeem", json=newcomer, headers=DESK)
    assert (answer.status_code, answer.json()["kind"]) == (201, "staff")
    assert await kinds(client) == ("visitor", "staff")
