"""The rules of stock: when a reservation holds, and what may become of it. Pure: time comes in as ``now``.

The counts themselves are kept by one conditional statement each (``store.py``), so two buyers can never be promised the
same piece.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from liyu.catalog.errors import ReservationOver
from liyu.kit.ids import LocationId, VariantId

State = Literal["held", "released", "expired", "taken"]

MOST_PIECES = 1_000_000  # of one variant at one place; a larger number is a slip of the finger
LONGEST_MS = 7 * 24 * 3_600_000  # a promise to a customer; what is longer is an order


@dataclass(frozen=True, slots=True)
class Reservation:
    """Pieces promised to ``holder`` until ``expires_at`` (ms since 1970, not included)."""

    id: str
    variant: VariantId
    location: LocationId
    quantity: int
    holder: str
    state: State
    created_at: int
    expires_at: int

    def holds(self, now: int) -> bool:
        """Whether the pieces are promised at ``now``. Being late to sweep changes nothing."""
        return self.state == "held" and now < self.expires_at


@dataclass(frozen=True, slots=True)
class Move:
    """A change of both counts of a variant at a location."""

    kind: Literal["counted", "adjusted", "reserved", "released", "expired", "taken", "imported"]
    on_hand: int
    reserved: int


def reserve(quantity: int) -> Move:
    """Promise ``quantity`` pieces."""
    return Move("reserved", 0, quantity)


def taken(reservation: Reservation, now: int) -> tuple[Reservation, Move]:
    """The pieces leave the shop for good. Raises ``ReservationOver`` when they are no longer promised."""
    if not reservation.holds(now):
        raise ReservationOver()
    pieces = reservation.quantity
    return replace(reservation, state="taken"), Move("taken", -pieces, -pieces)


def released(reservation: Reservation, now: int) -> tuple[Reservation, Move | None]:
    """The promise is given back. Releasing what is released or expired already changes nothing.

    Raises ``ReservationOver`` when the pieces were taken.
    """
    if reservation.state == "taken":
        raise ReservationOver()
    if reservation.state != "held":
        return reservation, None
    if not reservation.holds(now):
        return lapsed(reservation)
    return replace(reservation, state="released"), Move("released", 0, -reservation.quantity)


def lapsed(reservation: Reservation) -> tuple[Reservation, Move]:
    """Its time is over: the pieces are free again."""
    return replace(reservation, state="expired"), Move("expired", 0, -reservation.quantity)


def extended(reservation: Reservation, now: int, until: int) -> Reservation:
    """The promise lasts until ``until``. Raises ``ReservationOver`` when it is already over."""
    if not reservation.holds(now):
        raise ReservationOver()
    return replace(reservation, expires_at=min(until, now + LONGEST_MS))
