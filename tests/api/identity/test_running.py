"""Shops, people, links and embedding sites over HTTP, as those who run a shop use them."""

from __future__ import annotations

import base64
import time
from typing import Any

import httpx
import jwt
import pytest

from tests.api.access.people import House
from tests.api.identity.conftest import Browser


async def signed_in(home: House, browser: Browser, role: str) -> httpx.AsyncClient:
    client = browser()
    client.headers["authorization"] = f"Bearer {await home.token(role)}"
    return client


async def test_hours_and_holidays_decide_whether_the_shop_is_open(home: House, browser: Browser) -> None:
    owner = await signed_in(home, browser, "owner")
    always = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    answer = await owner.patch("/shops/home", json={"hours": always, "recall_limit_ms": 60_000, "campaign": "qixi"})
    shop = answer.json()
    assert (shop["open_now"], shop["opens_at"], shop["closes_at"]) == (True, None, None)
    assert (shop["recall_limit_ms"], shop["theme"]) == (60_000, {"campaign": "qixi"})
    shop = (await owner.patch("/shops/home", json={"hours": {}, "recall_limit_ms": None, "campaign": None})).json()
    assert (shop["open_now"], shop["recall_limit_ms"], shop["theme"]["campaign"]) == (False, None, None)
    holiday = {"date": "2027-02-06", "name": "春节", "spans": []}
    shop = (await owner.patch("/shops/home", json={"holidays": [holiday]})).json()
    assert shop == (await browser().get("/shops/home")).json()
    assert shop["holidays"] == [holiday]


