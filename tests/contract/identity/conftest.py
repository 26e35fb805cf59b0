"""A world per test, on both twins in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from liyu.platform.db.port import Database
from tests.contract.identity.world import World


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """Two chains with their shops and an owner."""
    found = await World(database).found()
    yield found
    await found.identity.stop()
