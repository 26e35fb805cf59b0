"""Decisions about a group, on literal values."""

from __future__ import annotations

from typing import Any

import msgspec

from liyu.kit.ids import ChainId, ConversationId, PersonId, ShopId
from liyu.messaging import errors
from liyu.messaging.decisions import Decision, decide, wanted_keys
from liyu.messaging.message_state import Target
from liyu.messaging.model import FROM_HERE, Ack, Answered, Append, Item, Mark, Marked, Touch
from liyu.messaging.outcome import number, outcome, steps
from liyu.messaging.rows import JOINED, LEFT, WATCHING, Head, Known, Locked, MemberRow
from liyu.protocol.snapshots import InboxEntry

NOW = 1_000_000
CONV, CHAIN = ConversationId("cnv_1"), ChainId("chn_1")
CUSTOMER, GUIDE = PersonId("per_c"), PersonId("per_g")
HASH = b"h"


def head(**changes: Any) -> Head:
    values: dict[str, Any] = {
        "id": CONV, "chain": CHAIN, "shop": "shp_1", "kind": "shop", "customer": CUSTOMER, "title": "小林",
        "vip": False,
        "epoch": 1, "last_seq": 4, "acl_rev": 2, "assignee": None, "counted": 2, "answered": 1, "waiting_since": None,
        "top_seq": 4, "top_at": 10, "top_kind": "text", "top_text": "旧", "top_actor": CUSTOMER, "merged_into": None,
    }  # fmt: skip
    return Head(**(values | changes))


def member(person: str = CUSTOMER, role: str = "customer", **changes: Any) -> MemberRow:
    values: dict[str, Any] = {
        "conversation": CONV, "person": person, "chain": CHAIN, "role": role, "state": JOINED, "from_seq": 1,
        "name": "小林", "avatar": None, "vip": False,
    }  # fmt: skip
    return MemberRow(**(values | changes))


def locked(*members: MemberRow, **changes: Any) -> Locked:
    rows = members or (member(),)
    return Locked(heads={CONV: head(**changes)}, members={CONV: {row.person: row for row in rows}})


def text(words: str = "你好", **changes: Any) -> Append:
    values: dict[str, Any] = {
        "conversation": CONV, "chain": CHAIN, "actor": CUSTOMER, "aliases": (), "cid": "c1", "kind": "text",
        "body": msgspec.json.encode({"text": words}), "role": "customer",
    }  # fmt: skip
    return Append(**(values | changes))


def decided(found: Locked, *items: Item) -> Decision:
    return decide([(item, HASH) for item in items], found, NOW)


def test_messages_take_the_next_numbers() -> None:
    """R1, R4."""
    found = locked()
    decision = decided(found, text(cid="a"), text(cid="b", acl_rev=1), text(cid="c", acl_rev=2))
    assert [type(one) for one in decision.answers] == [Ack, errors.AccessChanged, Ack]
    assert [row[1] for row in decision.rows] == [5, 6]
    assert found.heads[CONV].last_seq == 6
    assert [event.seq for event in decision.fresh[CONV].events] == [5, 6]


def test_a_known_key_is_answered_before_anything_is_refused() -> None:
    """R3, R4: also with an access of yesterday, and with a target that is gone."""
    found = locked()
    found.known[(CONV, "per_old", "c1")] = Known(2, 77, HASH)
    for item in (text(aliases=("per_old",), acl_rev=1), text(aliases=("per_old",), kind="recall", target=99)):
        assert decided(found, item).answers == [Ack(2, 77, duplicate=True)]
    found.known[(CONV, "per_old", "c1")] = Known(2, 77, b"other")
    assert isinstance(decided(found, text(aliases=("per_old",))).answers[0], errors.CidReused)
    found.known[(CONV, "per_old", "c1")] = Known(2, 77, None)
    assert decided(found, text(aliases=("per_old",))).answers == [Ack(2, 77, duplicate=True)], (
        "erased: nothing to compare"
    )
    assert wanted_keys([text(aliases=("per_old",))]) == [(CONV, CUSTOMER, "c1"), (CONV, "per_old", "c1")]


def test_another_chains_conversation_does_not_exist() -> None:
    """R13."""
    for item in (text(chain=ChainId("chn_2")), Mark(CONV, ChainId("chn_2"), CUSTOMER, 1, 1), Touch(CONV, ChainId("x"))):
        assert isinstance(decided(locked(), item).answers[0], errors.ConversationNotFound)
    assert isinstance(decided(Locked(), text()).answers[0], errors.ConversationNotFound)


