"""The HTTP edge around an application: problems, limits, headers, one record of each request."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

from liyu.http import problems
from liyu.http.compression import Compression
from liyu.http.limits import Allowance, BodyLimit
from liyu.http.observation import Metrics, Observation
from liyu.http.security import SecurityHeaders, page_policy
from liyu.kit.errors import Reason, Refusal


class Sold(Refusal):
    """For the test."""

    code = "test.sold"
    reason = Reason.CONFLICT
    retryable = True
    zh = "{what}卖完了。"
    en = "{what} is sold out."


class Order(BaseModel):
    """For the test."""

    pieces: int


def application() -> FastAPI:
    app = FastAPI()
    problems.install(app)

    @app.get("/sold")
    async def sold() -> None:
        raise Sold(what="mirror", retry_after_ms=1_500)

    @app.get("/defect")
    async def defect() -> None:
        raise RuntimeError("inside")

    @app.post("/orders")
    async def order(order: Order) -> int:
        return order.pieces

    @app.get("/long")
    @app.post("/long")
    async def long() -> list[str]:
        return ["礼"] * 2_000

    @app.get("/short")
    async def short() -> list[str]:
        return ["礼"] * 3

    @app.get("/picture")
    async def picture() -> Response:
        return Response(json.dumps(["礼"] * 2_000), media_type="image/webp")

    @app.post("/bytes")
    @app.post("/large/bytes")
    async def count(request: Request) -> int:
        return len(await request.body())

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    inner = Compression(BodyLimit(application(), 100, (Allowance("POST", "/large/", 1_000),)))
    app = Observation(SecurityHeaders(inner), Metrics())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as found:
        yield found


async def test_a_refusal_keeps_its_code_and_speaks_the_callers_language(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sold", headers={"accept-language": "en"})
    assert answer.status_code == 409
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.headers["retry-after"] == "2"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "test.sold",
        "detail": "mirror is sold out.",
        "retryable": True,
        "retry_after_ms": 1_500,
        "details": {"what": "mirror"},
    }
    assert (await client.get("/sold")).json()["detail"] == "mirror卖完了。"


async def test_a_defect_tells_nothing_of_the_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/defect")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal.error"
    assert "inside" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    ("body", "at"), [('{"pieces": "x"}', "body.pieces"), ("{}", "body.pieces"), ("{", "body.1"), ("", "body")]
)
async def test_input_that_does_not_fit_says_where(client: httpx.AsyncClient, body: str, at: str) -> None:
    answer = await client.post("/orders", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "http.invalid"
    assert answer.json()["errors"][0]["at"] == at


async def stream(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 10):
        yield b"x" * 10


@pytest.mark.parametrize(("path", "size", "status"), [("/bytes", 100, 200), ("/bytes", 110, 413)])
async def test_a_body_is_counted_whatever_it_declares(
    client: httpx.AsyncClient, path: str, size: int, status: int
) -> None:
    declared = await client.post(path, content=b"x" * size)
    counted = await client.post(path, content=stream(size))
    assert (declared.status_code, counted.status_code) == (status, status)
    if status == 413:
        assert declared.json()["code"] == counted.json()["code"] == "http.too_large"


async def test_a_broken_json_body_that_is_too_large_is_too_large(client: httpx.AsyncClient) -> None:
    answer = await client.post("/orders", content=stream(200), headers={"content-type": "application/json"})
    assert answer.status_code == 413


async def test_some_addresses_take_more(client: httpx.AsyncClient) -> None:
    assert (await client.post("/large/bytes", content=b"x" * 1_000)).json() == 1_000
    assert (await client.post("/large/bytes", content=b"x" * 1_001)).status_code == 413


async def test_a_false_length_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/bytes", content=b"x", headers={"content-length": "-1"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "accepted", "encoding"),
    [
        ("GET", "/long", "gzip, br", "gzip"),
        ("GET", "/long", "br", None),
        ("GET", "/short", "gzip", None),
        ("GET", "/picture", "gzip", None),
        ("POST", "/long", "gzip", None),
    ],
)
async def test_long_texts_are_compressed_for_who_reads_that(
    client: httpx.AsyncClient, method: str, path: str, accepted: str, encoding: str | None
) -> None:
    answer = await client.request(method, path, headers={"accept-encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding
    assert answer.json() == ["礼"] * (3 if path == "/short" else 2_000)


async def test_every_answer_has_an_id_and_cannot_run_anything(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sold")
    assert answer.headers["x-request-id"].startswith("req_")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_requests_are_counted_by_route_not_by_address() -> None:
    metrics = Metrics()
    transport = httpx.ASGITransport(app=Observation(application(), metrics))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
        await client.get("/sold")
        for number in range(3):
            await client.get(f"/nothing/{number}")
    page = metrics.page().decode()
    assert 'liyu_http_requests_total{method="GET",route="/sold",status="409"} 1.0' in page
    assert 'liyu_http_requests_total{method="GET",route="other",status="404"} 3.0' in page


def test_a_pages_policy_lets_only_our_own_files_run() -> None:
    directives: dict[str, Any] = dict(part.split(" ", 1) for part in page_policy("abc").split("; "))
    assert directives["script-src"] == "'self' 'nonce-abc'"
    assert directives["style-src"] == "'self'"
    assert directives["default-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert "unsafe" not in page_policy("abc")
