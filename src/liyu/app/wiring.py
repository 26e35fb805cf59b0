"""The one place that knows every adapter: builds the services from the settings, starts and stops them in order."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liyu.app import folder
from liyu.app.settings import Settings
from liyu.http.observation import Metrics
from liyu.kit.clock import Clock, SystemClock
from liyu.kit.events import DomainEvents
from liyu.platform.db.migrate import upgrade
from liyu.platform.db.port import Database
from liyu.platform.db.postgres import PostgresDatabase
from liyu.platform.db.sqlite import SqliteDatabase

SQLITE_FILE = "liyu.sqlite3"


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that runs, by port. Endpoints reach it as ``request.app.state.services``."""

    settings: Settings
    folder: Path
    secret: bytes
    clock: Clock
    events: DomainEvents
    metrics: Metrics
    database: Database
    identity: Any = None
    messaging: Any = None
    catalog: Any = None
    attachments: Any = None
    hub: Any = None


def database_of(settings: Settings, data: Path) -> Database:
    """The twin that the settings name, not started."""
    if settings.database.url:
        return PostgresDatabase(settings.database.url, pool_size=settings.database.pool)
    return SqliteDatabase(data / SQLITE_FILE, synchronous=settings.database.synchronous)


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Services]:
    """Everything started, the tables at the newest revision; stopped in the opposite order.

    Raises a ``Refusal`` that says what is wrong: the folder, the database, the settings.
    """
    async with contextlib.AsyncExitStack() as stack:
        data = folder.prepare(settings.data)
        if not settings.database.url:
            stack.enter_context(folder.lock(data))
        database = database_of(settings, data)
        await database.start()
        stack.push_async_callback(database.stop)
        await upgrade(database)
        yield Services(
            settings=settings,
            folder=data,
            secret=folder.secret(settings.data, data),
            clock=SystemClock(),
            events=DomainEvents(),
            metrics=Metrics(),
            database=database,
        )