def test_a_customer_waits_until_staff_answers() -> None:
    """R18."""
    found = locked()
    decided(found, text(cid="a"), text(cid="b"))
    assert (found.heads[CONV].waiting_since, found.heads[CONV].counted) == (NOW, 4)
    decided(found, text(cid="c", role="guide", actor=GUIDE, vis="staff"))
    assert (found.heads[CONV].waiting_since, found.heads[CONV].counted) == (NOW, 4)
    decided(found, text(cid="d", role="guide", actor=GUIDE))
    assert (found.heads[CONV].waiting_since, found.heads[CONV].answered) == (None, 5)


def test_notes_leave_inboxes_alone() -> None:
    """R11."""
    decision = decided(locked(), text(vis="staff", role="guide", actor=GUIDE))
    assert decision.inbox == {}
    assert decision.rows[0][10] == 2, "not counted"


def test_a_message_stands_in_the_queue_and_with_its_members() -> None:
    """R15: and only with its members once somebody takes care."""
    decision = decided(locked(), text())
    assert decision.inbox == {(f"p:{CUSTOMER}", CONV): False, ("q:shp_1", CONV): False}
    decision = decided(locked(member(), member(GUIDE, "guide"), assignee=GUIDE), text())
    assert decision.inbox == {(f"p:{CUSTOMER}", CONV): False, (f"p:{GUIDE}", CONV): False}


def test_assigning_takes_it_from_the_queue() -> None:
    """R15."""
    found = locked(member(), member(GUIDE, "guide"))
    assign = text(kind="assigned", body=msgspec.json.encode({"person": GUIDE}))
    decision = decided(found, assign)
    assert decision.inbox[("q:shp_1", CONV)] is True
    assert found.heads[CONV].assignee == GUIDE
    for state in (LEFT, WATCHING):
        found = locked(member(), member(GUIDE, "guide", state=state))
        assert isinstance(decided(found, assign).answers[0], errors.NotMember)


def test_joining_and_leaving_raise_acl_rev() -> None:
    """R12, R15: whoever leaves while in charge gives it back."""
    found = locked()
    person = {"id": GUIDE, "name": "小美", "role": "guide"}
    decided(found, text(kind="member.joined", body=msgspec.json.encode({"person": person}), from_seq=FROM_HERE))
    row = found.members[CONV][GUIDE]
    assert (row.state, row.from_seq, row.name, found.heads[CONV].acl_rev) == (JOINED, 5, "小美", 3)
    assert row.unread(found.heads[CONV].counted) == 0
    found.heads[CONV].assignee = GUIDE
    leave = text(kind="member.left", cid="x", body=msgspec.json.encode({"person": GUIDE}))
    decision = decided(found, leave)
    assert (found.heads[CONV].assignee, found.heads[CONV].acl_rev) == (None, 4)
    assert decision.inbox[(f"p:{GUIDE}", CONV)] is True
    assert decision.inbox[("q:shp_1", CONV)] is False
    assert isinstance(decided(found, text(kind="member.left", cid="y", body=leave.body)).answers[0], errors.NotMember)


def test_marks_come_before_the_messages_of_their_group() -> None:
    """R19: whatever the order of arrival, the places were read at the head of the lock."""
    found = locked(member(read=1, read_ordinal=1))
    found.places[(CONV, CUSTOMER, 3)] = (1, 0)
    decision = decided(found, text(), Mark(CONV, CHAIN, CUSTOMER, 3, 2))
    assert decision.answers[1] == Marked(CONV, CHAIN, CUSTOMER, 3, 3, moved=True)
    row = found.members[CONV][CUSTOMER]
    assert (row.read, row.own_unread, row.unread(found.heads[CONV].counted)) == (3, 1, 1)
    again = decided(found, Mark(CONV, CHAIN, CUSTOMER, 2, 99))
    assert again.answers == [Marked(CONV, CHAIN, CUSTOMER, 3, 5, moved=True)]


