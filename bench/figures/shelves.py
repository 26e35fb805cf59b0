"""The catalogue: searching and importing the real retailer's products."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import time
from collections.abc import AsyncIterator
from importlib import resources

import httpx

from bench.figure import Figure, Measurement, figure, quantile
from bench.shop import OPEN, prepared, served
from liyu.identity.demo import DEMO_SHOP_SLUG

QUERIES = (
    "heart",
    "hanging light",
    "red retrospot",
    "vintge",
    "mug",
    "cake case",
    "christmas tree",
    "rose 9",
    "",
    "lunch bag",
)
SEARCHES = 300


def _table() -> bytes:
    """The retailer's products with prices, and stock in the first place."""
    packed = resources.files("liyu.catalog").joinpath("retailer", "products.csv.gz").read_bytes()
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(packed).decode())))
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["sku", "title_en", "price", "currency", "status", "stock_pingjiang"])
    for row in rows:
        writer.writerow([row["StockCode"], row["Description"], row["Price"], "CNY", "live", "25"])
    return sink.getvalue().encode()


async def _imported(http: httpx.AsyncClient) -> tuple[float, int]:
    """Seconds from giving the file until it is done, and how many rows it had."""
    owner = {"login": "guwenlan", "password": "guwenlan-liyu"}
    (await http.post("/sessions", json=owner)).raise_for_status()
    headers = {"X-CSRF-Token": http.cookies["liyu_csrf"], "Content-Type": "text/csv"}
    start = time.perf_counter()
    given = await http.post("/imports", content=_table(), headers=headers)
    given.raise_for_status()
    id_ = given.json()["status"]["id"]
    (await http.post(f"/imports/{id_}/run", headers={"X-CSRF-Token": headers["X-CSRF-Token"]})).raise_for_status()
    while True:
        state = (await http.get(f"/imports/{id_}")).json()
        if state["state"] == "failed":
            raise RuntimeError("the import failed")
        if state["state"] == "done":
            return time.perf_counter() - start, state["rows_total"]
        await asyncio.sleep(0.1)


async def _catalogue() -> AsyncIterator[Figure]:
    settings = {**OPEN, "server": {"body_bytes": 16 << 20}}
    async with prepared(0, settings) as ready:
        with served(ready) as shop:
            async with httpx.AsyncClient(base_url=f"{shop.url}/api/v1", timeout=120) as http:
                taken, rows = await _imported(http)
                times = []
                for index in range(SEARCHES):
                    query: dict[str, str | int] = {"q": QUERIES[index % len(QUERIES)], "min_minor": index, "limit": 24}
                    start = time.perf_counter()
                    answer = await http.get(f"/shops/{DEMO_SHOP_SLUG}/products", params=query)
                    times.append((time.perf_counter() - start) * 1000)
                    answer.raise_for_status()
    yield figure(
        "catalog.import_s", taken, "s", rows,
        conditions="rows with price and stock, over HTTP: given, checked, imported, indexed; one core, SQLite",
    )  # fmt: skip
    yield figure(
        "catalog.search_p95_ms", quantile(times, 0.95), "ms", SEARCHES,
        conditions=f"over HTTP with cards, prices, stock and counted groups, among {rows:,} rows; one core, "
        "no query asked twice",
    )  # fmt: skip


MEASUREMENTS = (Measurement(("catalog.import_s", "catalog.search_p95_ms"), _catalogue),)
