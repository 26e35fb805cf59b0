"""The program: how long its second start takes, and what it weighs."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import httpx
from tests.servers import running_shop

from bench import machine
from bench.figure import Figure, Measurement, figure, median
from bench.shop import prepared
from liyu.identity.demo import DEMO_SHOP_SLUG

STARTS = 5
VISITS = 200


async def _starting() -> AsyncIterator[Figure]:
    starts, weights = [], []
    async with prepared(1) as ready:
        for _ in range(STARTS):
            start = time.perf_counter()
            with running_shop(ready.folder, ready.settings, demo=True) as shop:
                starts.append(time.perf_counter() - start)
                async with httpx.AsyncClient(base_url=shop.url) as http:
                    for index in range(VISITS):
                        await http.get(f"/api/v1/shops/{DEMO_SHOP_SLUG}/products", params={"min_minor": index})
                weights.append(machine.resident_kb(shop.pid) / 1024)
    yield figure(
        "app.second_start_s", median(starts), "s", STARTS,
        conditions="liyu serve on a folder with the demo shop, until /readyz says yes; no network",
    )  # fmt: skip
    yield figure(
        "app.memory_mb", median(weights), "MB", STARTS,
        conditions=f"resident memory of the demo shop after {VISITS} searches, without models",
    )  # fmt: skip


MEASUREMENTS = (Measurement(("app.second_start_s", "app.memory_mb"), _starting),)
