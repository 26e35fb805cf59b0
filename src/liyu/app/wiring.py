"""The one place that knows every adapter: builds the services from the settings, starts and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from liyu.app import folder
from liyu.app.adapters import CatalogCards, SocketIdentity
from liyu.app.databases import database_of, started
from liyu.app.settings import Settings
from liyu.catalog.indexing import FACETS
from liyu.catalog.service import Catalog
from liyu.gateway.assembly import Gateway
from liyu.http.observation import Metrics
from liyu.identity.events import (
    AccessChanged,
    DeviceRevoked,
    LinkRedeemed,
    LinkRevoked,
    PersonChanged,
    PersonErased,
    PersonMerged,
)
from liyu.identity.service import Identity
from liyu.identity.sweeping import SWEEP_EVERY_MS
from liyu.kit.clock import Clock, SystemClock
from liyu.kit.errors import Refusal
from liyu.kit.events import DomainEvents
from liyu.kit.keys import derived_key
from liyu.messaging.attachments import service as attachments_service
from liyu.messaging.attachments.facts import FileFacts
from liyu.messaging.attachments.products import ProductFiles
from liyu.messaging.attachments.service import Attachments
from liyu.messaging.log_sqlite import SqliteLog
from liyu.messaging.model import CommittedEvents, InboxChange
from liyu.messaging.service import Messaging
from liyu.messaging.writer import Log, Writer
from liyu.platform.bus.memory import MemoryBus
from liyu.platform.bus.port import Bus
from liyu.platform.db.migrate import upgrade
from liyu.platform.db.port import Database
from liyu.platform.db.sqlite import SqliteDatabase
from liyu.platform.files.folder import FolderStore
from liyu.platform.files.links import LinkSigner
from liyu.platform.jobs.worker import Worker
from liyu.platform.repeats.store import Repeats
from liyu.platform.search.tantivy import TantivySearch
from liyu.routing.service import Routing

log = structlog.get_logger(__name__)


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
    bus: Bus
    identity: Identity
    messaging: Messaging
    attachments: Attachments
    catalog: Catalog
    routing: Routing
    jobs: Worker
    repeats: Repeats
    hub: Gateway


def log_of(settings: Settings, database: Database) -> Log:
    """The log's adapter for this database."""
    if isinstance(database, SqliteDatabase):
        return SqliteLog(database)
    from liyu.messaging.log_postgres import PostgresLog
    from liyu.platform.db.postgres import PostgresDatabase

    assert isinstance(database, PostgresDatabase)
    return PostgresLog(database, settings.messaging.shards)


def bus_of(settings: Settings) -> Bus:
    """The twin that the settings name, not started."""
    if not settings.bus.url:
        return MemoryBus()
    from liyu.platform.bus.redis import RedisBus

    return RedisBus(settings.bus.url, prefix=settings.bus.prefix)


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
        await started(database, settings)
        stack.push_async_callback(database.stop)
        await upgrade(database)
        bus = bus_of(settings)
        await bus.start()
        stack.push_async_callback(bus.stop)
        services = joined(settings, data, secret, database, bus)
        subscribe(services)
        await start(services, stack)
        yield services


def joined(settings: Settings, data: Path, secret: bytes, database: Database, bus: Bus) -> Services:
    """All parts over a database and a bus, not started."""
    clock, events = SystemClock(), DomainEvents()
    identity = Identity(database, clock, settings.identity, events)
    signer = LinkSigner(secret, life_ms=settings.attachments.link_minutes * 60_000)
    catalog = Catalog(
        database,
        clock,
        TantivySearch(data / "search", facets=FACETS, memory_mb=settings.catalog.index_memory_mb),
        settings.catalog,
        ProductFiles(database, signer, clock),
        bus,
    )
    writer = Writer(
        log_of(settings, database),
        clock,
        derived_key(secret, "messaging.body"),
        group=settings.messaging.group,
        queue=settings.messaging.queue,
    )
    messaging = Messaging(
        database,
        writer,
        shops=identity.shops,
        directory=identity,
        files=FileFacts(database),
        cards=CatalogCards(catalog),
        settings=settings.messaging,
        clock=clock,
    )
    identity.links.share("conversation", messaging.share)
    jobs = Worker(database, clock)
    messaging.register(jobs)
    attachments = attachments_service.build(
        database,
        FolderStore(data / "files"),
        messaging,
        clock,
        settings.attachments,
        secret=secret,
        scratch=data / "scratch",
    )
    return Services(
        settings=settings,
        folder=data,
        secret=secret,
        clock=clock,
        events=events,
        metrics=Metrics(),
        database=database,
        bus=bus,
        identity=identity,
        messaging=messaging,
        attachments=attachments,
        catalog=catalog,
        routing=Routing(
            database,
            clock,
            staff=identity.people,
            shops=identity.shops,
            conversations=messaging,
            assigning=messaging.joining,
        ),
        jobs=jobs,
        repeats=Repeats(database, clock),
        hub=gateway_of(settings, clock, bus, SocketIdentity(identity, database, clock), messaging),
    )


