"""A world per test, on both twins in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from liyu.platform.db.port import Database
from tests.contract.messaging.world import World


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """An empty log with people around it."""
    found = World(database)
    yield found
    await found.stop()
