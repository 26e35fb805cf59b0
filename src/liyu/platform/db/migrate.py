"""Bring a database's tables to the newest revision, in one transaction, on either twin."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from liyu.platform.db.port import ALL_CHAINS, Database

_LOCATION: Final = "liyu:migrations"
_LOCK: Final = 7_154_300_001  # PostgreSQL advisory lock: nodes that start together upgrade one after the other
_LOCK_WAIT: Final = "120s"


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run every missing revision up to ``revision``. ``database`` has been started."""

    def run(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text(f"set local lock_timeout = '{_LOCK_WAIT}'"))
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    if await current(database) != (newest() if revision == "head" else revision):
        await database.write(ALL_CHAINS, run)


async def current(database: Database) -> str | None:
    """The revision that the tables stand at; ``None`` for an empty database."""
    return await database.read(
        ALL_CHAINS, lambda connection: MigrationContext.configure(connection).get_current_revision()
    )


def newest() -> str | None:
    """The revision that this program expects."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def revisions() -> list[str]:
    """All revisions, oldest first."""
    script = ScriptDirectory.from_config(configuration())
    return [found.revision for found in reversed(list(script.walk_revisions()))]


def configuration() -> Config:
    """Alembic's configuration: everything stands in the package, nothing in a file."""
    config = Config()
    config.set_main_option("script_location", _LOCATION)
    return config
