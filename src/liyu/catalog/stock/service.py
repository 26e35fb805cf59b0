"""Use cases of stock. The functions that take a ``Connection`` are steps of somebody's unit of work (an order, a
hand-over); the methods are units of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import structlog
from sqlalchemy import Connection

from liyu.catalog.errors import (
    BelowReserved,
    NotEnough,
    ReservationOver,
    ReservationUnknown,
    TooManyPieces,
    VariantUnknown,
)
from liyu.catalog.model import StockLine
from liyu.catalog.stock import model, store
from liyu.catalog.stock.model import Move, Reservation
from liyu.catalog.stock.store import Cause
from liyu.kit.clock import Clock
from liyu.kit.errors import Refusal
from liyu.kit.ids import ChainId, LocationId, VariantId, new_id
from liyu.platform.db.port import ALL_CHAINS, Database

log = structlog.get_logger(__name__)

SWEEP_S = 15.0  # a late sweep frees nothing late: whoever needs the pieces frees them first
SWEPT = 200  # reservations of one transaction


def reserve(
    connection: Connection,
    chain: ChainId,
    variant: VariantId,
    location: LocationId,
    quantity: int,
    *,
    holder: str,
    until: int,
    cause: Cause,
) -> Reservation:
    """Promise pieces to ``holder`` until ``until`` (ms since 1970, at most ``LONGEST_MS`` from now).

    Promises whose time is over are given back first. Raises ``NotEnough``; then nothing is promised.
    """
    if quantity < 1:
        raise ValueError("quantity must be at least 1")
    change = model.reserve(quantity)
    after = store.move(connection, chain, variant, location, change, cause)
    if after is None and _free_overdue(connection, chain, variant, location, cause.at):
        after = store.move(connection, chain, variant, location, change, cause)
    if after is None:
        raise NotEnough(available=store.line(connection, chain, variant, location).available)
    reservation = Reservation(
        id=new_id("rsv", at_ms=cause.at),
        variant=variant,
        location=location,
        quantity=quantity,
        holder=holder,
        state="held",
        created_at=cause.at,
        expires_at=min(until, cause.at + model.LONGEST_MS),
    )
    store.put_reservation(connection, chain, reservation)
    return reservation


def take(connection: Connection, chain: ChainId, reservation_id: str, cause: Cause) -> Reservation:
    """The promised pieces are sold. Raises ``ReservationUnknown``, ``ReservationOver``."""
    old = _found(connection, chain, reservation_id)
    new, change = model.taken(old, cause.at)
    _become(connection, chain, old, new, change, cause)
    return new


def release(connection: Connection, chain: ChainId, reservation_id: str, cause: Cause) -> Reservation:
    """Give a promise back; repeating it is harmless. Raises ``ReservationUnknown``, ``ReservationOver``."""
    old = _found(connection, chain, reservation_id)
    new, change = model.released(old, cause.at)
    if change is not None:
        _become(connection, chain, old, new, change, cause)
    return new


def extend(connection: Connection, chain: ChainId, reservation_id: str, now: int, until: int) -> Reservation:
    """Let a promise last until ``until``. Raises ``ReservationUnknown``, ``ReservationOver``."""
    old = _found(connection, chain, reservation_id)
    new = model.extended(old, now, until)
    if not store.change_reservation(connection, chain, old, new):
        raise ReservationOver()
    return new


def count(
    connection: Connection, chain: ChainId, variant: VariantId, location: LocationId, on_hand: int, cause: Cause
) -> StockLine:
    """Somebody counted: exactly ``on_hand`` pieces lie there. Raises ``BelowReserved``, ``VariantUnknown``."""
    return _set(connection, chain, variant, location, cause, "counted", lambda _: on_hand)


def adjust(
    connection: Connection, chain: ChainId, variant: VariantId, location: LocationId, by: int, cause: Cause
) -> StockLine:
    """Pieces came (``by`` > 0) or went, without a sale.

    Raises ``BelowReserved``, ``TooManyPieces``, ``VariantUnknown``.
    """
    return _set(connection, chain, variant, location, cause, "adjusted", lambda before: before.on_hand + by)


def _set(
    connection: Connection,
    chain: ChainId,
    variant: VariantId,
    location: LocationId,
    cause: Cause,
    kind: str,
    wanted: Callable[[StockLine], int],
) -> StockLine:
    if store.product_of(connection, chain, variant) is None:
        raise VariantUnknown()
    store.ensure_line(connection, chain, variant, location, cause.at)
    before = store.lock_line(connection, chain, variant, location)
    on_hand = wanted(before)
    if on_hand == before.on_hand:
        return before
    if on_hand > model.MOST_PIECES:
        raise TooManyPieces(limit=model.MOST_PIECES)
    change = Move("counted" if kind == "counted" else "adjusted", on_hand - before.on_hand, 0)
    after = store.move(connection, chain, variant, location, change, cause)
    if after is None:
        raise BelowReserved(reserved=before.reserved)
    return after


def _found(connection: Connection, chain: ChainId, reservation_id: str) -> Reservation:
    found = store.find_reservation(connection, chain, reservation_id)
    if found is None:
        raise ReservationUnknown()
    return found


def _become(
    connection: Connection, chain: ChainId, old: Reservation, new: Reservation, change: Move, cause: Cause
) -> None:
    """Write what became of a reservation: its state first, so that of two at once only one changes the counts."""
    if not store.change_reservation(connection, chain, old, new):
        raise ReservationOver()
    if store.move(connection, chain, old.variant, old.location, change, cause) is None:
        raise AssertionError("a held reservation is always covered by its line")


def _free_overdue(connection: Connection, chain: ChainId, variant: VariantId, location: LocationId, now: int) -> bool:
    """Give back promises of this variant and place whose time is over. Returns whether there were any."""
    due = store.overdue(connection, chain, now, SWEPT, (variant, location))
    return any([_lapse(connection, chain, reservation, now) for reservation in due])


def _lapse(connection: Connection, chain: ChainId, old: Reservation, now: int) -> bool:
    new, change = model.lapsed(old)
    if not store.change_reservation(connection, chain, old, new):
        return False
    store.move(connection, chain, old.variant, old.location, change, Cause("system", now))
    return True


class Stock:
    """Stock as units of their own, and the sweep of promises whose time is over."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._sweeping: asyncio.Task[None] | None = None

    async def reserve(
        self, chain: ChainId, variant: VariantId, location: LocationId, quantity: int, *, holder: str, for_ms: int
    ) -> Reservation:
        """Promise pieces to ``holder`` for ``for_ms`` milliseconds. Raises ``NotEnough``."""
        now = self._clock.now_ms()

        def unit(connection: Connection) -> Reservation:
            cause = Cause(holder, now)
            return reserve(
                connection, chain, variant, location, quantity, holder=holder, until=now + for_ms, cause=cause
            )

        return await self._database.write(chain, unit)

    async def take(self, chain: ChainId, reservation_id: str, actor: str) -> Reservation:
        """The promised pieces are sold. Raises ``ReservationUnknown``, ``ReservationOver``."""
        cause = Cause(actor, self._clock.now_ms())
        return await self._database.write(chain, lambda connection: take(connection, chain, reservation_id, cause))

    async def release(self, chain: ChainId, reservation_id: str, actor: str) -> Reservation:
        """Give a promise back. Raises ``ReservationUnknown``, ``ReservationOver``."""
        cause = Cause(actor, self._clock.now_ms())
        return await self._database.write(chain, lambda connection: release(connection, chain, reservation_id, cause))

    async def extend(self, chain: ChainId, reservation_id: str, for_ms: int) -> Reservation:
        """Let a promise last ``for_ms`` from now. Raises ``ReservationUnknown``, ``ReservationOver``."""
        now = self._clock.now_ms()
        return await self._database.write(
            chain, lambda connection: extend(connection, chain, reservation_id, now, now + for_ms)
        )

    async def sweep(self) -> int:
        """Give back what is overdue in every chain. Returns how many promises that were."""
        now = self._clock.now_ms()
        freed = 0
        for chain in await self._database.read(
            ALL_CHAINS, lambda connection: store.chains_with_overdue(connection, now)
        ):

            def unit(connection: Connection, of: ChainId = chain) -> int:
                return sum(_lapse(connection, of, old, now) for old in store.overdue(connection, of, now, SWEPT))

            while (some := await self._database.write(chain, unit)) > 0:
                freed += some
        return freed

    async def start(self) -> None:
        """Sweep now and then, until ``stop``."""
        self._sweeping = asyncio.create_task(self._sweep_on(), name="catalog.stock.sweep")

    async def stop(self) -> None:
        """End the sweep."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeping

    async def _sweep_on(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                await self.sweep()
            except Refusal as refusal:
                log.warning("catalog.sweep_failed", code=refusal.code)
