"""Stock on both databases: never oversold, promises end, counts and records agree."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
import sqlalchemy as sa

from liyu.catalog.errors import BelowReserved, NotEnough, ReservationOver, TooManyPieces
from liyu.catalog.model import StockLine
from liyu.catalog.stock import service as stock_service
from liyu.catalog.stock import store
from liyu.catalog.stock.model import MOST_PIECES
from liyu.catalog.stock.service import Stock
from liyu.catalog.stock.store import Cause
from liyu.catalog.tables import heads, reservations, stock_moves
from liyu.kit.clock import VirtualClock
from liyu.kit.ids import LocationId, VariantId
from liyu.platform.db.port import Database
from tests.catalog_samples import CHAIN, put_location, put_product

MINUTE = 60_000


async def shelf(database: Database, pieces: int) -> tuple[VariantId, LocationId]:
    place = await put_location(database)
    _, variant = await put_product(database, on_hand={place: pieces})
    return variant, place


async def counts(database: Database, variant: VariantId, place: LocationId) -> StockLine:
    return await database.read(CHAIN.id, lambda connection: store.line(connection, CHAIN.id, variant, place))


async def test_of_sixty_buyers_at_once_exactly_ten_get_one_of_ten_pieces(database: Database) -> None:
    variant, place = await shelf(database, 10)
    stock = Stock(database, VirtualClock())

    async def buy(number: int) -> str:
        try:
            await stock.reserve(CHAIN.id, variant, place, 1, holder=f"bag_{number}", for_ms=MINUTE)
        except NotEnough:
            return "refused"
        return "promised"

    outcomes = Counter(await asyncio.gather(*(buy(number) for number in range(60))))
    assert outcomes == {"promised": 10, "refused": 50}
    assert (await counts(database, variant, place)).reserved == 10


async def test_racing_takes_releases_and_reservations_keep_counts_and_records_equal(database: Database) -> None:
    variant, place = await shelf(database, 12)
    stock = Stock(database, VirtualClock())

    async def visit(number: int) -> int:
        try:
            held = await stock.reserve(CHAIN.id, variant, place, 1 + number % 3, holder=f"b{number}", for_ms=MINUTE)
        except NotEnough:
            return 0
        if number % 2:
            await stock.release(CHAIN.id, held.id, "guide")
            return 0
        await stock.take(CHAIN.id, held.id, "guide")
        return held.quantity

    sold = sum(await asyncio.gather(*(visit(number) for number in range(40))))
    after = await counts(database, variant, place)
    assert after == StockLine(variant, place, 12 - sold, 0)
    summed = await database.read(
        CHAIN.id,
        lambda connection: connection.execute(
            sa.select(sa.func.sum(stock_moves.c.on_hand_by), sa.func.sum(stock_moves.c.reserved_by))
        ).one(),
    )
    assert tuple(summed) == (-sold, 0)


async def test_of_two_who_take_the_same_reservation_one_sells_it(database: Database) -> None:
    variant, place = await shelf(database, 5)
    stock = Stock(database, VirtualClock())
    held = await stock.reserve(CHAIN.id, variant, place, 2, holder="bag", for_ms=MINUTE)

    async def sell() -> bool:
        try:
            await stock.take(CHAIN.id, held.id, "guide")
        except ReservationOver:
            return False
        return True

    assert sorted(await asyncio.gather(*(sell() for _ in range(8)))) == [False] * 7 + [True]
    assert await counts(database, variant, place) == StockLine(variant, place, 3, 0)


async def test_a_promise_ends_at_its_time_and_the_next_buyer_gets_the_piece_unswept(database: Database) -> None:
    variant, place = await shelf(database, 1)
    clock = VirtualClock()
    stock = Stock(database, clock)
    first = await stock.reserve(CHAIN.id, variant, place, 1, holder="slow", for_ms=MINUTE)
    clock.advance(MINUTE - 1)
    with pytest.raises(NotEnough):
        await stock.reserve(CHAIN.id, variant, place, 1, holder="quick", for_ms=MINUTE)
    clock.advance(1)
    with pytest.raises(ReservationOver):
        await stock.take(CHAIN.id, first.id, "guide")
    second = await stock.reserve(CHAIN.id, variant, place, 1, holder="quick", for_ms=MINUTE)
    await stock.take(CHAIN.id, second.id, "guide")
    assert await counts(database, variant, place) == StockLine(variant, place, 0, 0)


async def test_the_sweep_gives_back_what_is_overdue_once(database: Database) -> None:
    variant, place = await shelf(database, 9)
    clock = VirtualClock()
    stock = Stock(database, clock)
    for number in range(3):
        await stock.reserve(CHAIN.id, variant, place, 2, holder=f"bag_{number}", for_ms=MINUTE * (number + 1))
    clock.advance(2 * MINUTE)
    assert [await stock.sweep(), await stock.sweep()] == [2, 0]
    assert await counts(database, variant, place) == StockLine(variant, place, 9, 2)


async def test_extending_holds_longer_but_never_revives(database: Database) -> None:
    variant, place = await shelf(database, 1)
    clock = VirtualClock()
    stock = Stock(database, clock)
    held = await stock.reserve(CHAIN.id, variant, place, 1, holder="bag", for_ms=MINUTE)
    clock.advance(MINUTE // 2)
    await stock.extend(CHAIN.id, held.id, MINUTE)
    clock.advance(MINUTE - 1)
    assert (await stock.release(CHAIN.id, held.id, "bag")).state == "released"
    assert (await stock.release(CHAIN.id, held.id, "bag")).state == "released"
    with pytest.raises(ReservationOver):
        await stock.extend(CHAIN.id, held.id, MINUTE)


async def test_a_count_cannot_fall_below_what_is_promised(database: Database) -> None:
    variant, place = await shelf(database, 5)
    clock = VirtualClock()
    stock = Stock(database, clock)
    await stock.reserve(CHAIN.id, variant, place, 3, holder="bag", for_ms=MINUTE)
    cause = Cause("per_1", clock.now_ms(), "盘点")
    with pytest.raises(BelowReserved) as refused:
        await database.write(
            CHAIN.id, lambda connection: stock_service.count(connection, CHAIN.id, variant, place, 2, cause)
        )
    assert refused.value.details == {"reserved": 3}
    line = await database.write(
        CHAIN.id, lambda connection: stock_service.adjust(connection, CHAIN.id, variant, place, -2, cause)
    )
    assert (line.on_hand, line.available) == (3, 0)
    with pytest.raises(TooManyPieces):
        await database.write(
            CHAIN.id,
            lambda connection: stock_service.adjust(connection, CHAIN.id, variant, place, MOST_PIECES, cause),
        )


async def test_a_failed_unit_promises_nothing(database: Database) -> None:
    variant, place = await shelf(database, 5)
    clock = VirtualClock()

    def unit(connection: sa.Connection) -> None:
        cause = Cause("bag", clock.now_ms())
        until = clock.now_ms() + MINUTE
        for quantity in (3, 3):
            stock_service.reserve(
                connection, CHAIN.id, variant, place, quantity, holder="bag", until=until, cause=cause
            )

    with pytest.raises(NotEnough):
        await database.write(CHAIN.id, unit)
    assert (await counts(database, variant, place)).reserved == 0
    kept = await database.read(
        CHAIN.id, lambda connection: connection.execute(sa.select(sa.func.count()).select_from(reservations)).scalar()
    )
    assert kept == 0


async def test_only_running_out_and_coming_back_concern_search(database: Database) -> None:
    variant, place = await shelf(database, 2)
    stock = Stock(database, VirtualClock())

    async def revision() -> int:
        return int(
            await database.read(CHAIN.id, lambda connection: connection.execute(sa.select(heads.c.revision)).scalar())
            or 0
        )

    start = await revision()
    first = await stock.reserve(CHAIN.id, variant, place, 1, holder="bag", for_ms=MINUTE)
    assert await revision() == start
    await stock.reserve(CHAIN.id, variant, place, 1, holder="bag", for_ms=MINUTE)
    assert await revision() == start + 1
    await stock.release(CHAIN.id, first.id, "bag")
    assert await revision() == start + 2
