"""Cookies, the page's own token beside them, and the widget's tokens instead."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from liyu.app.api import assemble
from liyu.app.wiring import Services
from tests.api.access.people import PASSWORD, House
from tests.api.identity.conftest import Browser


def csrf(client: httpx.AsyncClient) -> dict[str, str]:
    """What a page adds to an unsafe request."""
    return {"x-csrf-token": client.cookies.get("liyu_csrf", "")}


async def arrived(browser: Browser) -> httpx.AsyncClient:
    client = browser()
    assert (await client.post("/visitors", json={"shop": "home"})).status_code == 201
    return client


async def test_a_browser_gets_cookies_that_scripts_cannot_read(home: House, browser: Browser) -> None:
    answer = await browser().post("/visitors", json={"shop": "home"}, headers={"accept-language": "en"})
    session, page = answer.headers.get_list("set-cookie")
    assert session.startswith("liyu_session=lys_")
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Secure" not in session  # plain HTTP on the shop's own machine
    assert page.startswith("liyu_csrf=")
    assert "HttpOnly" not in page
    body = answer.json()
    assert (body["kind"], body["locale"], body["chain"]["name"]) == ("visitor", "en", "home")
    assert body["token"] is body["refresh"] is body["token_expires_at"] is None


async def test_over_https_cookies_are_secure(services: Services, home: House) -> None:
    transport = httpx.ASGITransport(app=assemble(services))
    async with httpx.AsyncClient(transport=transport, base_url="https://shop.test") as client:
        answer = await client.post("/api/v1/visitors", json={"shop": "home"})
    assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    "forge",
    [
        lambda client: {},
        lambda client: {"x-csrf-token": ""},
        lambda client: {"x-csrf-token": "guessed"},
        lambda client: {
            "x-csrf-token": "guessed",
            "cookie": f"liyu_session={client.cookies['liyu_session']}; liyu_csrf=guessed",
        },
        lambda client: {"authorization": "Basic eDp5"},
    ],
)
async def test_a_cookie_alone_does_nothing_unsafe(home: House, browser: Browser, forge: Any) -> None:
    client = await arrived(browser)
    answer = await client.patch("/me", json={"name": "盗"}, headers=forge(client))
    assert (answer.status_code, answer.json()["code"]) == (403, "session.csrf")
    assert (await client.get("/me")).json()["name"] == ""
    assert (await client.patch("/me", json={"name": "周屿"}, headers=csrf(client))).json()["name"] == "周屿"


async def test_the_pages_token_of_another_session_does_not_fit(home: House, browser: Browser) -> None:
    mine, other = await arrived(browser), await arrived(browser)
    token = other.cookies["liyu_csrf"]
    headers = {"x-csrf-token": token, "cookie": f"liyu_session={mine.cookies['liyu_session']}; liyu_csrf={token}"}
    assert (await browser().patch("/me", json={"name": "x"}, headers=headers)).status_code == 403


async def test_another_sites_page_opens_no_session(home: House, browser: Browser) -> None:
    for path, body in (
        ("/visitors", {"shop": "home"}),
        ("/sessions", {"login": "guide-home", "password": PASSWORD}),
        ("/links/redeem", {"secret": "lyl_xxxxxxxx"}),
        ("/site-sessions", {"token": "xxxxxxxx"}),
    ):
        answer = await browser().post(path, json=body, headers={"sec-fetch-site": "cross-site"})
        assert (answer.status_code, answer.json()["code"]) == (403, "session.csrf")
        assert "set-cookie" not in answer.headers


async def test_a_form_of_another_site_is_not_understood(home: House, browser: Browser) -> None:
    body = '{"login": "guide-home", "password": "' + PASSWORD + '"}'
    answer = await browser().post("/sessions", content=body, headers={"content-type": "text/plain"})
    assert answer.status_code == 422


async def test_me_renews_the_cookies(home: House, browser: Browser) -> None:
    client = await arrived(browser)
    answer = await client.get("/me")
    assert [cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")] == [
        "liyu_session",
        "liyu_csrf",
    ]
    token = await home.token("guide")
    bearer = await browser().get("/me", headers={"authorization": f"Bearer {token}"})
    assert bearer.json()["shops"] == [{"id": home.shop.id, "slug": "home", "name": "home"}]
    assert "set-cookie" not in bearer.headers


async def test_signing_in_and_out(home: House, browser: Browser) -> None:
    client = await arrived(browser)
    body = {"login": "guide-home", "password": PASSWORD}
    answer = await client.post("/sessions", json=body, headers=csrf(client))
    assert answer.status_code == 201
    assert answer.json()["grants"] == [{"role": "guide", "shop": home.shop.id}]
    assert (await client.get("/me")).json()["kind"] == "staff"
    kept = dict(client.cookies)
    assert (await client.delete("/sessions/current", headers=csrf(client))).status_code == 204
    assert dict(client.cookies) == {}
    again = await browser().get("/me", headers={"cookie": f"liyu_session={kept['liyu_session']}"})
    assert (again.status_code, again.json()["code"]) == (401, "session.revoked")


async def test_a_stale_cookie_does_not_keep_a_browser_out(home: House, browser: Browser) -> None:
    client = await arrived(browser)
    await client.delete("/sessions/current", headers=csrf(client))
    stale = {"cookie": "liyu_session=lys_gone"}
    assert (await browser().get("/me", headers=stale)).json()["code"] == "session.unauthenticated"
    assert (await browser().get("/shops", headers=stale)).status_code == 200


async def test_a_widget_gets_tokens_and_no_cookies(home: House, browser: Browser) -> None:
    widget = {"x-liyu-client": "widget"}
    client = browser()
    answer = await client.post("/visitors", json={"shop": "home"}, headers=widget)
    first = answer.json()
    assert "set-cookie" not in answer.headers
    assert first["token"].startswith("lys_")
    bearer = {"authorization": f"Bearer {first['token']}"}
    assert (await client.patch("/me", json={"name": "阿柚"}, headers=bearer)).json()["name"] == "阿柚"
    second = (await client.post("/sessions/refresh", json={"refresh": first["refresh"]})).json()
    assert second["id"] == first["id"]
    reused = await client.post("/sessions/refresh", json={"refresh": first["refresh"]})
    assert (reused.status_code, reused.json()["code"]) == (401, "session.refresh_reused")
    gone = await client.get("/me", headers={"authorization": f"Bearer {second['token']}"})
    assert gone.json()["code"] == "session.revoked"


async def test_devices(home: House, browser: Browser) -> None:
    one, two = browser(), browser()
    for client in (one, two):
        body = {"login": "guide-home", "password": PASSWORD}
        await client.post("/sessions", json=body, headers={"user-agent": "X (Windows) Firefox/140"})
    listed = (await one.get("/me/devices")).json()["items"]
    assert {(device["name"], device["kind"]) for device in listed} == {("Firefox · Windows", "web")}
    assert [device["current"] for device in listed].count(True) == 1
    other = next(device["id"] for device in listed if not device["current"])
    assert (await one.patch(f"/me/devices/{other}", json={"name": "平板"}, headers=csrf(one))).status_code == 204
    assert {device["name"] for device in (await two.get("/me/devices")).json()["items"]} == {
        "平板",
        "Firefox · Windows",
    }
    assert (await one.delete(f"/me/devices/{other}", headers=csrf(one))).status_code == 204
    assert (await two.get("/me")).json()["code"] == "session.revoked"
    here = next(device["id"] for device in listed if device["current"])
    assert (await one.delete(f"/me/devices/{here}", headers=csrf(one))).status_code == 204
    assert dict(one.cookies) == {}


async def test_guessing_is_answered_with_a_wait(home: House, browser: Browser) -> None:
    client = browser()
    body = {"login": "guide-home", "password": "wrong"}
    answers = [await client.post("/sessions", json=body, headers={"accept-language": "en"}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[0].json()["detail"] == "The login or the password is wrong."
    assert answers[3].headers["retry-after"] == "2"
    assert answers[3].json()["retry_after_ms"] > 1_000
    unknown = await client.post(
        "/sessions", json={"login": "nobody", "password": "x"}, headers={"accept-language": "en"}
    )
    assert unknown.json() == answers[0].json()
