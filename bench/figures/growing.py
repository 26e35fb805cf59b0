"""What growth costs: the same deed with a hundred times the data, both sizes measured in turn in the same run."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import gzip
import io
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources

import httpx
from tests.servers import Shop

from bench import filling, liyu_load, machine
from bench.figure import Figure, Measurement, figure, median, quantile
from bench.shop import Database, Prepared, database, prepared, served
from bench.sockets import Socket, connect
from liyu.app.settings import load
from liyu.app.wiring import Services, opened
from liyu.catalog.indexing import FACETS
from liyu.identity.model import Principal
from liyu.kit.ids import ConversationId
from liyu.platform.search.port import Document, Mark, SearchQuery
from liyu.platform.search.tantivy import TantivySearch

TALKS = 100
SMALL_EVENTS, LARGE_EVENTS = 10_000, 1_000_000
SMALL_DESK, LARGE_DESK = 100, 10_000
SMALL_SHELF, LARGE_SHELF = 4_600, 460_000
FEW_READERS, MANY_READERS = 50, 5_000
ROUNDS = 6
A_ROUND = 120  # observations


async def _in_turn(deeds: tuple[Callable[[], Awaitable[None]], Callable[[], Awaitable[None]]]) -> tuple[float, float]:
    """The 95th percentiles of both deeds in ms, rounds taken in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for deed, found in zip(deeds, times, strict=True):
            for _ in range(A_ROUND):
                start = time.perf_counter()
                await deed()
                found.append((time.perf_counter() - start) * 1000)
    return quantile(times[0], 0.95), quantile(times[1], 0.95)


# ── appending to a longer history ──────────────────────────────────────────────


