"""What a decided group tells the world after its commit, and the inbox rows that it writes before. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from liyu.kit.ids import ChainId
from liyu.messaging.decisions import Answer, Decision
from liyu.messaging.inbox import encoded, entry
from liyu.messaging.model import Answered, CommittedEvents, InboxChange, Marked
from liyu.messaging.rows import Locked


@dataclass(frozen=True, slots=True)
class Outcome:
    """One transaction's result. ``answers`` in the order of its items; the rest is for the writer's listeners."""

    answers: list[Answer]
    committed: tuple[CommittedEvents, ...]
    inbox: tuple[InboxChange, ...]
    marked: tuple[Marked, ...]
    answered: Sequence[Answered] = ()


@dataclass(slots=True)
class Numbered:
    """Inbox rows under their new revisions: (owner, conversation, chain, rev, gone)."""

    rows: list[tuple[str, str, str, int, bool]] = field(default_factory=list)
    changes: tuple[InboxChange, ...] = ()


def steps(decision: Decision, locked: Locked) -> dict[str, tuple[str, int]]:
    """Owner → (chain, how many revisions it needs), in ascending order: the order in which owners are locked."""
    found: dict[str, tuple[str, int]] = {}
    for owner, conversation in decision.inbox:
        known = found.get(owner)
        found[owner] = (locked.heads[conversation].chain, 1 if known is None else known[1] + 1)
    return dict(sorted(found.items()))


def number(decision: Decision, locked: Locked, revs: dict[str, int]) -> Numbered:
    """Give each changed row its revision. ``revs``: owner → its last revision after this group."""
    numbered = Numbered()
    needed = steps(decision, locked)
    following = {owner: revs[owner] - count for owner, (_, count) in needed.items()}
    entries: dict[str, list[bytes]] = {owner: [] for owner in needed}
    for (owner, conversation), gone in decision.inbox.items():
        rev = following[owner] = following[owner] + 1
        head = locked.heads[conversation]
        numbered.rows.append((owner, conversation, head.chain, rev, gone))
        row = locked.members.get(conversation, {}).get(owner[2:]) if owner[0] == "p" else None
        entries[owner].append(encoded(entry(head, rev, row, gone=gone)))
    numbered.changes = tuple(
        InboxChange(owner, ChainId(chain), revs[owner] - count + 1, revs[owner], tuple(entries[owner]))
        for owner, (chain, count) in needed.items()
    )
    return numbered


def outcome(decision: Decision, locked: Locked, numbered: Numbered) -> Outcome:
    """What is told once the commit stands."""
    committed = []
    for conversation, fresh in decision.fresh.items():
        head = locked.heads[conversation]
        committed.append(
            CommittedEvents(
                head.id, head.chain, head.epoch, fresh.first, head.last_seq,
                tuple(fresh.events), tuple(fresh.blanked), head.acl_rev, head.last_seq,
            )
        )  # fmt: skip
    marked = tuple(answer for answer in decision.answers if type(answer) is Marked and answer.moved)
    return Outcome(decision.answers, tuple(committed), numbered.changes, marked, decision.answered)
