"""Every endpoint of the OpenAPI × every role × own and foreign chain, against the table of expectations."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from liyu.app.api import application, assemble
from liyu.app.settings import load
from liyu.app.wiring import opened
from tests.api.access.expectations import EXPECTED
from tests.api.access.people import ROLES, House, house
from tests.api.access.targets import API, Targets

METHODS = {"get", "put", "post", "delete", "patch", "head"}


@dataclass
class Stage:
    """The running application, the chain that things belong to, and the other one."""

    client: httpx.AsyncClient
    targets: Targets
    home: House
    away: House


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One application for all requests, in this process."""
    overrides: dict[str, dict[str, Any]] = {
        "data": {"folder": str(tmp_path_factory.mktemp("access") / "data")},
        "database": {"synchronous": "OFF"},
        "attachments": {"open_uploads": 10_000},
        "log": {"level": "error"},
        "identity": {
            "password_memory_kib": 8_192,
            "visitors_per_minute": 100_000,
            "link_tries_per_minute": 100_000,
            "sign_in_attempts": 1_000,
        },
    }
    async with opened(load(Path("/dev/null"), {}, overrides)) as services:
        transport = httpx.ASGITransport(app=assemble(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            home, away = await house(services, "home"), await house(services, "away")
            targets = Targets(home, client)
            await targets.prepare()
            yield Stage(client, targets, home, away)


def operations() -> set[str]:
    """Every operation of the interface, such as ``GET /shops/{slug}``."""
    paths = application(None).openapi()["paths"]
    return {
        f"{method.upper()} {path.removeprefix(API)}"
        for path, described in paths.items()
        for method in described
        if method in METHODS and path.startswith(API)
    }


def test_every_operation_has_an_expectation_and_none_is_left_over() -> None:
    expected = {name.partition("#")[0] for name in EXPECTED}
    assert operations() - expected == set(), "endpoints without a line in expectations.py"
    assert expected - operations() == set(), "expectations of endpoints that are gone"


def test_every_expectation_names_every_role() -> None:
    for name, row in EXPECTED.items():
        assert len(row.own.split()) == len(ROLES), name
        assert len(row.foreign.split()) == len(ROLES) - 1, name


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("name", sorted(EXPECTED))
async def test_an_endpoint_answers_each_role_as_it_should(stage: Stage, name: str) -> None:
    row = EXPECTED[name]
    own = [await asked(stage, name, stage.home, role) for role in ROLES]
    foreign = [await asked(stage, name, stage.away, role) for role in ROLES[1:]]
    assert (" ".join(own), " ".join(foreign)) == (row.own, row.foreign)


async def asked(stage: Stage, name: str, where: House, role: str) -> str:
    """The status that a person of ``role`` in the chain ``where`` gets."""
    method, _, template = name.partition("#")[0].partition(" ")
    request = await EXPECTED[name].ask(stage.targets, where, role)
    headers = dict(request.headers)
    if role != "anonymous":
        headers["authorization"] = f"Bearer {await where.token(role)}"
    answer = await stage.client.request(
        method,
        API + template.format(**request.path),
        json=request.json if method not in ("GET", "HEAD", "DELETE") else None,
        params=request.params,
        headers=headers,
        content=request.content if method in ("PATCH", "PUT", "POST") else None,
    )
    stage.client.cookies.clear()
    assert answer.status_code < 500, (name, role, answer.text)
    return str(answer.status_code)
