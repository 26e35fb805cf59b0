"""The sites of these tests, each started once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.gateway.sites import Site, one_node, two_nodes
from tests.servers import Postgres


@pytest.fixture(scope="session")
def picows_site(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with one_node(demo_data, tmp_path_factory.mktemp("picows"), "picows") as site:
        yield site


@pytest.fixture(scope="session")
def uvicorn_site(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with one_node(demo_data, tmp_path_factory.mktemp("uvicorn"), "uvicorn") as site:
        yield site


@pytest.fixture(scope="session")
def two_node_site(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    dsn = asyncio.run(postgres.create())
    with two_nodes(postgres, dsn, tmp_path_factory.mktemp("two")) as site:
        yield site


@pytest.fixture(params=["picows", "uvicorn", "two_node"])
def site(request: pytest.FixtureRequest) -> Site:
    """Every site in turn: what holds for one holds for all."""
    found: Site = request.getfixturevalue(f"{request.param}_site")
    return found
