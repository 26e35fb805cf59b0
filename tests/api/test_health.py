"""The running server answers machines: alive, ready, figures, description, and problems as documents."""

from __future__ import annotations

import httpx

from tests.servers import Shop


def test_alive_and_ready(shop: Shop) -> None:
    assert httpx.get(shop.url + "/healthz").text == "ok"
    assert httpx.get(shop.url + "/readyz").json() == {"ready": True, "parts": {"database": "ok", "bus": "ok"}}


def test_figures_name_routes_not_addresses(shop: Shop) -> None:
    httpx.get(shop.url + "/api/v1/nothing/here")
    page = httpx.get(shop.url + "/metrics").text
    assert 'liyu_http_requests_total{method="GET",route="other",status="404"}' in page
    assert "/nothing/here" not in page
    assert "liyu_sockets 0.0" in page
    assert "process_resident_memory_bytes" in page


def test_unknown_address_is_a_problem_in_the_callers_language(shop: Shop) -> None:
    english = httpx.get(shop.url + "/api/v1/nothing", headers={"accept-language": "en-GB,en;q=0.9,zh;q=0.1"})
    assert english.status_code == 404
    assert english.headers["content-type"] == "application/problem+json"
    assert english.json()["code"] == "http.not_found"
    assert english.json()["detail"] == "There is nothing at this address."
    assert httpx.get(shop.url + "/api/v1/nothing").json()["detail"] == "没有找到您要的内容。"


def test_wrong_method_is_a_problem_with_allow(shop: Shop) -> None:
    answer = httpx.delete(shop.url + "/healthz")
    assert (answer.status_code, answer.json()["code"], answer.headers["allow"]) == (405, "http.method", "GET")


def test_every_answer_is_inert_unless_it_is_a_page(shop: Shop) -> None:
    headers = httpx.get(shop.url + "/api/v1/openapi.json").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_the_descriptions_of_both_interfaces_are_there(shop: Shop) -> None:
    assert httpx.get(shop.url + "/api/v1/openapi.json").json()["openapi"].startswith("3.1")
    assert httpx.get(shop.url + "/api/v1/asyncapi.json").json()["asyncapi"].startswith("3.")
