"""The running application in this process, with one chain and its people; a client per browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from liyu.app.api import assemble
from liyu.app.settings import load
from liyu.app.wiring import Services, opened
from tests.api.access.people import House, house

ORIGIN = "http://shop.test"
Browser = Callable[[], httpx.AsyncClient]


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """Everything running over a fresh SQLite file."""
    overrides = {
        "data": {"folder": str(tmp_path / "data")},
        "database": {"synchronous": "OFF"},
        "identity": {"password_memory_kib": 8_192, "sign_in_attempts": 3},
        "log": {"level": "error"},
    }
    async with opened(load(Path("/dev/null"), {}, overrides)) as found:
        yield found


@pytest.fixture
async def home(services: Services) -> House:
    """A chain named ``home`` with a person of every role."""
    return await house(services, "home")


@pytest.fixture
async def browser(services: Services) -> AsyncIterator[Browser]:
    """Makes clients that keep cookies of their own, as browsers do."""
    app = assemble(services)
    opened_ones: list[httpx.AsyncClient] = []

    def fresh() -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=ORIGIN + "/api/v1")
        opened_ones.append(client)
        return client

    yield fresh
    for client in opened_ones:
        await client.aclose()
