"""Which database the settings name, and opening it. The adapter that is not used is not even imported."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from liyu.app.settings import Settings
from liyu.kit.errors import Reason, Refusal
from liyu.platform.db.port import Database, DatabaseUnavailable
from liyu.platform.db.sqlite import SqliteDatabase

SQLITE_FILE: Final = "liyu.sqlite3"


class DatabaseUnreachable(Refusal):
    """The database that the settings name does not answer."""

    code = "database.unreachable"
    reason = Reason.UNAVAILABLE
    zh = "连不上数据库 {where}。请检查设置 database.url，以及数据库是否在运行。"
    en = "The database {where} does not answer. Check the setting database.url, and that it is running."


def database_of(settings: Settings, data: Path) -> Database:
    """The twin that the settings name, not started."""
    if not settings.database.url:
        return SqliteDatabase(data / SQLITE_FILE, synchronous=settings.database.synchronous)
    from liyu.platform.db.postgres import PostgresDatabase

    return PostgresDatabase(settings.database.url, pool_size=settings.database.pool)


async def started(database: Database, settings: Settings) -> None:
    """Start it. Raises ``DatabaseUnreachable``."""
    try:
        await database.start()
    except DatabaseUnavailable as refusal:
        parts = urlsplit(settings.database.url)
        where = f"{parts.hostname}:{parts.port or 5432}{parts.path}" if parts.hostname else SQLITE_FILE
        raise DatabaseUnreachable(where=where) from refusal