def _filled(events: int) -> Callable[[Services, Prepared], Awaitable[None]]:
    async def fill(services: Services, _ready: Prepared) -> None:
        await filling.more_events(services, events // TALKS)

    return fill


async def _append(kind: Database) -> AsyncIterator[Figure]:
    async with contextlib.AsyncExitStack() as stack:
        deeds = []
        for events in (SMALL_EVENTS, LARGE_EVENTS):
            settings, _ = await stack.enter_async_context(database(kind))
            ready = await stack.enter_async_context(prepared(TALKS, settings, _filled(events)))
            merged = {**ready.settings, "data": {"folder": str(ready.folder)}}
            services = await stack.enter_async_context(opened(load(None, {}, merged)))
            deeds.append(await _appending(services, ready))
        small, large = await _in_turn((deeds[0], deeds[1]))
    yield figure(
        f"growth.append.{kind}", large / small, "×", ROUNDS * A_ROUND,
        conditions=f"p95 of a durable append, {large:.2f} ms at {LARGE_EVENTS:,} events, {small:.2f} ms at "
        f"{SMALL_EVENTS:,}, {TALKS} conversations each, in turn",
    )  # fmt: skip


async def _appending(services: Services, ready: Prepared) -> Callable[[], Awaitable[None]]:
    people: list[Principal] = [await services.identity.authenticate(each.token) for each in ready.customers]
    chosen = random.Random(1)
    number = 0

    async def deed() -> None:
        nonlocal number
        number += 1
        index = chosen.randrange(len(people))
        talk = ConversationId(ready.customers[index].conversation)
        await services.messaging.send(people[index], talk, f"grown-{number}", "text", b'{"text":"%b"}' % (b"x" * 120))

    return deed


# ── a larger desk ──────────────────────────────────────────────────────────────


def _desk(talks: int, events: int) -> Callable[[Services, Prepared], Awaitable[None]]:
    async def fill(services: Services, ready: Prepared) -> None:
        await filling.more_conversations(services, ready, talks - 1)
        await filling.more_events(services, max(1, events // talks))

    return fill


def _first_screen(shop: Shop, ready: Prepared, http: httpx.AsyncClient) -> Callable[[], Awaitable[None]]:
    """What a desk asks first: its inboxes, and the newest rows of the queue."""
    headers = {"Authorization": f"Bearer {ready.guide}"}
    queue = f"{shop.url}/api/v1/inboxes/q:{ready.shop}"

    async def deed() -> None:
        answer = await http.get(queue, params={"limit": 50}, headers=headers)
        answer.raise_for_status()

    return deed


async def _inboxes() -> AsyncIterator[Figure]:
    async with contextlib.AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=60))
        deeds = []
        for talks, events in ((SMALL_DESK, SMALL_EVENTS), (LARGE_DESK, LARGE_EVENTS)):
            ready = await stack.enter_async_context(prepared(1, None, _desk(talks, events)))
            shop = stack.enter_context(served(ready))
            deeds.append(_first_screen(shop, ready, http))
        small, large = await _in_turn((deeds[0], deeds[1]))
    yield figure(
        "inbox.first_screen_ms", large, "ms", ROUNDS * A_ROUND,
        conditions=f"p95 over HTTP on loopback of the 50 newest of {LARGE_DESK:,} conversations with "
        f"{LARGE_EVENTS:,} events, SQLite",
    )  # fmt: skip
    yield figure(
        "growth.inbox", large / small, "×", ROUNDS * A_ROUND,
        conditions=f"p95 of the first screen, {large:.2f} ms with {LARGE_DESK:,} conversations and {LARGE_EVENTS:,} "
        f"events, {small:.2f} ms with {SMALL_DESK} and {SMALL_EVENTS:,}, in turn",
    )  # fmt: skip


# ── a longer shelf ─────────────────────────────────────────────────────────────


def _said() -> list[list[str]]:
    """The words of the real retailer's products, as often as they occur."""
    packed = resources.files("liyu.catalog").joinpath("retailer", "products.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))
    return [row["Description"].split() for row in rows]


def _shelf(count: int, said: list[list[str]]) -> TantivySearch:
    """``count`` products: the real ones, then titles mixed from two real ones and a word of their own."""
    search = TantivySearch(None, facets=FACETS, memory_mb=100)
    chosen = random.Random(7)
    batch: list[Document] = []
    for number in range(count):
        words = said[number % len(said)]
        if number >= len(said):
            other = chosen.choice(said)
            words = [*words[: len(words) // 2], *other[len(other) // 2 :], f"N{number // 20}"]
        batch.append(
            Document(
                id=f"prd_{number}",
                tenant="chain",
                titles=(" ".join(words),),
                facets={"occasions": (chosen.choice(("birthday", "wedding", "spring")),)},
                price_minor=chosen.randrange(100, 90_000),
                in_stock=number % 5 > 0,
                rank=chosen.randrange(1000),
                created_ms=number,
            )
        )
        if len(batch) == 20_000:
            search.apply("chain", None, batch, ())
            batch = []
    search.apply("chain", Mark("bench", 1), batch, ())
    return search


def _asked(said: list[list[str]], count: int) -> list[str]:
    """What people type: mostly two words of one product, sometimes one, sometimes nothing at all."""
    chosen = random.Random(11)
    asked = []
    for _ in range(count):
        words = chosen.choice(said)
        kind = chosen.random()
        asked.append("" if kind < 0.15 else " ".join(chosen.sample(words, min(len(words), 1 if kind < 0.3 else 2))))
    return asked


async def _search() -> AsyncIterator[Figure]:
    said = _said()
    small, large = _shelf(SMALL_SHELF, said), _shelf(LARGE_SHELF, said)

    def deed(search: TantivySearch) -> Callable[[], Awaitable[None]]:
        texts = iter(_asked(said, ROUNDS * A_ROUND))

        async def run() -> None:
            search.find(SearchQuery("chain", "shop", next(texts), count_facets=("occasions",)))

        return run

    first, second = await _in_turn((deed(small), deed(large)))
    yield figure(
        "growth.search", second / first, "×", ROUNDS * A_ROUND,
        conditions=f"p95 of a search with one counted group, mostly two words of a real title: {second:.2f} ms "
        f"in {LARGE_SHELF:,} products, "
        f"{first:.2f} ms in {SMALL_SHELF:,}, in turn",
    )  # fmt: skip
    small.close()
    large.close()


# ── more readers ───────────────────────────────────────────────────────────────


async def _cost_per_message(shop: Shop, ready: Prepared, readers: int) -> float:
    """Microseconds of the server's processor time for one message that ``readers`` read."""
    customer, arrived = ready.customers[0], asyncio.Event()

    def receive(socket: Socket, frame: bytes) -> None:
        if socket.facts == "last" and frame.startswith(b'{"t":"events"'):
            arrived.set()

    sockets = []
    for start in range(0, readers, 100):
        some = range(start, min(start + 100, readers))
        sockets += await asyncio.gather(
            *(liyu_load.reader(shop.websocket, ready.guide, customer, receive) for _ in some)
        )
    sockets[-1].facts = "last"
    writer = await connect(shop.websocket, liyu_load.Greeting(), liyu_load.hello(customer.token))
    await asyncio.sleep(2)
    messages = max(20, min(1_000, 40_000 // readers))
    used = machine.processor_s(shop.pid)
    for number in range(messages):
        arrived.clear()
        writer.send(liyu_load.message(customer.conversation, liyu_load.stamp(readers, number)))
        async with asyncio.timeout(30):
            await arrived.wait()
    await asyncio.sleep(0.5)
    cost = (machine.processor_s(shop.pid) - used) / messages * 1e6
    for socket in (*sockets, writer):
        socket.close()
    await asyncio.sleep(1)
    return cost


async def _fanout() -> AsyncIterator[Figure]:
    few, many = [], []
    async with prepared(1) as ready:
        with served(ready) as shop:
            for _ in range(3):
                alone = await _cost_per_message(shop, ready, 1)
                few.append((await _cost_per_message(shop, ready, FEW_READERS) - alone) / (FEW_READERS - 1))
                many.append((await _cost_per_message(shop, ready, MANY_READERS) - alone) / (MANY_READERS - 1))
    yield figure(
        "growth.fanout_per_reader", median(many) / median(few), "×", len(many),
        conditions=f"processor time of a delivery, {median(many):.2f} µs with {MANY_READERS:,} readers, "
        f"{median(few):.2f} µs with {FEW_READERS}, without what the append itself costs; one message at a time",
    )  # fmt: skip


MEASUREMENTS = (
    Measurement(("inbox.first_screen_ms", "growth.inbox"), _inboxes),
    Measurement(("growth.append.sqlite",), lambda: _append("sqlite")),
    Measurement(("growth.append.postgres",), lambda: _append("postgres")),
    Measurement(("growth.search",), _search),
    Measurement(("growth.fanout_per_reader",), _fanout),
)
