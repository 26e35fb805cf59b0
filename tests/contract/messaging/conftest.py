"""A world per test, on both twins in turn, and the equation that every scenario ends with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from liyu.platform.db.port import Database
from tests.contract.messaging.world import World
from tests.equation import Equation


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """An empty log with people around it."""
    found = World(database)
    yield found
    await found.stop()


@pytest.fixture
async def equation(world: World) -> AsyncIterator[Equation]:
    """Asserted when the scenario is over."""
    found = Equation(world)
    yield found
    await found.holds()
