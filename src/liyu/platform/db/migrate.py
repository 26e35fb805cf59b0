"""Bring a database's tables to the newest revision, in one transaction, on either twin."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
from sqlalchemy import Connection

from liyu.platform.db.port import ALL_CHAINS, Database

if TYPE_CHECKING:
    from alembic.config import Config

_LOCATION: Final = "liyu:migrations"
_LOCK: Final = 7_154_300_001  # PostgreSQL advisory lock: nodes that start together upgrade one after the other
_LOCK_WAIT: Final = "120s"


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run every missing revision up to ``revision``. ``database`` has been started."""
    if await current(database) != (newest() if revision == "head" else revision):
        await database.write(ALL_CHAINS, lambda connection: _run(connection, revision))


def _run(connection: Connection, revision: str) -> None:
    from alembic import command  # a start that has nothing to do shall not wait for it

    if connection.dialect.name == "postgresql":
        connection.execute(sa.text(f"set local lock_timeout = '{_LOCK_WAIT}'"))
        connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def current(database: Database) -> str | None:
    """The revision that the tables stand at; ``None`` for an empty database."""

    def query(connection: Connection) -> str | None:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("select version_num from alembic_version")).scalar()

    return await database.read(ALL_CHAINS, query)


def newest() -> str:
    """The revision that this program expects."""
    return revisions()[-1]


def revisions() -> list[str]:
    """All revisions, oldest first: a revision has the name of its file, and the files are numbered."""
    names = (entry.name for entry in files("liyu.migrations.versions").iterdir())
    return sorted(name.removesuffix(".py") for name in names if name[:4].isdigit() and name.endswith(".py"))


def configuration() -> Config:
    """Alembic's configuration: everything stands in the package, nothing in a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", _LOCATION)
    return config
