"""The demo shop: seeded into an empty installation, and kept to this machine while its passwords are published."""

from __future__ import annotations

from dataclasses import dataclass

from liyu.app.listening import is_loopback
from liyu.app.wiring import Services
from liyu.catalog.demo.seed import seed_demo as seed_catalogue
from liyu.identity.demo import DEMO_CHAIN, DEMO_PEOPLE, seed_demo
from liyu.identity.store import people
from liyu.kit.errors import Reason, Refusal
from liyu.platform.db.port import ALL_CHAINS


class PublishedPasswords(Refusal):
    """The server would be reached from other machines while everybody knows how to sign in."""

    code = "demo.published_passwords"
    reason = Reason.FORBIDDEN
    zh = (
        "{host} 不是本机地址，而演示账号（{logins}）的密码人人都知道，所以不开门。"
        "请先运行 liyu demo secure（换成新密码）或 liyu demo remove（删除这些账号）。"
    )
    en = (
        "Not opening on {host}: it is not this machine alone, and everybody knows the passwords of the demo log-ins "
        "({logins}). First run `liyu demo secure` (fresh passwords) or `liyu demo remove` (no such log-ins)."
    )


@dataclass(frozen=True, slots=True)
class Login:
    """A demo log-in as the start prints it."""

    name: str
    login: str
    password: str
    role: str


async def seed(services: Services) -> bool:
    """Put the demo chain there when the installation has no shop yet. Returns whether it did."""
    if await services.identity.shops.first() is not None:
        return False
    await seed_demo(services.identity)
    shops = await services.identity.shops.of_chain(DEMO_CHAIN.id)
    await seed_catalogue(services.database, services.clock, shops)
    await services.catalog.indexing.catch_up()
    return True


async def published(services: Services) -> list[Login]:
    """The log-ins that still have the password everybody knows, in the demo's own order."""
    remaining = await services.database.read(ALL_CHAINS, people.demo_logins)
    logins = {credential.login for credential in remaining}
    return [
        Login(person.name, person.login, person.password, person.roles[0][0].value if person.roles else person.kind)
        for person in DEMO_PEOPLE
        if person.login in logins
    ]


async def refuse_unless_loopback(services: Services) -> None:
    """Raise ``PublishedPasswords`` when others could reach the server and a published password remains."""
    host = services.settings.server.host
    if is_loopback(host):
        return
    logins = await published(services)
    if logins:
        raise PublishedPasswords(host=host, logins=", ".join(login.login for login in logins))
