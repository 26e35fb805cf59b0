"""``liyu import``: products from a CSV file, or the retailer's real ones, beside a running server.

The same steps as over HTTP: columns guessed or told, rows judged, found again by SKU, so that repeating is harmless.
A running server's search index follows by itself within seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from liyu.app import folder
from liyu.app.administration import shop_at
from liyu.app.databases import database_of, started
from liyu.app.listening import default_address
from liyu.app.sentences import sentence
from liyu.app.settings import Settings
from liyu.catalog import places
from liyu.catalog.importing import columns
from liyu.catalog.importing.applying import Target
from liyu.catalog.importing.columns import ColumnMapping
from liyu.catalog.importing.deciding import Entry, decided
from liyu.catalog.importing.problems import Problem
from liyu.catalog.importing.reading import read_table
from liyu.catalog.importing.running import run
from liyu.catalog.retailer.taking_in import import_retailer
from liyu.catalog.stock.store import Cause
from liyu.identity.errors import ShopNotFound
from liyu.identity.service import Identity
from liyu.identity.shop import Shop
from liyu.identity.shop_keeping import NewShop
from liyu.kit.clock import SystemClock
from liyu.kit.errors import Refusal
from liyu.kit.events import DomainEvents
from liyu.kit.ids import LocationId
from liyu.platform.db.migrate import upgrade
from liyu.platform.db.port import Database

PROBLEMS_SHOWN = 20
#: The shop of a chain of its own that the retailer's products open when no other is named.
RETAILER = NewShop(
    slug="retailer", name="All Occasions", city="London", time_zone="Europe/London", currency="GBP", locale="en"
)


class UnreadableFile(Refusal):
    """The file is not there or may not be read."""

    code = "import.unreadable"
    zh = "读不了 {file}（{why}）。"
    en = "{file} cannot be read ({why})."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to import. ``file`` ``None``: the retailer's products. ``mapping``: field → column of the file.

    ``shop`` ``None``: the retailer's own, made when it is not there; only without a file.
    """

    shop: str | None
    file: Path | None
    mapping: dict[str, str]
    currency: str | None


async def import_products(settings: Settings, wanted: Wanted, language: str) -> list[str]:
    """Take the rows in, showing progress. Raises ``UnknownShop``, ``UnreadableFile`` and the refusals of files."""
    content = None if wanted.file is None else _content(wanted.file)
    database = database_of(settings, folder.prepare(settings.data))
    await started(database, settings)
    try:
        await upgrade(database)
        identity = Identity(database, SystemClock(), settings.identity, DomainEvents())
        shop = await (_retailers_own(identity) if wanted.shop is None else shop_at(identity, wanted.shop))
        await identity.stop()
        if content is None:
            taken = await import_retailer(database, SystemClock(), shop, _progress)
            address = f"  {default_address(settings.server)}/s/{shop.slug}"
            return [_told(taken.counts, language), sentence("import.pairs", language, pairs=taken.pairs), address]
        return await _import_file(database, settings, shop, wanted, content, language)
    finally:
        await database.stop()


async def _retailers_own(identity: Identity) -> Shop:
    try:
        return await identity.shops.by_slug(RETAILER.slug)
    except ShopNotFound:
        return await identity.shop_keeping.found(RETAILER.name, RETAILER)


async def _import_file(
    database: Database, settings: Settings, shop: Shop, wanted: Wanted, content: bytes, language: str
) -> list[str]:
    table = read_table(content, most_rows=settings.catalog.import_rows)

    def prepare(connection: Connection) -> dict[str, LocationId]:
        places.ensure_shops(connection, shop.chain.id)
        return places.codes(connection, shop.chain.id)

    known = await database.write(shop.chain.id, prepare)
    currency = wanted.currency or shop.currency
    told = {**columns.guessed(table.columns, list(known)), **wanted.mapping}
    mapping = columns.checked(ColumnMapping(told, {"currency": currency}), table.columns, list(known))
    decisions: list[Entry | Problem] = list(decided(table, mapping, currency))
    target = Target(shop.chain.id, known, currency, Cause("import", SystemClock().now_ms()))
    problems: list[Problem] = []
    counts = await run(database, target, None, decisions, _progress, problems.extend)
    return [_told(counts, language), *_complaints(problems, language)]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UnreadableFile(file=str(file), why=error.strerror or type(error).__name__) from None


def _told(counts: dict[str, int], language: str) -> str:
    return sentence("import.done", language, **counts)


def _complaints(problems: Sequence[Problem], language: str) -> list[str]:
    lines = [f"  {problem.row}: {problem.sentence(language)}" for problem in problems[:PROBLEMS_SHOWN]]
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(sentence("import.more", language, count=len(problems) - PROBLEMS_SHOWN))
    return lines


def _progress(rows: int) -> None:
    """One line that counts, on a terminal alone."""
    if sys.stderr.isatty():
        print(f"\r  {rows}", end="", file=sys.stderr, flush=True)
