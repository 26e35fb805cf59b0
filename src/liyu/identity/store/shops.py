"""Chains and shops."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from liyu.identity import tables as t
from liyu.identity.hours import Holiday, parse_day, parse_hours, parse_spans, stored_hours, stored_spans
from liyu.identity.shop import Chain, Shop, ShopSettings
from liyu.identity.store.rows import insert_new
from liyu.kit.ids import ChainId, ShopId


def add_chain(connection: Connection, new: Chain, now: int) -> bool:
    """Insert the chain unless it is there. Returns whether it was inserted."""
    return insert_new(connection, t.chain, {"chain_id": new.id, "name": new.name, "created_at": now})


def chains(connection: Connection, limit: int = 100) -> list[Chain]:
    """The chains that this transaction may see, oldest first."""
    query = select(t.chain).order_by(t.chain.c.created_at, t.chain.c.chain_id).limit(limit)
    return [Chain(row.chain_id, row.name) for row in connection.execute(query)]


def chain(connection: Connection, chain_id: ChainId) -> Chain:
    """The chain with this id, which must exist."""
    row = connection.execute(select(t.chain).where(t.chain.c.chain_id == chain_id)).one()
    return Chain(row.chain_id, row.name)


def rename_chain(connection: Connection, chain_id: ChainId, name: str) -> None:
    """Give the chain another name."""
    connection.execute(update(t.chain).where(t.chain.c.chain_id == chain_id).values(name=name))


def add(connection: Connection, shop: Shop, now: int) -> bool:
    """Insert ``shop``. Returns ``False`` when its slug is taken."""
    return insert_new(
        connection,
        t.shop,
        {"id": shop.id, "chain_id": shop.chain.id, "slug": shop.slug, "created_at": now, **columns(shop)},
    )


def change(connection: Connection, shop: Shop) -> None:
    """Store everything of ``shop`` that may change: all but id, chain and slug."""
    query = update(t.shop).where(t.shop.c.id == shop.id, t.shop.c.chain_id == shop.chain.id)
    connection.execute(query.values(**columns(shop)))


def by_slug(connection: Connection, slug: str) -> Shop | None:
    """The shop at ``slug``."""
    return _one(connection, _shops().where(t.shop.c.slug == slug))


def by_id(connection: Connection, chain: ChainId, shop: ShopId) -> Shop | None:
    """The shop of ``chain`` with this id."""
    return _one(connection, _shops().where(t.shop.c.id == shop, t.shop.c.chain_id == chain))


def of_chain(connection: Connection, chain: ChainId) -> list[Shop]:
    """All shops of ``chain``, oldest first."""
    query = _shops().where(t.shop.c.chain_id == chain).order_by(t.shop.c.created_at, t.shop.c.id)
    return [_shop(row) for row in connection.execute(query)]


def ids_of_chain(connection: Connection, chain: ChainId) -> tuple[ShopId, ...]:
    """The ids of all shops of ``chain``, oldest first."""
    query = select(t.shop.c.id).where(t.shop.c.chain_id == chain).order_by(t.shop.c.created_at, t.shop.c.id)
    return tuple(connection.execute(query).scalars())


def columns(shop: Shop) -> Mapping[str, Any]:
    """What is stored of a shop besides its identity."""
    return {
        "name": shop.name,
        "city": shop.city,
        "address": shop.address,
        "phone": shop.phone,
        "time_zone": shop.time_zone,
        "currency": shop.currency,
        "locale": shop.locale,
        "hours": stored_hours(shop.hours),
        "holidays": [
            {"date": day.day.isoformat(), "name": day.name, "spans": stored_spans(day.spans)} for day in shop.holidays
        ],
        "settings": {"recall_limit_ms": shop.settings.recall_limit_ms, "greeting": shop.settings.greeting},
        "campaign": shop.campaign,
    }


def _shops() -> Select[Any]:
    return select(t.shop, t.chain.c.name.label("chain_name")).join(t.chain, t.chain.c.chain_id == t.shop.c.chain_id)


def _one(connection: Connection, query: Select[Any]) -> Shop | None:
    row = connection.execute(query).one_or_none()
    return None if row is None else _shop(row)


def _shop(row: Row[Any]) -> Shop:
    return Shop(
        id=row.id,
        chain=Chain(row.chain_id, row.chain_name),
        slug=row.slug,
        name=row.name,
        city=row.city,
        address=row.address,
        phone=row.phone,
        time_zone=row.time_zone,
        currency=row.currency,
        locale=row.locale,
        hours=parse_hours(row.hours),
        holidays=tuple(Holiday(parse_day(day["date"]), day["name"], parse_spans(day["spans"])) for day in row.holidays),
        settings=ShopSettings(row.settings.get("recall_limit_ms"), row.settings.get("greeting", "")),
        campaign=row.campaign,
    )
