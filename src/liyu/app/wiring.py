"""The one place that knows every adapter: builds the services from the settings, starts and stops them in order."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from liyu.app import folder
from liyu.app.adapters import product_file_links
from liyu.app.settings import Settings
from liyu.catalog.service import Catalog
from liyu.http.observation import Metrics
from liyu.identity.service import Identity
from liyu.kit.clock import Clock, SystemClock
from liyu.kit.events import DomainEvents
from liyu.messaging.attachments import service as attachments_service
from liyu.messaging.attachments.service import Attachments
from liyu.platform.db.metadata import metadata
from liyu.platform.db.migrate import upgrade
from liyu.platform.db.port import ALL_CHAINS, Database
from liyu.platform.db.postgres import PostgresDatabase
from liyu.platform.db.sqlite import SqliteDatabase
from liyu.platform.files.folder import FolderStore
from liyu.platform.search.memory import MemorySearch

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
    identity: Identity
    catalog: Catalog
    attachments: Attachments
    messaging: Any = None
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
        secret = folder.secret(settings.data, data)
        database = database_of(settings, data)
        await database.start()
        stack.push_async_callback(database.stop)
        await upgrade(database)
        await database.write(ALL_CHAINS, metadata.create_all)
        clock, events = SystemClock(), DomainEvents()
        identity = Identity(database, clock, settings.identity, events)
        await identity.start()
        stack.push_async_callback(identity.stop)
        messaging: Any = None
        attachments = attachments_service.build(
            database,
            FolderStore(data / "files"),
            messaging,
            clock,
            settings.attachments,
            secret=secret,
            scratch=data / "scratch",
        )
        catalog = Catalog(database, clock, MemorySearch(), settings.catalog, product_file_links(attachments.products))
        await catalog.start()
        stack.push_async_callback(catalog.stop)
        yield Services(
            settings=settings,
            folder=data,
            secret=secret,
            clock=clock,
            events=events,
            metrics=Metrics(),
            database=database,
            identity=identity,
            catalog=catalog,
            attachments=attachments,
            messaging=messaging,
        )
