"""The AsyncAPI document says what the frames say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from liyu.gateway import asyncapi
from liyu.gateway.asyncapi_examples import EXAMPLES
from liyu.gateway.decoding import KINDS
from liyu.protocol import frames

FILE = Path(__file__).parents[3] / "docs" / "asyncapi.json"
AGAIN = "write it again: python -m liyu.gateway.asyncapi > docs/asyncapi.json"


def test_the_document_in_docs_is_of_now() -> None:
    assert FILE.read_text() == asyncapi.text(), AGAIN


@pytest.mark.parametrize("kind", list(EXAMPLES), ids=lambda kind: kind.__name__)
def test_every_example_is_the_frame_it_stands_for(kind: type[msgspec.Struct]) -> None:
    client = kind in get_args(frames.AnyClientFrame)
    either: Any = frames.AnyClientFrame if client else frames.AnyServerFrame
    assert type(msgspec.json.decode(json.dumps(EXAMPLES[kind]), type=either)) is kind
    if not client or kind is not frames.Hello:
        assert set(EXAMPLES[kind]) <= set(kind.__struct_encode_fields__) | {"t"}


def test_every_frame_and_every_reference_is_there() -> None:
    document = asyncapi.document()
    messages = document["components"]["messages"]
    assert {m["name"] for m in messages.values()} >= KINDS
    assert len(messages) == len(get_args(frames.AnyClientFrame)) + len(get_args(frames.AnyServerFrame))

    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return own + [ref for value in node.values() for ref in references(value)]
        return [ref for value in node for ref in references(value)] if isinstance(node, list) else []

    for reference in references(document):
        node = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in node, reference
            node = node[part]


def test_close_codes_say_what_to_do() -> None:
    codes = asyncapi.document()["x-close-codes"]
    assert codes["4402"] == {"name": "revoked", "then": "do not reconnect"}
    assert codes["4601"]["then"] == "reconnect later, with full jitter"
    assert codes["4501"]["then"] == "reconnect at once"