def test_strangers_have_no_marks() -> None:
    """R19."""
    found = locked()
    assert isinstance(decided(found, Mark(CONV, CHAIN, GUIDE, 4, 4)).answers[0], errors.NotMember)
    decision = decided(found, Mark(CONV, CHAIN, GUIDE, 4, 4, quiet=True))
    assert decision.members[(CONV, GUIDE)].state == WATCHING
    assert decision.inbox == {}, "whoever only looks in has no row"


def test_a_message_written_in_the_group_can_be_changed_in_it() -> None:
    """R8."""
    found = locked()
    edit = msgspec.json.encode({"target": 5, "text": "改"})
    decision = decided(
        found,
        text(cid="a"),
        text(cid="b", kind="edit", body=edit, target=5),
        text(cid="c", kind="recall", body=b'{"target":5}', target=5),
        text(cid="d", kind="edit", body=edit, target=5),
    )
    assert [type(one) for one in decision.answers] == [Ack, Ack, Ack, errors.TargetGone]
    assert decision.states == {(CONV, 5): '{"recalled":true}'}
    assert decision.blanks == [(CONV, 5)]
    assert decision.fresh[CONV].blanked == [5]
    assert (found.heads[CONV].top_kind, found.heads[CONV].top_text) == ("recalled", "")


def test_what_the_sender_cannot_see_does_not_exist() -> None:
    """R8, R11."""
    found = locked()
    found.targets[(CONV, 2)] = Target(2, "text", GUIDE, "staff", 0, '{"text":"备注"}', None)
    found.targets[(CONV, 3)] = Target(3, "text", GUIDE, "all", 0, '{"text":"早"}', None)
    found.targets[(CONV, 4)] = Target(4, "assigned", GUIDE, "all", 0, "{}", None)
    reaction = {"kind": "reaction", "classes": frozenset({"all"})}

    def react(target: int, **more: Any) -> Any:
        body = msgspec.json.encode({"target": target, "emoji": "👍"})
        return decided(found, text(cid=f"r{target}", body=body, target=target, **reaction, **more)).answers[0]

    assert isinstance(react(2), errors.TargetNotFound)
    assert isinstance(react(3, sees_from=4), errors.TargetNotFound)
    assert isinstance(react(4), errors.TargetNotFound)
    assert isinstance(react(3), Ack)


def test_an_old_epoch_is_told() -> None:
    """R21."""
    found = locked()
    decision = decided(found, Touch(CONV, CHAIN, raise_epoch=True))
    told = outcome(decision, found, number(decision, found, {"q:shp_1": 9, f"p:{CUSTOMER}": 3}))
    assert [(one.epoch, one.first, one.last, one.events) for one in told.committed] == [(2, 5, 4, ())]


def test_inbox_revisions_are_contiguous_and_coalesced() -> None:
    """R16: one per owner and conversation of a group."""
    second = ConversationId("cnv_2")
    found = locked()
    found.heads[second] = head(id=second)
    found.members[second] = {CUSTOMER: member(conversation=second)}
    decision = decided(found, text(cid="a"), text(cid="b"), text(cid="c", conversation=second))
    assert steps(decision, found) == {f"p:{CUSTOMER}": (CHAIN, 2), "q:shp_1": (CHAIN, 2)}
    numbered = number(decision, found, {f"p:{CUSTOMER}": 7, "q:shp_1": 40})
    assert [(change.owner, change.first_rev, change.last_rev) for change in numbered.changes] == [
        (f"p:{CUSTOMER}", 6, 7),
        ("q:shp_1", 39, 40),
    ]
    entries = [msgspec.json.decode(raw, type=InboxEntry) for raw in numbered.changes[1].entries]
    assert [(entry.conv, entry.rev, entry.unread, entry.last_seq) for entry in entries] == [
        (CONV, 39, 3, 6),
        (second, 40, 2, 5),
    ]


def test_only_the_first_answer_ends_a_wait() -> None:
    found = locked(member(), member(GUIDE, "guide"), waiting_since=400_000)
    answers = [text(actor=GUIDE, role="guide", cid=cid) for cid in ("c1", "c2")]
    decision = decided(found, text(cid="c0"), *answers)
    assert decision.answered == [Answered(CONV, CHAIN, ShopId("shp_1"), 400_000, GUIDE, NOW)]


def test_a_note_among_staff_answers_nobody() -> None:
    found = locked(member(), member(GUIDE, "guide"), waiting_since=400_000)
    assert decided(found, text(actor=GUIDE, role="guide", vis="staff")).answered == []
