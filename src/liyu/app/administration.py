"""What an owner does from the command line: make a shop, its people, their passwords; end the demo.

Each command opens the database beside a running server (which learns of it from the database) and returns the lines
to print. Secrets appear in them once and nowhere else.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass

from liyu.app import folder
from liyu.app.databases import database_of, started
from liyu.app.listening import default_address
from liyu.app.sentences import sentence
from liyu.app.settings import Settings
from liyu.identity.model import Role
from liyu.identity.service import Identity
from liyu.identity.shop import Shop
from liyu.identity.shop_keeping import NewShop
from liyu.kit.clock import SystemClock
from liyu.kit.errors import Reason, Refusal
from liyu.kit.events import DomainEvents
from liyu.kit.ids import ShopId, new_id
from liyu.platform.db.migrate import upgrade

_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
SLUG_LONGEST = 40


class BadSlug(Refusal):
    """Not usable as a permanent address."""

    code = "shop.bad_slug"
    zh = "“{slug}” 不能作为网址。请用小写字母、数字和连字符，比如 pingjiang（--slug）。"
    en = "“{slug}” cannot be an address. Use lower-case letters, digits and hyphens, such as pingjiang (--slug)."


class UnknownShop(Refusal):
    """No shop has this address."""

    code = "shop.unknown"
    reason = Reason.NOT_FOUND
    zh = "没有网址为 “{slug}” 的店。"
    en = "There is no shop with the address “{slug}”."


@dataclass(frozen=True, slots=True)
class Founding:
    """What ``liyu init`` is told."""

    shop: str
    slug: str | None
    chain: str | None
    city: str
    time_zone: str
    currency: str
    locale: str


@contextlib.asynccontextmanager
async def identity_of(settings: Settings) -> AsyncIterator[Identity]:
    """The identity domain alone over the installation's database, its tables made when there are none."""
    data = folder.prepare(settings.data)
    database = database_of(settings, data)
    await started(database, settings)
    try:
        await upgrade(database)
        identity = Identity(database, SystemClock(), settings.identity, DomainEvents())
        try:
            yield identity
        finally:
            await identity.stop()
    finally:
        await database.stop()


async def found_shop(settings: Settings, told: Founding, language: str) -> list[str]:
    """Make a chain with its first shop, and the one-time link for its owner. Raises ``BadSlug``, ``SlugTaken``."""
    slug = told.slug or slug_of(told.shop)
    if not _SLUG.match(slug) or not 2 <= len(slug) <= SLUG_LONGEST:
        raise BadSlug(slug=slug)
    new = NewShop(
        slug=slug,
        name=told.shop,
        city=told.city,
        time_zone=told.time_zone,
        currency=told.currency,
        locale=told.locale,
    )
    async with identity_of(settings) as identity:
        shop = await identity.shop_keeping.found(told.chain or told.shop, new)
        link = await identity.links.make_owner_link(shop.chain.id)
    base = default_address(settings.server)
    return [
        sentence("init.made", language, name=shop.name, address=f"{base}/s/{shop.slug}"),
        sentence("init.link", language),
        f"  {base}{link.path}",
        sentence("init.once", language),
    ]


async def owner_link(settings: Settings, slug: str, language: str) -> list[str]:
    """Another one-time link for an owner of the shop's chain. Raises ``UnknownShop``."""
    async with identity_of(settings) as identity:
        shop = await shop_at(identity, slug)
        link = await identity.links.make_owner_link(shop.chain.id)
    return [sentence("init.link", language), f"  {default_address(settings.server)}{link.path}"]


async def add_user(
    settings: Settings, *, shop: str, login: str, name: str, role: str, whole_chain: bool, language: str
) -> list[str]:
    """Make a member of staff with a fresh password. Raises ``UnknownShop``, ``LoginTaken``."""
    password = fresh_password()
    async with identity_of(settings) as identity:
        found = await shop_at(identity, shop)
        scope: ShopId | None = None if whole_chain else found.id
        await identity.people.add_staff(found.chain.id, name, login, password, [(Role(role), scope)])
    return [sentence("user.added", language, login=login, password=password)]


async def set_password(settings: Settings, login: str, language: str) -> list[str]:
    """Give somebody a fresh password; all sessions of theirs end. Raises ``NotFound``."""
    password = fresh_password()
    async with identity_of(settings) as identity:
        await identity.credentials.set_password(login, password)
    return [sentence("user.password", language, login=login, password=password)]


async def list_users(settings: Settings, shop: str) -> list[str]:
    """The people who serve in the shop's chain, with their roles. Raises ``UnknownShop``."""
    async with identity_of(settings) as identity:
        found = await shop_at(identity, shop)
        names = {one.id: one.slug for one in await identity.shops.of_chain(found.chain.id)}
        staff = await identity.people.staff_of(found.chain.id)
    lines = []
    for member in staff:
        roles = (f"{grant.role.value}@{names[grant.shop] if grant.shop else '*'}" for grant in member.grants)
        lines.append(f"{member.card.name}\t{' '.join(roles)}")
    return lines


async def secure_demo(settings: Settings, language: str) -> list[str]:
    """Give every demo log-in a fresh password."""
    async with identity_of(settings) as identity:
        fresh = await identity.credentials.freshen_demo_logins()
    if not fresh:
        return [sentence("demo.none", language)]
    width = max(map(len, fresh))
    return [sentence("demo.secured", language), *(f"  {login:<{width}}  {word}" for login, word in fresh.items())]


async def remove_demo(settings: Settings, language: str) -> list[str]:
    """Take every demo log-in away; the shop and its products stay."""
    async with identity_of(settings) as identity:
        gone = await identity.credentials.remove_demo_logins()
    return [sentence("demo.removed" if gone else "demo.none", language, logins=", ".join(gone))]


async def shop_at(identity: Identity, slug: str) -> Shop:
    """The shop with this address. Raises ``UnknownShop``."""
    try:
        return await identity.shops.by_slug(slug)
    except Refusal as refusal:
        if refusal.reason is Reason.NOT_FOUND:
            raise UnknownShop(slug=slug) from None
        raise


def slug_of(name: str) -> str:
    """An address made from a name's Latin letters and digits, or one by chance when it has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:SLUG_LONGEST].strip("-")
    return slug if len(slug) > 1 else f"shop-{new_id('s')[-6:]}"


def fresh_password() -> str:
    """Sixteen characters by chance."""
    return secrets.token_urlsafe(12)
