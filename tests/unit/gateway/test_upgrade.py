"""Before a connection is a WebSocket: origins, proxies, cookies, room."""

from __future__ import annotations

from typing import Any

import pytest

from liyu.gateway.admission import BUSY_SLACK, Admission, Admitted, Refused
from liyu.gateway.upgrade import PATH, Door, language_of, normal_origin, session_cookie
from liyu.gateway.websocket import framed, parsed
from tests.unit.gateway.fakes import Client, Shop, make_node


def admission(door: Door | None = None, **limits: Any) -> Admission:
    shop = Shop()
    sites: Any = shop
    return Admission(make_node(shop, **limits), door or Door(), sites)


def decide(given: Admission, path: str = PATH, peer: str = "203.0.113.9", **headers: str) -> Admitted | Refused:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return given.decide(path, peer, "http", named.get)


@pytest.mark.parametrize(
    ("origin", "normal"),
    [
        ("https://Shop.example", "https://shop.example"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:8080", "http://shop.example:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("null", None),
        ("file://", None),
        ("https://", None),
        ("https://shop.example:port", None),
    ],
)
def test_origins_are_compared_in_one_form(origin: str, normal: str | None) -> None:
    assert normal_origin(origin) == normal


def test_only_the_one_path_is_a_websocket() -> None:
    assert decide(admission(), "/api/v1/other") == Refused(404, "Not Found")


def test_the_cookie_counts_only_on_our_own_pages() -> None:
    """R23."""
    given = admission(Door.of(["https://shop.example"], []))
    own = decide(given, origin="https://shop.example", cookie="a=b; liyu_session=tok; c=d")
    assert isinstance(own, Admitted)
    assert (own.cookie, own.foreign) == ("tok", None)
    foreign = decide(given, origin="https://partner.example", cookie="liyu_session=tok")
    assert isinstance(foreign, Admitted)
    assert (foreign.cookie, foreign.foreign) == (None, "https://partner.example")
    null = decide(given, origin="null", cookie="liyu_session=tok")
    assert isinstance(null, Admitted)
    assert (null.cookie, null.foreign) == (None, "null")


@pytest.mark.parametrize(
    ("query", "person"),
    [("", "ann"), ("?client=desk", "guide"), ("?x=1&client=desk", "guide"), ("?client=other", "ann"), ("?desk", "ann")],
)
def test_the_address_says_whose_cookie_counts(query: str, person: str) -> None:
    """R23."""
    found = decide(admission(), PATH + query, cookie="liyu_session=ann; liyu_desk_session=guide")
    assert isinstance(found, Admitted)
    assert found.cookie == person


def test_one_faces_cookie_does_not_stand_in_for_the_others() -> None:
    assert decide(admission(), PATH + "?client=desk", cookie="liyu_session=ann").cookie is None  # type: ignore[union-attr]
    assert decide(admission(), cookie="liyu_desk_session=guide").cookie is None  # type: ignore[union-attr]


def test_without_a_public_address_the_requested_host_is_our_own() -> None:
    own = decide(admission(), origin="http://127.0.0.1:8080", host="127.0.0.1:8080", cookie="liyu_session=tok")
    assert isinstance(own, Admitted)
    assert own.cookie == "tok"
    other = decide(admission(), origin="http://evil.example", host="127.0.0.1:8080", cookie="liyu_session=tok")
    assert isinstance(other, Admitted)
    assert other.cookie is None


def test_a_program_has_no_origin() -> None:
    found = decide(admission(Door.of(["https://shop.example"], [])))
    assert isinstance(found, Admitted)
    assert found.foreign is None


def test_forwarding_headers_count_from_trusted_proxies_alone() -> None:
    given = admission(Door.of([], ["10.0.0.0/8"]))
    assert decide(given, peer="203.0.113.9", x_forwarded_for="1.2.3.4").address == "203.0.113.9"  # type: ignore[union-attr]
    assert decide(given, peer="10.0.0.1", x_forwarded_for="1.2.3.4").address == "1.2.3.4"  # type: ignore[union-attr]
    spoofed = decide(given, peer="10.0.0.1", x_forwarded_for="9.9.9.9, 1.2.3.4, 10.0.0.2")
    assert spoofed.address == "1.2.3.4"  # type: ignore[union-attr]
    https = decide(
        given, peer="10.0.0.1", x_forwarded_proto="https", origin="https://shop.example", host="shop.example"
    )
    assert https.foreign is None  # type: ignore[union-attr]


def test_a_full_node_asks_to_wait_then_refuses_and_a_draining_one_refuses() -> None:
    given = admission(sockets=1)
    assert decide(given).busy is False  # type: ignore[union-attr]
    Client(given.node, "ann")
    assert decide(given).busy is True  # type: ignore[union-attr]
    for _ in range(BUSY_SLACK):
        Client(given.node, "ann")
    assert decide(given) == Refused(503, "Busy", 5)
    other = admission()
    other.node.draining = True
    assert decide(other) == Refused(503, "Draining", 5)


def test_one_address_cannot_take_all_the_room() -> None:
    given = admission(sockets_per_address=1)
    Client(given.node, "ann")
    assert decide(given, peer="127.0.0.1").busy is True  # type: ignore[union-attr]
    assert decide(given, peer="127.0.0.2").busy is False  # type: ignore[union-attr]


def test_small_readings() -> None:
    assert session_cookie("x=1; liyu_session=abc") == "abc"
    assert session_cookie("x=1") is None
    assert session_cookie(None) is None
    assert language_of("en-GB,en;q=0.9") == "en"
    assert language_of("zh-CN") == "zh"
    assert language_of(None) == "zh"
    target, headers = parsed(b"GET /api/v1/ws?x=1 HTTP/1.1\r\nhost: a\r\ncookie: k=v: w\r\n\r\n")
    assert target == "/api/v1/ws?x=1"
    assert headers == {"host": "a", "cookie": "k=v: w"}
    assert framed(b"x" * 200)[:4] == b"\x81\x7e\x00\xc8"
    assert framed(b"x" * 70_000)[:10] == b"\x81\x7f" + (70_000).to_bytes(8, "big")