@pytest.mark.parametrize(
    "change",
    [
        {"hours": {"mon": [["09:00", "25:00"]]}},
        {"hours": {"mon": [["09:00"]]}},
        {"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}},
        {"hours": {"noday": []}},
        {"hours": {"mon": [["09:00", "10:00"]] * 5}},
        {"holidays": [{"date": "2027-02-30", "name": "", "spans": []}]},
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"currency": "yuan"},
        {"locale": "fr"},
        {"recall_limit_ms": -1},
        {"recall_limit_ms": 10**30},
        {"name": ""},
        {"name": "\x01"},
        {"name": "a\x00b"},
        {"greeting": "x" * 201},
        {"campaign": "<script>"},
    ],
)
async def test_shops_that_cannot_be(home: House, browser: Browser, change: dict[str, Any]) -> None:
    owner = await signed_in(home, browser, "owner")
    before = (await owner.get("/shops/home")).json()
    answer = await owner.patch("/shops/home", json=change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    after = (await owner.get("/shops/home")).json()
    assert {**after, "opens_at": None, "closes_at": None} == {**before, "opens_at": None, "closes_at": None}


async def test_another_shop_and_the_whole_chain(home: House, browser: Browser) -> None:
    owner = await signed_in(home, browser, "owner")
    made = await owner.post("/shops", json={"slug": "second", "name": "二店", "city": "杭州"})
    assert made.status_code == 201
    again = await owner.post("/shops", json={"slug": "second", "name": "又一家"})
    assert (again.status_code, again.json()["code"]) == (409, "shop.slug_taken")
    await owner.patch("/chain", json={"name": "礼遇"})
    items = (await browser().get("/shops")).json()["items"]
    assert [(shop["slug"], shop["chain"]["name"]) for shop in items] == [("home", "礼遇"), ("second", "礼遇")]
    assert [shop["slug"] for shop in (await owner.get("/me")).json()["shops"]] == ["home", "second"]


async def test_an_invitation_from_making_to_work(home: House, browser: Browser) -> None:
    owner, newcomer = await signed_in(home, browser, "owner"), browser()
    wanted = {"purpose": "invitation", "grants": [{"role": "guide", "shop": home.shop.id}], "lifetime_ms": 3_600_000}
    made = (await owner.post("/links", json=wanted)).json()
    assert made["path"] == "/desk/join#" + made["secret"]
    preview = (await newcomer.post("/links/preview", json={"secret": made["secret"]})).json()
    assert preview == {
        "purpose": "invitation",
        "chain": {"id": home.chain, "name": "home"},
        "shop": {"id": home.shop.id, "slug": "home", "name": "home"},
        "roles": ["guide"],
        "expires_at": made["expires_at"],
    }
    unready = await newcomer.post("/links/redeem", json={"secret": made["secret"], "name": "许棠"})
    assert (unready.status_code, unready.json()["code"]) == (422, "link.login_needed")
    entry = {"secret": made["secret"], "name": "许棠", "login": "xutang", "password": "a very long one"}
    entered = await newcomer.post("/links/redeem", json=entry)
    assert (entered.status_code, entered.json()["grants"]) == (201, [{"role": "guide", "shop": home.shop.id}])
    assert "HttpOnly" in entered.headers.get_list("set-cookie")[0]
    late = await browser().post("/links/redeem", json=entry)
    assert (late.status_code, late.json()["code"]) == (410, "link.gone")
    listed = (await owner.get("/links")).json()["items"]
    assert [(link["id"], link["uses"]) for link in listed] == [(made["id"], 1)]
    assert "secret" not in listed[0]


async def test_people_grants_and_the_record(home: House, browser: Browser) -> None:
    owner = await signed_in(home, browser, "owner")
    customer = home.people["customer"]
    assert (await owner.patch(f"/people/{customer}", json={"vip": True})).json()["vip"] is True
    found = (await owner.get("/people", params={"kind": "customer", "q": "CUSTOM"})).json()["items"]
    assert [(person["id"], person["vip"]) for person in found] == [(customer, True)]
    body = {"person": home.people["guide"], "role": "designer"}
    grant = (await owner.post("/grants", json=body)).json()
    assert (grant["role"], grant["shop"], grant["granted_by"]) == ("designer", None, home.people["owner"])
    twice = await owner.post("/grants", json=body)
    assert (twice.status_code, twice.json()["code"]) == (409, "grant.exists")
    assert (await owner.delete(f"/grants/{grant['id']}")).status_code == 204
    deeds: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await owner.get("/audit", params={"limit": "1"} | cursor)).json()
        deeds += [entry["action"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(deeds) == sorted(["grant.taken", "grant.given", "person.marked_vip", "shop.created"])


async def test_erasing_oneself(home: House, browser: Browser) -> None:
    client = browser()
    me = (await client.post("/visitors", json={"shop": "home"})).json()["id"]
    answer = await client.delete(f"/people/{me}", headers={"x-csrf-token": client.cookies["liyu_csrf"]})
    assert answer.status_code == 204
    assert dict(client.cookies) == {}


async def test_a_sites_own_customer(home: House, browser: Browser) -> None:
    owner = await signed_in(home, browser, "owner")
    site = {"shop": home.shop.id, "name": "官网", "origins": ["https://gifts.example"]}
    key = (await owner.post("/site-keys", json=site)).json()
    assert "secret" not in (await owner.get("/site-keys", params={"shop": home.shop.id})).json()["items"][0]
    claims = {"aud": home.shop.id, "sub": "c-17", "jti": "1", "exp": time.time() + 120, "name": "阿柚"}
    token = jwt.encode(claims, base64.b64decode(key["secret"]), "HS256", {"kid": key["id"]})
    client = browser()
    visitor = (await client.post("/visitors", json={"shop": "home"})).json()
    page = {"x-csrf-token": client.cookies["liyu_csrf"]}
    for origin, header in (("https://evil.example", {}), (None, {"origin": "https://evil.example"})):
        refused = await client.post("/site-sessions", json={"token": token, "origin": origin}, headers=page | header)
        assert (refused.status_code, refused.json()["code"]) == (403, "site.origin")
    known = await client.post(
        "/site-sessions",
        json={"token": token, "origin": "https://gifts.example"},
        headers=page | {"origin": "http://shop.test"},
    )
    assert (known.status_code, known.json()["name"]) == (201, "阿柚")
    assert known.json()["id"] != visitor["id"]
    page = {"x-csrf-token": client.cookies["liyu_csrf"]}
    again = await client.post("/site-sessions", json={"token": token}, headers=page)
    assert (again.status_code, again.json()["code"]) == (401, "site.token_used")
    assert (await client.get("/me")).json()["id"] == known.json()["id"]


@pytest.mark.parametrize("origin", ["https://a b", "javascript:alert(1)", "https://", "https://x/path", "*", "null"])
async def test_origins_that_are_none(home: House, browser: Browser, origin: str) -> None:
    owner = await signed_in(home, browser, "owner")
    site = {"shop": home.shop.id, "name": "官网", "origins": [origin]}
    assert (await owner.post("/site-keys", json=site)).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/visitors", {"shop": "\x00"}),
        ("POST", "/visitors", {"shop": "x" * 500}),
        ("POST", "/visitors", {}),
        ("POST", "/visitors", []),
        ("POST", "/visitors", None),
        ("POST", "/sessions", {"login": "a\x00b", "password": "x"}),
        ("POST", "/sessions", {"login": "x" * 121, "password": "x"}),
        ("POST", "/sessions", {"login": {"$ne": ""}, "password": "x"}),
        ("POST", "/sessions/refresh", {"refresh": "礼遇礼遇礼遇礼遇"}),
        ("POST", "/links/preview", {"secret": "a b c d e f g h"}),
        ("PATCH", "/me", {"avatar": "../../etc/passwd"}),
        ("GET", "/shops/%00", None),
        ("GET", "/shops/..%2f..%2fetc", None),
        ("GET", "/people/%00", None),
        ("GET", "/people/' or 1=1", None),
        ("GET", "/people?q=%00", None),
        ("GET", "/people?limit=100000", None),
        ("GET", "/people?limit=-1", None),
        ("GET", "/audit?cursor=x", None),
        ("GET", "/audit?cursor=WyJcdTAwMDAiXQ", None),
        ("GET", "/audit?cursor=WzFd", None),
        ("GET", "/shops?chain=' or 1=1", None),
        ("GET", "/site-keys", None),
    ],
)
async def test_input_that_is_refused_without_a_word_of_the_inside(
    home: House, browser: Browser, method: str, path: str, body: Any
) -> None:
    owner = await signed_in(home, browser, "owner")
    answer = await owner.request(method, path, json=body)
    assert answer.status_code in (404, 422)
    assert set(answer.json()) <= {"type", "title", "status", "code", "detail", "retryable", "errors", "details"}


async def test_markup_is_kept_as_text(home: House, browser: Browser) -> None:
    owner = await signed_in(home, browser, "owner")
    name = "<script>alert(1)</script>"
    assert (await owner.patch("/me", json={"name": name})).json()["name"] == name
