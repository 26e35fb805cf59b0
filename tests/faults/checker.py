"""Decides from recorded facts whether the promise about messages was kept. Pure: no socket, no clock, no SQL.

The promise: an acknowledged message is durable, appears exactly once and in the same order for everyone; a client is
current, or knows that it is not.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a log, as somebody saw it. ``text`` tells two bodies apart; ``vis`` is its visibility class."""

    seq: int
    actor: str
    cid: str
    text: str
    vis: str = "all"


@dataclass(frozen=True, slots=True)
class Acked:
    """An acknowledgement that reached a client."""

    conversation: str
    actor: str
    cid: str
    seq: int
    text: str


@dataclass(frozen=True, slots=True)
class View:
    """What one reader holds of one conversation at the end.

    ``head`` is the position that the reader believes to be at; ``knows_behind``: it knows that it is not current.
    ``entries`` stand in the order in which the reader applied them; ``classes`` are those that it may read.
    """

    reader: str
    conversation: str
    epoch: int
    head: int
    knows_behind: bool
    entries: Sequence[Entry]
    classes: frozenset[str] = frozenset({"all"})


@dataclass(frozen=True, slots=True)
class Shown:
    """An event that a reader was shown at some time, whatever became of it on its screen later."""

    reader: str
    conversation: str
    epoch: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Truth:
    """The database's log of one conversation after everything has come to rest."""

    conversation: str
    epoch: int
    last_seq: int
    entries: Sequence[Entry]


@dataclass(slots=True)
class Verdict:
    """Sentences about each way in which the promise was broken; all empty means that it was kept."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    divergent: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        return not (self.lost or self.doubled or self.reordered or self.divergent)

    def counts(self) -> dict[str, int]:
        """The figures ``faults.*``."""
        return {
            "lost": len(self.lost),
            "doubled": len(self.doubled),
            "reordered": len(self.reordered),
            "divergent": len(self.divergent),
        }


def check(
    acked: Iterable[Acked], truths: Mapping[str, Truth], views: Iterable[View], shown: Iterable[Shown] = ()
) -> Verdict:
    """Hold what clients were told, what they show and what they ever showed against the database."""
    verdict = Verdict()
    for truth in truths.values():
        _check_log(truth, verdict)
    _check_acks(acked, truths, verdict)
    for view in views:
        _check_view(view, truths, verdict)
    for one in shown:
        _check_shown(one, truths, verdict)
    return verdict


def _check_log(truth: Truth, verdict: Verdict) -> None:
    """The log itself: gap-free numbers up to ``last_seq`` and every key once."""
    numbers = [entry.seq for entry in truth.entries]
    if numbers != list(range(1, truth.last_seq + 1)):
        verdict.divergent.append(f"{truth.conversation}: the log's numbers are not 1…{truth.last_seq}")
    keys = Counter((entry.actor, entry.cid) for entry in truth.entries)
    verdict.doubled.extend(
        f"{truth.conversation}: {actor} {cid} stands {count} times in the log"
        for (actor, cid), count in keys.items()
        if count > 1
    )


def _check_acks(acked: Iterable[Acked], truths: Mapping[str, Truth], verdict: Verdict) -> None:
    """Every acknowledged message stands where the acknowledgement said, with the body that was sent."""
    promised: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    for ack in acked:
        promised[ack.conversation, ack.actor, ack.cid].add(ack.seq)
        truth = truths.get(ack.conversation)
        if truth is None or not 0 < ack.seq <= len(truth.entries):
            verdict.lost.append(f"{ack.conversation}: {ack.cid} was acknowledged as {ack.seq} and is not there")
            continue
        stored = truth.entries[ack.seq - 1]
        if (stored.actor, stored.cid, stored.text) != (ack.actor, ack.cid, ack.text):
            verdict.lost.append(
                f"{ack.conversation}: {ack.cid} was acknowledged as {ack.seq}, where {stored.cid} stands"
            )
    verdict.doubled.extend(
        f"{conversation}: {cid} was acknowledged under {sorted(numbers)}"
        for (conversation, _, cid), numbers in promised.items()
        if len(numbers) > 1
    )


def _check_view(view: View, truths: Mapping[str, Truth], verdict: Verdict) -> None:
    """A reader shows the log's order, nothing twice; and all of it, unless it knows that it is behind."""
    who = f"{view.reader} in {view.conversation}"
    truth = truths.get(view.conversation)
    if truth is None:
        verdict.divergent.append(f"{who}: the conversation is not in the database")
        return
    numbers = [entry.seq for entry in view.entries]
    if any(later <= earlier for earlier, later in itertools.pairwise(numbers)):
        verdict.reordered.append(f"{who}: applied out of order")
    if len({(entry.actor, entry.cid) for entry in view.entries}) != len(view.entries):
        verdict.doubled.append(f"{who}: shows a message twice")
    shown = {entry.seq: entry for entry in view.entries}
    stored = {entry.seq: entry for entry in truth.entries if entry.seq <= view.head and entry.vis in view.classes}
    if view.epoch != truth.epoch or view.head > truth.last_seq:
        verdict.divergent.append(f"{who}: stands at {view.epoch}/{view.head} of {truth.epoch}/{truth.last_seq}")
    elif shown != stored:
        wrong = sorted({seq for seq in shown.keys() | stored.keys() if shown.get(seq) != stored.get(seq)})
        verdict.divergent.append(f"{who}: differs from the log at {wrong[:5]}")
    elif not view.knows_behind and view.head != truth.last_seq:
        verdict.divergent.append(f"{who}: believes to be current at {view.head}, the log ends at {truth.last_seq}")


def _check_shown(one: Shown, truths: Mapping[str, Truth], verdict: Verdict) -> None:
    """What was shown once is in the log for ever, at the same place."""
    truth = truths.get(one.conversation)
    if truth is None or truth.epoch != one.epoch:
        return  # the numbering was started afresh on purpose; views are checked against the new one
    stored = truth.entries[one.entry.seq - 1] if one.entry.seq <= len(truth.entries) else None
    if stored != one.entry:
        verdict.divergent.append(
            f"{one.reader} in {one.conversation}: saw {one.entry.cid} at {one.entry.seq}, which is not so"
        )
