"""All SQL of stock. Each change of counts is one conditional statement, safe against any number of buyers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from liyu.catalog import store as products_store
from liyu.catalog.model import StockLine
from liyu.catalog.stock.model import Move, Reservation
from liyu.catalog.tables import reservations, stock, stock_moves, variants
from liyu.kit.ids import ChainId, LocationId, ProductId, VariantId, new_id


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changes stock, when and why. ``actor``: a person's id, or ``system``."""

    actor: str
    at: int
    word: str = ""


def line(connection: Connection, chain: ChainId, variant: VariantId, location: LocationId) -> StockLine:
    """The counts of a variant at a location; zero when it never lay there."""
    row = connection.execute(
        sa.select(stock.c.on_hand, stock.c.reserved).where(
            stock.c.chain_id == chain, stock.c.variant_id == variant, stock.c.location_id == location
        )
    ).first()
    return StockLine(variant, location, *(row or (0, 0)))


def move(
    connection: Connection, chain: ChainId, variant: VariantId, location: LocationId, change: Move, cause: Cause
) -> StockLine | None:
    """Change both counts and record it; ``None``, and nothing changed, when they would no longer fit together.

    They fit when 0 ≤ reserved ≤ on_hand: the condition is part of the statement, so no other transaction can come
    between looking and changing.
    """
    on_hand, reserved = stock.c.on_hand + change.on_hand, stock.c.reserved + change.reserved
    after = connection.execute(
        sa.update(stock)
        .where(
            stock.c.chain_id == chain,
            stock.c.variant_id == variant,
            stock.c.location_id == location,
            reserved >= 0,
            reserved <= on_hand,
        )
        .values(on_hand=on_hand, reserved=reserved, updated_at=cause.at)
        .returning(stock.c.on_hand, stock.c.reserved)
    ).first()
    if after is None:
        return None
    line_now = StockLine(variant, location, after.on_hand, after.reserved)
    connection.execute(sa.insert(stock_moves).values(**move_row(chain, line_now, change, cause)))
    before = line_now.available - change.on_hand + change.reserved
    _touch_when_crossed(connection, chain, variant, before, line_now.available, cause.at)
    return line_now


def ensure_line(connection: Connection, chain: ChainId, variant: VariantId, location: LocationId, now: int) -> None:
    """Let the variant have a line at the location, with nothing in it."""
    connection.execute(
        products_store.upsert(connection, stock)
        .values(variant_id=variant, location_id=location, chain_id=chain, on_hand=0, reserved=0, updated_at=now)
        .on_conflict_do_nothing()
    )


def lock_line(connection: Connection, chain: ChainId, variant: VariantId, location: LocationId) -> StockLine:
    """The counts, which nobody else can change before this transaction ends."""
    connection.execute(
        sa.update(stock)
        .where(stock.c.chain_id == chain, stock.c.variant_id == variant, stock.c.location_id == location)
        .values(updated_at=stock.c.updated_at)
    )
    return line(connection, chain, variant, location)


def line_row(chain: ChainId, line: StockLine, now: int) -> dict[str, Any]:
    """The row of a line."""
    return {
        "variant_id": line.variant,
        "location_id": line.location,
        "chain_id": chain,
        "on_hand": line.on_hand,
        "reserved": line.reserved,
        "updated_at": now,
    }


def move_row(chain: ChainId, after: StockLine, change: Move, cause: Cause) -> dict[str, Any]:
    """The record of a change; ``after``: the line as it is then."""
    return {
        "id": new_id("mov", at_ms=cause.at),
        "chain_id": chain,
        "variant_id": after.variant,
        "location_id": after.location,
        "kind": change.kind,
        "on_hand_by": change.on_hand,
        "reserved_by": change.reserved,
        "on_hand_after": after.on_hand,
        "reserved_after": after.reserved,
        "actor": cause.actor,
        "word": cause.word,
        "at": cause.at,
    }


def _touch_when_crossed(
    connection: Connection, chain: ChainId, variant: VariantId, before: int, after: int, now: int
) -> None:
    """Search knows whether a product can be had, not how often: only running out and coming back concern it."""
    if (before > 0) == (after > 0):
        return
    product = product_of(connection, chain, variant)
    if product is not None:
        products_store.touch(connection, chain, [product], now)


def product_of(connection: Connection, chain: ChainId, variant: VariantId) -> ProductId | None:
    """The product that the variant belongs to; ``None`` for a variant of nobody or of another chain."""
    found = connection.execute(
        sa.select(variants.c.product_id).where(variants.c.chain_id == chain, variants.c.id == variant)
    ).scalar()
    return None if found is None else ProductId(found)


def put_reservation(connection: Connection, chain: ChainId, reservation: Reservation) -> None:
    """Record a new reservation."""
    connection.execute(
        sa.insert(reservations).values(
            id=reservation.id,
            chain_id=chain,
            variant_id=reservation.variant,
            location_id=reservation.location,
            quantity=reservation.quantity,
            holder=reservation.holder,
            state=reservation.state,
            created_at=reservation.created_at,
            expires_at=reservation.expires_at,
        )
    )


def change_reservation(connection: Connection, chain: ChainId, old: Reservation, new: Reservation) -> bool:
    """Record what became of a reservation; false, and nothing changed, when another was faster."""
    done = connection.execute(
        sa.update(reservations)
        .where(
            reservations.c.chain_id == chain,
            reservations.c.id == old.id,
            reservations.c.state == old.state,
            reservations.c.expires_at == old.expires_at,
        )
        .values(state=new.state, expires_at=new.expires_at)
    )
    return done.rowcount == 1


def find_reservation(connection: Connection, chain: ChainId, id_: str) -> Reservation | None:
    """The reservation of this id."""
    row = connection.execute(
        sa.select(reservations).where(reservations.c.chain_id == chain, reservations.c.id == id_)
    ).first()
    return None if row is None else _reservation(row)


def overdue(
    connection: Connection,
    chain: ChainId,
    now: int,
    limit: int,
    of: tuple[VariantId, LocationId] | None = None,
) -> list[Reservation]:
    """Reservations whose time is over, oldest first; ``of``: only of a variant at a location."""
    query = (
        sa.select(reservations)
        .where(reservations.c.chain_id == chain, reservations.c.state == "held", reservations.c.expires_at <= now)
        .order_by(reservations.c.expires_at, reservations.c.id)
        .limit(limit)
    )
    if of is not None:
        query = query.where(reservations.c.variant_id == of[0], reservations.c.location_id == of[1])
    return [_reservation(row) for row in connection.execute(query)]


def chains_with_overdue(connection: Connection, now: int) -> list[ChainId]:
    """Chains that have reservations whose time is over."""
    rows = connection.execute(
        sa.select(reservations.c.chain_id)
        .where(reservations.c.state == "held", reservations.c.expires_at <= now)
        .distinct()
    )
    return [ChainId(row[0]) for row in rows]


def _reservation(row: Row[tuple[object, ...]]) -> Reservation:
    return Reservation(
        id=row.id,
        variant=VariantId(row.variant_id),
        location=LocationId(row.location_id),
        quantity=row.quantity,
        holder=row.holder,
        state=row.state,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def moves(
    connection: Connection, chain: ChainId, of: Sequence[VariantId], before: str | None, limit: int
) -> list[Row[tuple[object, ...]]]:
    """What happened to the stock of some variants, newest first, older than the id ``before``."""
    query = (
        sa.select(stock_moves)
        .where(stock_moves.c.chain_id == chain, stock_moves.c.variant_id.in_(of))
        .order_by(stock_moves.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(stock_moves.c.id < before)
    return list(connection.execute(query))
