"""A running shop on the server's core, with as many signed-in people and conversations as a figure needs.

People are made through the services, in this process, before the shop is started: signing five thousand people in over
HTTP would measure patience.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.servers import Shop, running_postgres, running_shop

from bench import machine
from liyu.app import demo
from liyu.app.settings import Settings, load
from liyu.app.wiring import Services, opened
from liyu.identity.clients import Client
from liyu.identity.demo import DEMO_SHOP_SLUG

Database = Literal["sqlite", "postgres"]

#: Limits are measured elsewhere; here they would measure themselves.
OPEN: dict[str, dict[str, Any]] = {
    "gateway": {
        "sends_per_minute": 10**9,
        "person_sends_per_minute": 10**9,
        "signals_per_minute": 10**9,
        "sockets": 100_000,
        "sockets_per_address": 100_000,
    },
    "identity": {"visitors_per_minute": 10**6},
    "log": {"level": "error"},
}


@dataclass(frozen=True, slots=True)
class Customer:
    """A visitor with a session and a conversation."""

    token: str
    person: str
    conversation: str
    epoch: int
    head: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A data folder (and a database) ready to be served. ``guide``: token of a guide of the shop."""

    folder: Path
    settings: Mapping[str, Mapping[str, Any]]
    customers: tuple[Customer, ...]
    guide: str
    guide_person: str
    shop: str


@contextlib.asynccontextmanager
async def database(kind: Database) -> AsyncIterator[tuple[dict[str, dict[str, Any]], str]]:
    """Settings that name a fresh database of ``kind``, and the address of another one for the probe.

    PostgreSQL is durable and runs on the server's core.
    """
    if kind == "sqlite":
        yield {}, ""
        return
    with running_postgres(durable=True) as server:
        machine.pin(server.process.pid)
        yield {"database": {"url": await server.create(), "pool": 8}}, await server.create()


@contextlib.asynccontextmanager
async def prepared(
    customers: int,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    more: Callable[[Services, Prepared], Awaitable[None]] | None = None,
) -> AsyncIterator[Prepared]:
    """A demo shop with ``customers`` conversations. ``more`` may add what a figure needs, before anything is served."""
    folder = Path(tempfile.mkdtemp(prefix="liyu-bench-"))
    merged = {section: dict(fields) for section, fields in OPEN.items()}
    for section, fields in (settings or {}).items():
        merged.setdefault(section, {}).update(fields)
    try:
        async with opened(_settings(folder, merged)) as services:
            await demo.seed(services)
            made = await _people(services, folder, merged, customers)
            if more is not None:
                await more(services, made)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def served(ready: Prepared) -> Iterator[Shop]:
    """Serve it, on the server's core alone."""
    with running_shop(ready.folder, ready.settings, demo=False, prefix=machine.on_server_core()) as shop:
        yield shop


def _settings(folder: Path, merged: Mapping[str, Mapping[str, Any]]) -> Settings:
    return load(None, {}, {**merged, "data": {"folder": str(folder)}})


async def _people(services: Services, folder: Path, settings: Mapping[str, Mapping[str, Any]], count: int) -> Prepared:
    customers = []
    for index in range(count):
        client = Client(address=f"10.{index >> 16}.{index >> 8 & 255}.{index & 255}")
        issued = await services.identity.sessions.visit(DEMO_SHOP_SLUG, client, None, None)
        opened_, _ = await services.messaging.open_conversation(issued.principal, DEMO_SHOP_SLUG)
        customers.append(Customer(issued.token, issued.principal.person, opened_.id, opened_.epoch, opened_.head))
    guide = await services.identity.sessions.sign_in("chenjing", "chenjing-liyu", Client(address="10.255.0.1"), None)
    shop = await services.identity.shops.by_slug(DEMO_SHOP_SLUG)
    return Prepared(folder, settings, tuple(customers), guide.token, guide.principal.person, shop.id)
