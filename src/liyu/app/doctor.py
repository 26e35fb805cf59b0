"""``liyu doctor``: looks at everything a shop stands on and says what to do about what is not right.

It changes nothing. Each check is one function that returns a finding; a check that fails hides no other.
"""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from liyu.app import folder, listening
from liyu.app.databases import SQLITE_FILE, DatabaseUnreachable, database_of, started
from liyu.app.listening import is_loopback
from liyu.app.sentences import sentence
from liyu.app.settings import Settings
from liyu.http.assets import Assets
from liyu.identity.store import people
from liyu.platform.db.migrate import current, newest
from liyu.platform.db.port import ALL_CHAINS, Database

GIB: Final = 1 << 30
DISK_LEAST: Final = GIB // 4  # bytes; below it the shop should not open: pictures and the log need room
DISK_WARN: Final = 2 * GIB
BUS_SECONDS: Final = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check saw. ``code`` names the sentence; ``values`` fill it; ``good``: nothing needs to be done."""

    part: str
    good: bool
    code: str
    values: dict[str, object]

    def line(self, language: str) -> str:
        """The finding for a person, with the remedy below it when there is one."""
        mark = "✓" if self.good else "✗"
        return f"  {mark} {sentence(f'part.{self.part}', language)}  {sentence(self.code, language, **self.values)}"


def found(part: str, good: bool, code: str, **values: object) -> Finding:
    """A finding; ``code`` without its ``doctor.`` prefix."""
    return Finding(part, good, f"doctor.{code}", values)


async def examine(settings: Settings, static: Path) -> list[Finding]:
    """Every check in turn. ``static``: where the built pages lie."""
    checks: tuple[Callable[[], Awaitable[list[Finding]]], ...] = (
        lambda: check_disk(settings),
        lambda: check_port(settings),
        lambda: check_database(settings),
        lambda: check_bus(settings),
        lambda: check_pages(static),
    )
    return [finding for check in checks for finding in await check()]


async def check_disk(settings: Settings) -> list[Finding]:
    """The data folder can be written and has room; its secret is nobody else's."""
    absent = not settings.data.path.exists()
    try:
        data = folder.prepare(settings.data)
    except folder.FolderUnwritable as refusal:
        return [found("disk", False, "unwritable", **refusal.details)]
    free = shutil.disk_usage(data).free
    if absent:
        data.rmdir()
    values = {"folder": str(data), "free": f"{free / GIB:.1f}"}
    if free < DISK_WARN:
        return [found("disk", False, "disk_full" if free < DISK_LEAST else "disk_low", **values)]
    kept = data / folder.KEPT
    if kept.exists() and kept.stat().st_mode & 0o077:
        return [found("disk", False, "secret_open", file=str(kept))]
    return [found("disk", True, "disk_fine", **values)]


async def check_port(settings: Settings) -> list[Finding]:
    """The address can be listened on."""
    try:
        listening.listen(settings.server).close()
    except listening.PortTaken:
        return [found("port", False, "port_taken", port=settings.server.port)]
    except listening.AddressUnusable as refusal:
        return [found("port", False, "address_unusable", **refusal.details)]
    return [found("port", True, "port_free", host=settings.server.host, port=settings.server.port)]


async def check_database(settings: Settings) -> list[Finding]:
    """The database answers, its tables are at the newest revision, no published password is exposed."""
    data = settings.data.path
    if not settings.database.url and not (data / SQLITE_FILE).exists():
        return [found("database", True, "database_absent")]
    database = database_of(settings, data)
    try:
        await started(database, settings)
        try:
            return await _look_into(database, settings)
        finally:
            await database.stop()
    except DatabaseUnreachable as refusal:
        return [found("database", False, "database_away", **refusal.details)]


async def _look_into(database: Database, settings: Settings) -> list[Finding]:
    at, wanted = await current(database), newest()
    findings = [found("database", True, "database_fine", kind=database.dialect)]
    if at != wanted:
        return [*findings, found("tables", False, "tables_old", at=at or "–", wanted=wanted)]
    findings.append(found("tables", True, "tables_fine", at=at))
    exposed = await database.read(ALL_CHAINS, people.demo_logins)
    if exposed and not is_loopback(settings.server.host):
        logins = ", ".join(credential.login for credential in exposed)
        findings.append(found("logins", False, "logins_published", logins=logins))
    return findings


async def check_bus(settings: Settings) -> list[Finding]:
    """Redis answers, where the settings name one."""
    if not settings.bus.url:
        return [found("bus", True, "bus_inside")]
    import redis.asyncio as redis

    client = redis.Redis.from_url(settings.bus.url, socket_timeout=BUS_SECONDS, socket_connect_timeout=BUS_SECONDS)
    try:
        await client.ping()
    except (redis.RedisError, OSError) as error:
        return [found("bus", False, "bus_away", url=settings.bus.url, why=type(error).__name__)]
    finally:
        await client.aclose()
    return [found("bus", True, "bus_fine", url=settings.bus.url)]


async def check_pages(static: Path) -> list[Finding]:
    """The web applications are built."""
    missing = [name for name in ("shop", "desk") if Assets(static).entry(name, "en") is None]
    if missing:
        return [found("pages", False, "pages_unbuilt", missing=", ".join(missing))]
    return [found("pages", True, "pages_fine")]
