"""A POST sent again under its ``Idempotency-Key`` is not done again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from liyu.kit.ids import new_id
from tests.servers import Shop


def signed_in(shop: Shop, login: str) -> dict[str, str]:
    body = {"login": login, "password": f"{login}-liyu"}
    answer = httpx.post(shop.url + "/api/v1/sessions", json=body, headers={"x-liyu-client": "widget"})
    return {"authorization": f"Bearer {answer.json()['token']}"}


@pytest.fixture(scope="module")
def owner(shop: Shop) -> dict[str, str]:
    return signed_in(shop, "guwenlan")


def place(code: str) -> dict[str, Any]:
    return {"code": code, "names": {"zh-CN": "小仓", "en": "Small"}}


def add(shop: Shop, who: dict[str, str], code: str, key: str | None) -> httpx.Response:
    headers = who | ({} if key is None else {"idempotency-key": key})
    return httpx.post(shop.url + "/api/v1/locations", json=place(code), headers=headers)


def test_the_second_gets_the_first_answer(shop: Shop, owner: dict[str, str]) -> None:
    code, key = new_id("w")[-12:], new_id("key")
    first, second = add(shop, owner, code, key), add(shop, owner, code, key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert add(shop, owner, code, None).status_code == 409  # without a key it is another request


def test_a_refusal_is_an_answer_too(shop: Shop, owner: dict[str, str]) -> None:
    key = new_id("key")
    first, second = (add(shop, owner, "no such code!", key) for _ in range(2))
    assert (first.status_code, second.status_code) == (422, 422)
    assert second.headers["idempotency-replayed"] == "true"


def test_a_key_stands_for_one_request(shop: Shop, owner: dict[str, str]) -> None:
    key = new_id("key")
    assert add(shop, owner, new_id("w")[-12:], key).status_code == 201
    other = add(shop, owner, new_id("w")[-12:], key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.reused")


def test_many_at_once_are_done_once(shop: Shop, owner: dict[str, str]) -> None:
    code, key = new_id("w")[-12:], new_id("key")
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: add(shop, owner, code, key), range(8)))
    done = [answer for answer in answers if answer.status_code == 201]
    assert len({answer.json()["id"] for answer in done}) == 1
    assert {answer.json()["code"] for answer in answers if answer not in done} <= {"idempotency.under_way"}


def test_a_key_is_its_callers_own(shop: Shop, owner: dict[str, str]) -> None:
    code, key = new_id("w")[-12:], new_id("key")
    assert add(shop, owner, code, key).status_code == 201
    assert add(shop, signed_in(shop, "zhouyu"), code, key).status_code == 403


def test_without_a_session_the_endpoint_answers_as_ever(shop: Shop) -> None:
    for _ in range(2):
        answer = add(shop, {}, "x", new_id("key"))
        assert answer.status_code == 401
        assert "idempotency-replayed" not in answer.headers


@pytest.mark.parametrize("key", ["", "x" * 129, "with space"])
def test_what_is_no_key_is_refused(shop: Shop, owner: dict[str, str], key: str) -> None:
    answer = add(shop, owner, "x", key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.bad_key")


def test_answers_with_secrets_are_never_kept(shop: Shop, owner: dict[str, str]) -> None:
    body = {"purpose": "invitation", "grants": [{"role": "guide", "shop": None}]}
    headers = owner | {"idempotency-key": new_id("key")}
    links = [httpx.post(shop.url + "/api/v1/links", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in links] == [201, 201]
    assert links[0].json() != links[1].json()
