"""The Python client's reducer passes the vectors that hold every client of the protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from liyu.client import reducer
from liyu.protocol.frames import Events
from liyu.protocol.snapshots import Conversation

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "reducer.json").read_text(encoding="utf-8"))


def _decoded(value: Any, kind: type[Any]) -> Any:
    return msgspec.json.decode(json.dumps(value), type=kind)


def _plain(conversation: Conversation) -> dict[str, Any]:
    """As JSON, a state that says nothing left out."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(conversation))
    for message in plain["messages"]:
        state = {field: value for field, value in message.pop("state", {}).items() if value}
        if state:
            message["state"] = state
    return plain


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[case["name"] for case in VECTORS["cases"]])
def test_reducer_passes_vector(case: dict[str, Any]) -> None:
    conversation = _decoded(case["snapshot"], Conversation)
    for frame in case["frames"]:
        conversation = reducer.applied(conversation, _decoded({"t": "events", **frame}, Events))
    assert _plain(conversation) == _plain(_decoded(case["expected"], Conversation))
