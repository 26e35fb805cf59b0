"""The log over HTTP: the running shop, a visitor and its guides."""

from __future__ import annotations

import json
from typing import Any

import httpx
import msgspec
import pytest

from liyu.kit.ids import new_id
from liyu.messaging import schemas
from liyu.protocol import frames, snapshots
from tests.api.test_files import SLUG, Person, staff, visitor
from tests.servers import Shop


@pytest.fixture
def customer(shop: Shop) -> Person:
    """An anonymous visitor of the shop."""
    return visitor(shop)


@pytest.fixture
def desk(shop: Shop) -> Person:
    """A guide of the same shop."""
    return staff(shop, "chenjing")


def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def problem(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    code: str = answer.json()["code"]
    return code


def say(person: Person, talk: str, words: str, cid: str | None = None, **more: Any) -> httpx.Response:
    body = {"cid": cid or new_id("cid"), "kind": "text", "body": {"text": words}, **more}
    return person.call("POST", f"/conversations/{talk}/messages", json=body)


def test_a_conversation_from_both_sides(customer: Person, desk: Person) -> None:
    """R3, R14, R19."""
    opened = customer.call("POST", f"/shops/{SLUG}/conversation")
    talk = ok(opened, 201)["id"]
    assert ok(customer.call("POST", f"/shops/{SLUG}/conversation"))["id"] == talk
    first = ok(say(customer, talk, "你好，想给妈妈挑一份礼物", "one"))
    assert ok(say(customer, talk, "你好，想给妈妈挑一份礼物", "one")) == first
    assert problem(say(customer, talk, "别的", "one"), 409) == "message.cid_reused"
    ok(say(desk, talk, "您好，我是店员"))
    seen = ok(customer.call("GET", f"/conversations/{talk}"))
    assert [message["kind"] for message in seen["messages"] if message["kind"] == "text"] == ["text", "text"]
    head = seen["head"]
    assert ok(customer.call("PUT", f"/conversations/{talk}/cursor", json={"read": head})) == {
        "read": head,
        "delivered": head,
    }
    assert ok(customer.call("PUT", f"/conversations/{talk}/cursor", json={"read": 1}))["read"] == head
    older = ok(customer.call("GET", f"/conversations/{talk}/messages?before={head}&limit=1"))
    assert (len(older["items"]), older["more"]) == (1, True)
    page = ok(customer.call("GET", f"/conversations/{talk}/events?after=0&limit=2"))
    assert (page["from"], page["to"], page["head"]) == (1, 2, head)


def test_notes_and_assignment_are_for_staff(customer: Person, desk: Person) -> None:
    """R11, R15."""
    talk = customer.open_talk()
    assert problem(say(customer, talk, "备注", vis="staff"), 403) == "message.forbidden"
    ok(say(desk, talk, "老顾客", vis="staff"))
    me = ok(desk.call("GET", "/me"))["id"]
    assert problem(customer.call("POST", f"/conversations/{talk}/assignment", json={"person": me}), 403)
    taken = desk.call("POST", f"/conversations/{talk}/assignment", json={"person": me, "word": "熟客"})
    assert ok(taken)["assignee"] == me
    text = customer.call("GET", f"/conversations/{talk}/events?after=0").text
    assert "老顾客" not in text
    assert "熟客" not in text
    assert ok(desk.call("POST", f"/conversations/{talk}/assignment", json={"person": None}))["assignee"] is None


def test_inboxes(customer: Person, desk: Person) -> None:
    """R15, R16."""
    talks = [customer.open_talk()]
    ok(say(customer, talks[0], "在吗"))
    boxes = ok(desk.call("GET", "/inboxes"))["items"]
    assert [box["owner"][0] for box in boxes] == ["p", *["q"] * (len(boxes) - 1)]
    queue = next(box for box in boxes if box["owner"].startswith("q:"))
    assert queue["name"]
    page = ok(desk.call("GET", f"/inboxes/{queue['owner']}?limit=1"))
    assert (page["items"][0]["conv"], page["items"][0]["last_text"]) == (talks[0], "在吗")
    if page["next_cursor"]:
        following = ok(desk.call("GET", f"/inboxes/{queue['owner']}?limit=1&cursor={page['next_cursor']}"))
        assert following["items"][0]["rev"] < page["items"][0]["rev"]
    assert problem(customer.call("GET", f"/inboxes/{queue['owner']}"), 404) == "inbox.not_found"
    assert problem(desk.call("GET", f"/inboxes/{queue['owner']}?cursor=nonsense"), 422) == "page.bad_cursor"


def test_search(customer: Person, desk: Person) -> None:
    talk = customer.open_talk()
    ok(say(customer, talk, "有没有海棠纹的茶巾"))
    (hit,) = ok(customer.call("GET", "/search/messages", params={"q": "海棠纹"}))["items"]
    assert (hit["conv"], hit["text"]) == (talk, "有没有海棠纹的茶巾")
    assert ok(desk.call("GET", "/search/messages", params={"q": "海棠纹 茶巾", "conversation": talk}))["items"]
    assert ok(customer.call("GET", "/search/messages", params={"q": "没有这句话"}))["items"] == []


def test_strangers_find_nothing(shop: Shop, customer: Person) -> None:
    """R13: the same answer as for what was never there."""
    talk, stranger = customer.open_talk(), visitor(shop)
    attempts = [
        ("GET", "", None),
        ("GET", "/events?after=0", None),
        ("GET", "/messages?before=9", None),
        ("POST", "/messages", {"cid": "x", "kind": "text", "body": {"text": "x"}}),
        ("PUT", "/cursor", {"read": 1}),
        ("POST", "/assignment", {"person": None}),
        ("POST", "/members", {"person": new_id("per")}),
        ("DELETE", f"/members/{new_id('per')}", None),
    ]
    for method, path, body in attempts:
        for id_ in (talk, new_id("cnv")):
            more = {} if body is None else {"json": body}
            answer = stranger.call(method, f"/conversations/{id_}{path}", **more)
            assert answer.status_code == 404, (method, path, answer.text)
    assert problem(stranger.call("GET", f"/search/messages?q=x&conversation={talk}"), 404)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "text", "body": {"text": ""}}, 422, "message.invalid"),
        ({"kind": "text", "body": {"text": "a\x00"}}, 422, "message.invalid"),
        ({"kind": "nothing", "body": {}}, 415, "message.kind_unknown"),
        ({"kind": "product", "body": {"product": "prd_none"}}, None, None),
        ({"kind": "reaction", "body": {"target": 99, "emoji": "👍"}}, 422, "message.target_unknown"),
        ({"kind": "text", "body": {"text": "x"}, "cid": "a b"}, 422, None),
        ({"kind": "text", "body": []}, 422, None),
        ({"kind": "text", "body": {"text": "字" * 20_000}}, None, None),
    ],
)
def test_bad_messages_are_refused_in_words(customer: Person, body: Any, status: int | None, code: str | None) -> None:
    """R27."""
    talk = customer.open_talk()
    answer = customer.call("POST", f"/conversations/{talk}/messages", json={"cid": new_id("cid"), **body})
    assert 400 <= answer.status_code < 500
    assert status is None or answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code
    assert answer.json()["detail"]


def test_schemas_are_the_protocols() -> None:
    """What HTTP sends has the fields of what the WebSocket sends."""
    pairs = [
        (schemas.ConversationOut, snapshots.Conversation),
        (schemas.MessageOut, snapshots.Message),
        (schemas.StateOut, snapshots.MessageState),
        (schemas.MemberOut, snapshots.Member),
        (schemas.InboxEntryOut, snapshots.InboxEntry),
        (schemas.EventOut, frames.Event),
    ]
    for model, struct in pairs:
        assert set(model.model_fields) == {field.encode_name for field in msgspec.structs.fields(struct)}


def test_plain_json_comes_out(customer: Person) -> None:
    talk = customer.open_talk()
    ok(say(customer, talk, "</script><b>好</b>"))
    assert "</script><b>好</b>" in json.dumps(ok(customer.call("GET", f"/conversations/{talk}")), ensure_ascii=False)
