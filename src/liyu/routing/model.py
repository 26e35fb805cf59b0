"""Queues, capacity and the next candidate: pure decisions over what is true now.

Nothing here reads a clock, a table or a socket. Times are milliseconds since 1970 UTC, spans milliseconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from liyu.kit.ids import ConversationId, PersonId, ShopId

#: ``free`` takes new conversations, ``busy`` keeps the ones at hand, ``away`` has left the desk.
State = Literal["free", "busy", "away"]

DEFAULT_CAPACITY = 6  # conversations at once that a guide is offered; a guide may always claim more by hand
WINDOW = 20  # first replies that an estimate looks back on
FEW = 3  # fewer than these make no estimate: better to say nothing than to guess


@dataclass(frozen=True, slots=True)
class Guide:
    """A member of staff who can take conversations.

    ``shops``: where; ``open_now``: conversations at hand; ``taken_at``: when the last one was taken (0: none yet);
    ``online``: the desk is open on some device.
    """

    person: PersonId
    shops: frozenset[ShopId]
    state: State
    online: bool
    open_now: int
    taken_at: int = 0
    capacity: int = DEFAULT_CAPACITY

    def can_take(self) -> bool:
        """Whether a conversation may be offered now."""
        return self.state == "free" and self.online and self.open_now < self.capacity


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation that nobody takes care of. ``since``: the customer's oldest unanswered message."""

    conversation: ConversationId
    shop: ShopId
    since: int
    vip: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who should be asked next. ``sister``: from another shop of the chain."""

    person: PersonId
    shop: ShopId
    sister: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """What may honestly be said about a wait. ``ahead``: conversations before this one.

    ``about_ms``: an estimate from recent first replies, ``None`` when there are too few to say.
    ``nobody``: no guide of the shop is there to take it.
    """

    ahead: int
    about_ms: int | None
    nobody: bool


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """VIPs first, then whoever waits longest; the id decides between equals."""
    return sorted(waiting, key=lambda one: (not one.vip, one.since, one.conversation))


def next_candidate(
    shop: ShopId,
    guides: Iterable[Guide],
    *,
    open_shops: Collection[ShopId],
    sisters: Sequence[ShopId] = (),
    asked: Collection[PersonId] = (),
) -> Candidate | None:
    """The guide to ask next: of the shop itself, then of each sister shop in order, never one of ``asked``.

    Within a shop the one with the most room comes first, then the one who waited longest for a customer.
    ``open_shops``: those whose hours say open; guides of a closed shop are not asked. ``None``: nobody is left.
    """
    ready = [guide for guide in guides if guide.can_take() and guide.person not in asked]
    for place in (shop, *(sister for sister in sisters if sister != shop)):
        if place not in open_shops:
            continue
        here = [guide for guide in ready if place in guide.shops]
        if here:
            best = min(here, key=lambda guide: (guide.open_now / guide.capacity, guide.taken_at, guide.person))
            return Candidate(best.person, place, sister=place != shop)
    return None


def wait_of(
    conversation: ConversationId,
    queue: Iterable[Waiting],
    guides: Iterable[Guide],
    shop: ShopId,
    recent_first_replies_ms: Sequence[int],
) -> Wait:
    """What to tell the customer who waits in ``conversation``.

    The estimate is the median of the newest first replies, counted once for every round of guides that the
    conversations ahead will take; it is never shortened to please.
    """
    order = [one.conversation for one in in_order(queue)]
    ahead = order.index(conversation) if conversation in order else len(order)
    here = [guide for guide in guides if shop in guide.shops and guide.online and guide.state == "free"]
    usual = _usual(recent_first_replies_ms)
    about = usual * (1 + ahead // len(here)) if usual is not None and here else None
    return Wait(ahead, about, nobody=not here)


def wait_in_care(carer: PersonId, guides: Iterable[Guide], recent_first_replies_ms: Sequence[int]) -> Wait:
    """What to tell a customer whom ``carer`` takes care of: nobody is before them, but the carer may be gone."""
    there = any(guide.person == carer and guide.online and guide.state != "away" for guide in guides)
    return Wait(0, _usual(recent_first_replies_ms) if there else None, nobody=not there)


def _usual(waits_ms: Sequence[int]) -> int | None:
    """The median of the newest waits; ``None`` when they are too few to say."""
    newest = list(waits_ms)[-WINDOW:]
    return int(median(newest)) if len(newest) >= FEW else None
