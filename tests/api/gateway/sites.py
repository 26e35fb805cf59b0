"""What the scenarios run on: one node by either WebSocket, or two nodes on PostgreSQL and Redis."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.servers import ROOT, Postgres, Redis, Shop, running_redis, running_shop, shop_environment

#: Limits that scenarios must not meet by accident; those about limits say so.
SETTINGS: Final[dict[str, dict[str, Any]]] = {
    "gateway": {
        "sends_per_minute": 1_000_000,
        "person_sends_per_minute": 1_000_000,
        "signals_per_minute": 1_000_000,
        "queue_bytes": 65_536,
        "ping_interval_ms": 2_000,
        "hello_timeout_ms": 1_500,
        "drain_ms": 500,
    },
    "identity": {"visitors_per_minute": 100_000},
    "data": {"secret": "a-secret-that-all-nodes-of-a-test-share"},
}
FOREIGN_SHOP: Final = "elsewhere"
SHOP: Final = "pingjiang"
GUIDE: Final = ("chenjing", "chenjing-liyu")


@dataclass(slots=True)
class Site:
    """One shop. ``nodes``: the addresses at which it is reached; clients take them in turn."""

    name: str
    nodes: list[Shop]
    redis: Redis | None = None

    def url(self, number: int) -> str:
        return self.nodes[number % len(self.nodes)].url


def merged(*layers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Settings, later ones over earlier ones."""
    values: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for section, fields in layer.items():
            values.setdefault(section, {}).update(fields)
    return values


def found_another_chain(data: Path, settings: dict[str, dict[str, Any]]) -> None:
    """Make a shop of another chain in the same installation."""
    command = [sys.executable, "-m", "liyu.app.cli", "init", "--shop", "Elsewhere", "--slug", FOREIGN_SHOP]
    subprocess.run(command, check=True, cwd=ROOT, env=shop_environment(data, settings), capture_output=True)


@contextmanager
def one_node(demo_data: Path, folder: Path, websocket: str) -> Iterator[Site]:
    """SQLite, the bus within the process."""
    data = folder / "data"
    shutil.copytree(demo_data, data)
    settings = merged(SETTINGS, {"gateway": {"websocket": websocket}})
    found_another_chain(data, settings)
    with running_shop(data, settings) as shop:
        yield Site(websocket, [shop])


@contextmanager
def two_nodes(postgres: Postgres, dsn: str, folder: Path) -> Iterator[Site]:
    """PostgreSQL and a Redis of their own; one node speaks WebSocket by picows, the other by uvicorn."""
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis())
        shared = {"database": {"url": dsn}, "bus": {"url": redis.url}}
        shops = []
        for number, websocket in enumerate(("picows", "uvicorn")):
            settings = merged(SETTINGS, shared, {"gateway": {"websocket": websocket}})
            data = folder / f"node{number}"
            shops.append(stack.enter_context(running_shop(data, settings)))
            if number == 0:
                found_another_chain(data, settings)
        yield Site("two-nodes", shops, redis)
