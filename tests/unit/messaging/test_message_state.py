"""What changes make of a message, on literal values."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from liyu.messaging import errors
from liyu.messaging.message_state import MAX_EMOJI, Change, Target, changed, encoded
from liyu.protocol.snapshots import MessageState

NOW = 100_000


def target(**changes: Any) -> Target:
    values: dict[str, Any] = {
        "seq": 5, "kind": "text", "actor": "per_a", "vis": "all", "at": 40_000, "body": '{"text":"旧"}', "state": None,
    }  # fmt: skip
    return Target(**(values | changes))


def change(kind: str, **body: Any) -> Change:
    return Change(kind, msgspec.json.encode({"target": 5, **body}), "per_a", ("per_a", "per_old"), 60_000, NOW)


def test_an_edit_keeps_reactions() -> None:
    """R8."""
    state = changed(target(state='{"reactions":{"👍":["per_b"]}}'), change("edit", text="新"))
    assert state == MessageState(text="新", edited_at=NOW, reactions={"👍": ["per_b"]})


def test_a_recall_keeps_nothing() -> None:
    """R9: under an alias too, up to the very last millisecond."""
    full = target(actor="per_old", state='{"text":"新","reactions":{"👍":["per_b"]}}')
    assert changed(full, change("recall")) == MessageState(recalled=True)
    assert isinstance(changed(target(at=39_999), change("recall")), errors.TooLate)
    assert isinstance(changed(target(actor="per_b"), change("recall")), errors.NotYours)
    assert isinstance(changed(target(body="{}"), change("recall")), errors.TargetGone)


def test_a_reaction_is_put_once_and_taken_once() -> None:
    """R8."""
    once = changed(target(), change("reaction", emoji="👍"))
    assert isinstance(once, MessageState)
    again = changed(target(state=encoded(once)), change("reaction", emoji="👍"))
    assert again == once == MessageState(reactions={"👍": ["per_a"]})
    gone = changed(target(state=encoded(once)), change("reaction", emoji="👍", on=False))
    assert gone == MessageState()
    assert encoded(MessageState()) is None
    assert changed(target(), change("reaction", emoji="👍", on=False)) == MessageState()


def test_reactions_are_bounded() -> None:
    """R22."""
    full = MessageState(reactions={chr(0x1F600 + n): ["per_b"] for n in range(MAX_EMOJI)})
    refused = changed(target(state=encoded(full)), change("reaction", emoji="👍"))
    assert isinstance(refused, errors.TooManyReactions)
    assert isinstance(changed(target(state=encoded(full)), change("reaction", emoji=chr(0x1F600))), MessageState)


@pytest.mark.parametrize(
    ("kind", "body", "on"),
    [
        ("edit", {"text": "x"}, "picture"),
        ("choice", {"option": "a"}, "text"),
        ("reaction", {"emoji": "👍"}, "assigned"),
    ],
)
def test_not_everything_can_be_changed(kind: str, body: dict[str, str], on: str) -> None:
    """R8."""
    assert isinstance(changed(target(kind=on), change(kind, **body)), errors.TargetUnsuited)


def test_order_of_appearance_is_kept() -> None:
    """R20."""
    state: MessageState | object = MessageState()
    for emoji in ("😂", "👍", "❤️"):
        assert isinstance(state, MessageState)
        state = changed(target(state=encoded(state)), change("reaction", emoji=emoji))
    assert isinstance(state, MessageState)
    assert list(msgspec.json.decode(encoded(state) or "", type=MessageState).reactions) == ["😂", "👍", "❤️"]
