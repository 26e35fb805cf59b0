"""The session on literal values: what comes in, what is asked for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from liyu.gateway import effects as do
from liyu.gateway.session import STRIKES, Checking, Closed, Draining, Open, Session, SessionLimits
from liyu.protocol import frames
from tests.unit.gateway.fakes import who

LIMITS = SessionLimits(
    frame_bytes=4_096, sends_per_minute=6, frames_per_minute=60, subscriptions=2, ping_interval_ms=1_000
)


class At:
    """A followed conversation that stands at ``head``."""

    def __init__(self, head: int | None) -> None:
        self.head = head


def said(**frame: Any) -> bytes:
    return msgspec.json.encode(frame)


def opened(limits: SessionLimits = LIMITS) -> Session:
    session = Session(limits, 0)
    session.receive(said(t="hello", token="tok"), 0)
    session.authenticated(who("ann"), ["p:per_ann"], 1_700)
    return session


def refusals(effects: Any) -> list[str]:
    return [effect.refusal.code for effect in effects if isinstance(effect, do.Refuse)]


def test_hello_asks_who_it_is_and_welcomes() -> None:
    session = Session(LIMITS, 0)
    assert session.receive(said(t="hello", token="tok"), 0) == (do.Authenticate("tok"),)
    assert isinstance(session.state, Checking)
    effects = session.authenticated(who("ann"), ["p:per_ann"], 1_700)
    assert effects == (
        do.Reply(
            frames.Welcome(
                proto=1,
                session="ses_ann",
                person="per_ann",
                now=1_700,
                limits=frames.Limits(4_096, 6, 2, 1_000),
                inboxes=["p:per_ann"],
            )
        ),
    )
    assert isinstance(session.state, Open)


def test_a_returning_client_is_restored_after_its_welcome() -> None:
    session = Session(LIMITS, 0)
    session.receive(said(t="hello", token="tok", resume={"heads": {"cnv_1": [1, 7]}, "inboxes": {"p:per_ann": 3}}), 0)
    effects = session.authenticated(who("ann"), [], 0)
    assert effects[1] == do.Restore(frames.Resume(inboxes={"p:per_ann": 3}, heads={"cnv_1": (1, 7)}))


def test_a_resume_beyond_the_limit_is_refused_in_words() -> None:
    session = Session(LIMITS, 0)
    session.receive(said(t="hello", token="tok", resume={"heads": {f"cnv_{n}": [1, 1] for n in range(3)}}), 0)
    assert refusals(session.authenticated(who("ann"), [], 0)) == ["sub.too_many"]


@pytest.mark.parametrize("frame", [{"t": "sub", "conv": "c", "epoch": 1, "after": 0}, {"t": "ping"}])
def test_nothing_comes_before_hello(frame: dict[str, Any]) -> None:
    """R23."""
    assert refusals(Session(LIMITS, 0).receive(said(**frame), 0)) == ["hello.expected"]


def test_a_send_before_the_welcome_is_refused_by_its_cid() -> None:
    session = Session(LIMITS, 0)
    session.receive(said(t="hello", token="tok"), 0)
    (effect,) = session.receive(said(t="send", conv="c", cid="m1", kind="text", body={}), 0)
    assert isinstance(effect, do.Refuse)
    assert (effect.refusal.code, effect.refusal.retryable, effect.cid, effect.about) == (
        "hello.expected",
        True,
        "m1",
        "c",
    )


def test_a_second_hello_is_refused() -> None:
    assert refusals(opened().receive(said(t="hello", token="tok"), 0)) == ["hello.twice"]


def test_a_newer_protocol_is_refused_for_good() -> None:
    effects = Session(LIMITS, 0).receive(said(t="hello", proto=2, token="tok"), 0)
    assert refusals(effects) == ["proto.unsupported"]
    assert effects[-1] == do.Close(frames.Close.UNSUPPORTED_PROTOCOL, "proto.unsupported")


def test_a_bad_token_closes_with_its_code() -> None:
    from liyu.gateway.refusals import SessionEnded

    session = Session(LIMITS, 0)
    session.receive(said(t="hello", token="tok"), 0)
    effects = session.rejected(SessionEnded())
    assert effects[-1] == do.Close(frames.Close.UNAUTHENTICATED, "session.ended")
    assert isinstance(session.state, Closed)
    assert session.authenticated(who("ann"), [], 0) == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "frame.invalid"),
        (b"hello", "frame.invalid"),
        (b"[]", "frame.invalid"),
        (b'{"t":"sub"}', "frame.invalid"),
        (b'{"t":7}', "frame.invalid"),
        (b'{"no":"kind"}', "frame.invalid"),
        (b'{"t":"dance"}', "frame.unknown"),
        (b'{"t":"events"}', "frame.unknown"),
        (b'{"t":"signal","conv":"c","kind":"typing","body":[1]}', "frame.invalid"),
        (b'{"t":"signal","conv":"c","kind":"typing","body":{"a":"\xff"}}', "frame.invalid"),
        (b'{"t":"sub","conv":"c","epoch":1,"after":-1}', "frame.invalid"),
        (b'{"t":"sub","conv":"c","epoch":1,"after":99999999999999999999999}', "frame.invalid"),
        (b'{"t":"sub","conv":"' + b"c" * 201 + b'","epoch":1,"after":1}', "frame.invalid"),
        (b"[" * 4_000, "frame.invalid"),
    ],
)
def test_what_is_no_frame_is_answered_with_a_code(data: bytes, code: str) -> None:
    assert refusals(opened().receive(data, 0)) == [code]


def test_a_malformed_send_is_refused_by_its_cid() -> None:
    (effect,) = opened().receive(b'{"t":"send","conv":"cnv_1","cid":"m1","kind":5,"body":{}}', 0)
    assert isinstance(effect, do.Refuse)
    assert (effect.cid, effect.about) == ("m1", "cnv_1")


def test_unknown_fields_are_ignored() -> None:
    """R27."""
    (effect,) = opened().receive(b'{"t":"unsub","conv":"c","colour":"red"}', 0)
    assert effect == do.Unfollow("c")


def test_a_frame_too_large_says_so_and_closes() -> None:
    effects = opened().receive(b" " * 5_000, 0)
    assert refusals(effects) == ["frame.too_large"]
    assert effects[-1] == do.Close(frames.Close.FRAME_TOO_LARGE, "frame.too_large")


def test_sends_beyond_the_rate_are_told_to_wait() -> None:
    session = opened()
    frame = said(t="send", conv="c", cid="m", kind="text", body={})
    results = [session.receive(frame, 0) for _ in range(3)]
    assert [type(effects[0]) for effects in results] == [do.Append, do.Append, do.Refuse]
    refused = results[2][0]
    assert isinstance(refused, do.Refuse)
    assert refused.refusal.code == "send.too_many"
    assert refused.refusal.retry_after_ms == 10_001  # six a minute
    assert type(session.receive(frame, 10_001)[0]) is do.Append


def test_other_frames_have_a_rate_of_their_own_and_an_end() -> None:
    session = opened()
    session.subscriptions["c"] = At(1)
    frame = said(t="signal", conv="c", kind="typing", body={"on": True})
    codes = [refusals(session.receive(frame, 0)) for _ in range(20)]
    assert codes == [[]] * 20
    for _ in range(STRIKES - 1):
        assert refusals(session.receive(frame, 0)) == ["frame.too_many"]
    assert session.receive(frame, 0)[-1] == do.Close(frames.Close.TOO_MANY, "frame.too_many")
    assert session.receive(frame, 0) == ()


def test_subscriptions_are_counted() -> None:
    session = opened()
    session.subscriptions |= {"a": At(1), "b": At(2)}
    assert refusals(session.receive(said(t="sub", conv="c", epoch=1, after=0), 0)) == ["sub.too_many"]
    assert session.receive(said(t="sub", conv="a", epoch=1, after=0), 0) == (do.Follow("a", 1, 0),)
    session.left("a")
    assert session.receive(said(t="sub", conv="c", epoch=1, after=0), 0) == (do.Follow("c", 1, 0),)


def test_signals_and_calls_need_an_open_conversation() -> None:
    session = opened()
    assert refusals(session.receive(said(t="signal", conv="c", kind="typing", body={}), 0)) == ["conv.not_followed"]
    assert refusals(session.receive(said(t="call", call="c/1", n=1, kind="offer", body={}), 0)) == ["conv.not_followed"]
    session.subscriptions["c"] = At(1)
    assert isinstance(session.receive(said(t="signal", conv="c", kind="typing", body={}), 0)[0], do.Relay)
    assert isinstance(session.receive(said(t="call", call="c/1", n=1, kind="offer", body={}), 0)[0], do.RelayCall)
    big = said(t="signal", conv="c", kind="pointer", body={"x": "y" * 4_000})
    limits = SessionLimits(signal_bytes=1_000)
    other = opened(limits)
    other.subscriptions["c"] = At(1)
    assert refusals(other.receive(big, 0)) == ["frame.too_large"]


def test_pings_carry_heads_both_ways() -> None:
    """R26."""
    session = opened()
    session.subscriptions |= {"a": At(5), "b": At(None)}
    assert session.receive(said(t="ping", heads={"a": 4}), 0) == (
        do.Reply(frames.ServerPong(heads={"a": 5})),
        do.Compare({"a": 4}),
    )
    assert session.tick(1_000) == (do.Reply(frames.ServerPing(heads={"a": 5})),)
    assert session.receive(said(t="pong", heads={"a": 5}), 1_100) == (do.Compare({"a": 5}),)


def test_a_silent_connection_is_pinged_then_given_up() -> None:
    session = opened()
    assert session.tick(1_000) == (do.Reply(frames.ServerPing(heads={})),)
    assert session.tick(1_900) != ()
    assert session.tick(2_000) == (do.Close(frames.Close.HALF_OPEN, "half_open"),)
    assert session.tick(9_000) == ()


def test_whoever_does_not_say_hello_is_sent_away() -> None:
    session = Session(SessionLimits(hello_timeout_ms=500), 0)
    assert session.tick(499) == ()
    effects = session.tick(500)
    assert refusals(effects) == ["hello.timeout"]
    assert effects[-1] == do.Close(frames.Close.HELLO_TIMEOUT, "hello.timeout")


def test_while_draining_nothing_new_begins() -> None:
    """R30."""
    session = opened()
    session.subscriptions["a"] = At(5)
    assert session.drain(3_000) == (do.Reply(frames.Drain(retry_ms=3_000)),)
    assert isinstance(session.state, Draining)
    (effect,) = session.receive(said(t="send", conv="a", cid="m1", kind="text", body={}), 0)
    assert isinstance(effect, do.Refuse)
    assert (effect.refusal.code, effect.refusal.retryable, effect.cid) == ("node.draining", True, "m1")
    assert session.receive(said(t="ping"), 0) == (do.Reply(frames.ServerPong(heads={"a": 5})),)
    assert session.drain(3_000) == ()


def test_a_revoked_session_is_told_and_closed() -> None:
    session = opened()
    effects = session.revoked()
    assert refusals(effects) == ["session.ended"]
    assert effects[-1] == do.Close(frames.Close.REVOKED, "session.ended")
    assert session.receive(said(t="ping"), 0) == ()
