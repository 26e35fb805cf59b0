"""What a client may say, on literal values."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liyu.kit.errors import Refusal
from liyu.messaging import errors, kinds
from liyu.protocol import events

OPTIONS = [{"id": "a", "label": "甲"}, {"id": "b", "label": "乙"}]

GOOD = [
    ("text", {"text": "你好\n\t👨‍👩‍👧"}),
    ("text", {"text": "字" * 4_000}),
    ("text", {"text": "好", "reply_to": 3, "later": "ignored"}),
    ("picture", {"file": "fil_1", "alt": "香囊"}),
    ("voice", {"file": "fil_1"}),
    ("file", {"file": "fil_1", "name": "不听.exe"}),
    ("sticker", {"sticker": "gift"}),
    ("product", {"product": "prd_1", "variant": "var_1", "word": "配她的旗袍"}),
    ("question", {"text": "哪个？", "options": OPTIONS}),
    ("choice", {"target": 1, "option": "a"}),
    ("reaction", {"target": 1, "emoji": "👍🏽"}),
    ("reaction", {"target": 1, "emoji": "❤️", "on": False}),
    ("reaction", {"target": 1, "emoji": "1️⃣"}),
    ("edit", {"target": 1, "text": "改"}),
    ("recall", {"target": 1}),
]

BAD = [
    ("text", {"text": ""}),
    ("text", {"text": " \n "}),
    ("text", {"text": "字" * 4_001}),
    ("text", {"text": "a\x00b"}),
    ("text", {"text": "a\x1bb"}),
    ("text", {"text": "a\rb"}),
    ("text", {"text": "a\x85b"}),
    ("text", {"text": 5}),
    ("text", {}),
    ("text", []),
    ("text", {"text": "好", "reply_to": 0}),
    ("text", {"text": "好", "reply_to": 2**60}),
    ("picture", {"file": "../x"}),
    ("picture", {"file": "fil_1", "alt": "字" * 301}),
    ("voice", {"file": ""}),
    ("sticker", {"sticker": "nothing"}),
    ("product", {"product": "prd 1"}),
    ("product", {"product": "prd_1", "word": "字" * 501}),
    ("question", {"text": "哪个？", "options": OPTIONS[:1]}),
    ("question", {"text": "哪个？", "options": [OPTIONS[0]] * 2}),
    ("question", {"text": "哪个？", "options": [{"id": "a", "label": "两\n行"}, OPTIONS[1]]}),
    ("question", {"text": "哪个？", "options": [{"id": str(n), "label": "x"} for n in range(9)]}),
    ("choice", {"target": 1, "option": "<b>"}),
    ("reaction", {"target": 1, "emoji": "ok"}),
    ("reaction", {"target": 1, "emoji": "1"}),
    ("reaction", {"target": 1, "emoji": "👍" * 17}),
    ("reaction", {"target": 0, "emoji": "👍"}),
    ("edit", {"target": 1, "text": ""}),
    ("recall", {"target": -1}),
    ("recall", {"target": "1"}),
]


@pytest.mark.parametrize(("kind", "body"), GOOD)
def test_what_may_be_said(kind: str, body: object) -> None:
    said = kinds.read(kind, json.dumps(body).encode())
    canonical = kinds.canonical(said)
    assert kinds.canonical(kinds.read(kind, canonical)) == canonical, "the same meaning has one encoding"


@pytest.mark.parametrize(("kind", "body"), BAD)
def test_what_may_not_be_said(kind: str, body: object) -> None:
    with pytest.raises(errors.BadMessage):
        kinds.read(kind, json.dumps(body).encode())


@pytest.mark.parametrize("kind", ["assigned", "member.joined", "system", "", "call"])
def test_other_kinds_are_the_servers(kind: str) -> None:
    with pytest.raises(errors.UnknownKind):
        kinds.read(kind, b"{}")


def test_too_many_bytes() -> None:
    """R22."""
    with pytest.raises(errors.MessageTooLarge):
        kinds.read("text", b'{"text":"' + b"a" * kinds.MAX_BODY_BYTES + b'"}')


def test_what_a_client_says_of_prices_is_not_read() -> None:
    """R10."""
    said = kinds.read("product", b'{"product":"prd_1","title":"x","price_minor":1,"currency":"CNY"}')
    assert kinds.canonical(said) == b'{"product":"prd_1"}'


@pytest.mark.parametrize("cid", ["", "a" * 65, "a b", "a\n", "表"])
def test_bad_cids(cid: str) -> None:
    with pytest.raises(errors.BadMessage):
        kinds.check_cid(cid)


@given(kind=st.sampled_from(sorted(events.SENDABLE)), body=st.binary(max_size=200))
def test_any_bytes_are_refused_in_words(kind: str, body: bytes) -> None:
    """R27."""
    try:
        kinds.read(kind, body)
    except Refusal as refusal:
        assert refusal.message("zh") and refusal.message("en")  # noqa: PT017, PT018


FIELDS = ("text", "target", "emoji", "file", "options", "option", "on", "reply_to")
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=10,
)


@given(VALUES, st.sampled_from(sorted(events.SENDABLE)))
def test_any_json_is_said_or_refused(body: object, kind: str) -> None:
    """R27."""
    try:
        said = kinds.read(kind, json.dumps(body).encode())
    except errors.BadMessage:
        return
    assert isinstance(said, events.Body)