def gateway_of(settings: Settings, clock: Clock, bus: Bus, identity: SocketIdentity, messaging: Messaging) -> Gateway:
    """The gateway over messaging."""
    server = settings.server
    log: Any = messaging  # the principals that the gateway hands on are those that ``identity`` gave it
    return Gateway(
        settings.gateway,
        clock=clock,
        bus=bus,
        authenticator=identity,
        sites=identity,
        log=log,
        inboxes=log,
        commands=log,
        origins=(server.public_url, *server.origins) if server.public_url else server.origins,
        proxies=server.trusted_proxies,
    )


def subscribe(services: Services) -> None:
    """Needs that run upward: what one part tells another that it does not know."""
    gateway, attachments, events = services.hub, services.attachments, services.events
    writer = services.messaging.writer
    figures = services.metrics
    figures.sockets.set_function(lambda: len(gateway.node.registry))

    def after_commit(committed: Sequence[CommittedEvents], inboxes: Sequence[InboxChange]) -> None:
        figures.events.inc(sum(len(group.events) for group in committed))
        gateway.committed(committed, inboxes)
        for group in committed:
            for seq in group.blanked:
                attachments.sweeper.recalled(group.chain, group.conversation, seq)

    async def erased(event: PersonErased) -> None:
        await attachments.sweeper.erase(event.chain, (event.person, *event.aliases))

    services.metrics.registry.register(gateway.figures())
    writer.on_committed.append(after_commit)
    writer.on_marked.append(gateway.marked)
    writer.on_answered.append(services.routing.answered)
    messaging = services.messaging
    messaging.pace = lambda principal: gateway.node.rates.take(principal, services.clock.monotonic_ms())
    events.subscribe(PersonMerged, messaging.on_person_merged)
    events.subscribe(PersonChanged, messaging.on_person_changed)
    events.subscribe(PersonErased, messaging.on_person_erased)
    events.subscribe(LinkRedeemed, messaging.on_link_redeemed)
    events.subscribe(LinkRevoked, messaging.on_link_revoked)
    events.subscribe(DeviceRevoked, gateway.on_sessions_ended)
    events.subscribe(AccessChanged, gateway.on_access_changed)
    events.subscribe(PersonMerged, gateway.on_person_merged)
    events.subscribe(PersonErased, erased)


async def start(services: Services, stack: contextlib.AsyncExitStack) -> None:
    """Start the parts and have ``stack`` stop them, the last one first."""
    await services.identity.start()
    stack.push_async_callback(services.identity.stop)
    await services.catalog.start()
    stack.push_async_callback(services.catalog.stop)
    stack.push_async_callback(services.routing.stop)
    stack.push_async_callback(services.messaging.stop)
    if "worker" in services.settings.server.roles:
        stack.push_async_callback(_ended, _begun(services.attachments.sweeper.run(), "attachments.sweeper"))
        stack.push_async_callback(_ended, _begun(services.messaging.indexing.run(), "messaging.indexing"))
        stack.push_async_callback(_ended, _begun(services.jobs.run(), "jobs"))
        stack.push_async_callback(_ended, _begun(sweep_for_ever(services), "sweep"))
    await services.hub.start()
    stack.push_async_callback(services.hub.stop)


async def sweep_for_ever(services: Services) -> None:
    """Remove what has expired, now and then. To be cancelled."""
    while True:
        await asyncio.sleep(SWEEP_EVERY_MS / 1000)
        try:
            await services.identity.sweep()
            await services.repeats.sweep()
        except Refusal as refusal:
            log.warning("what expired was not swept", code=refusal.code)


def _begun(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    return asyncio.create_task(work, name=name)


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
