"""Whatever comes, a session answers with a code or does what was asked; it never fails and is never silent."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from liyu.gateway import effects as do
from liyu.gateway.decoding import KINDS
from liyu.gateway.session import Session, SessionLimits
from tests.unit.gateway.fakes import who

LIMITS = SessionLimits(frames_per_minute=10**9, sends_per_minute=10**9)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
names = st.sampled_from(["cnv_1", "cnv_2", "", "p:per_ann", "cnv_1/1"]) | st.text(max_size=12)
fields = st.fixed_dictionaries(
    {},
    optional={
        "proto": st.integers() | json_values,
        "token": st.none() | st.text(max_size=10) | json_values,
        "resume": json_values,
        "conv": names | json_values,
        "cid": st.text(max_size=10) | json_values,
        "kind": st.sampled_from(["text", "typing"]) | json_values,
        "body": json_values,
        "vis": st.text(max_size=8) | json_values,
        "epoch": st.integers() | json_values,
        "after": st.integers() | json_values,
        "owner": names | json_values,
        "heads": st.dictionaries(names, st.integers(), max_size=3) | json_values,
        "read": st.integers() | json_values,
        "delivered": st.integers() | json_values,
        "to": names | json_values,
        "call": names | json_values,
        "n": st.integers() | json_values,
        "to_device": names | json_values,
    },
)
kinds = st.sampled_from(sorted(KINDS)) | st.text(max_size=8)


def session(state: str) -> Session:
    made = Session(LIMITS, 0)
    if state != "awaiting":
        made.receive(b'{"t":"hello","token":"ann"}', 0)
    if state in ("open", "draining"):
        made.authenticated(who("ann"), [], 0)
    if state == "draining":
        made.drain(1_000)
    return made


def check(state: str, data: bytes) -> None:
    effects = session(state).receive(data, 1)
    for effect in effects:
        assert isinstance(effect, do.Effect)
        if isinstance(effect, do.Refuse):
            assert effect.refusal.code
            msgspec.json.encode([effect.refusal.message("zh"), effect.refusal.message("en"), effect.cid, effect.about])
        if isinstance(effect, do.Reply):
            msgspec.json.encode(effect.frame)
    quiet = state == "draining" or b"pong" in data
    assert effects or quiet


states = st.sampled_from(["awaiting", "checking", "open", "draining"])


@settings(max_examples=150, deadline=None)
@given(state=states, data=st.binary(max_size=300))
def test_any_bytes_are_answered(state: str, data: bytes) -> None:
    check(state, data)


@settings(max_examples=150, deadline=None)
@given(state=states, value=json_values)
def test_any_json_is_answered(state: str, value: Any) -> None:
    check(state, msgspec.json.encode(value))


@settings(max_examples=500, deadline=None)
@given(state=states, kind=kinds, frame=fields)
def test_any_frame_is_answered(state: str, kind: str, frame: dict[str, Any]) -> None:
    check(state, msgspec.json.encode({"t": kind} | frame))
