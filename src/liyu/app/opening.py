"""What ``liyu serve`` does around serving: seeds the demo shop, refuses unsafe log-ins, prints where to go."""

from __future__ import annotations

from collections.abc import Sequence

from liyu.app import demo, logs, serve
from liyu.app.demo import Login
from liyu.app.sentences import sentence
from liyu.app.settings import Settings
from liyu.app.wiring import Services


def open_shop(settings: Settings, *, with_demo: bool, language: str) -> None:
    """Serve until a signal. ``with_demo``: seed the demo shop when there is none yet.

    Raises a ``Refusal`` when the shop cannot open.
    """
    logs.configure(settings.log)
    logins: list[Login] = []

    async def before(services: Services) -> None:
        if with_demo and await services.identity.shops.first() is None:
            print("  " + sentence("seeding", language), flush=True)
            await demo.seed(services)
        await demo.refuse_unless_loopback(services)
        logins.extend(await demo.published(services))

    def when_open(services: Services, address: str) -> None:
        del services
        print(greeting(address, logins, language), flush=True)

    serve.run(settings, before=before, when_open=when_open)


def greeting(address: str, logins: Sequence[Login], language: str) -> str:
    """The lines that tell where the shop is and how to sign in."""
    lines = ["", f"  {sentence('open', language)}", ""]
    lines.append(f"  {sentence('shop', language):<6} {address}/")
    lines.append(f"  {sentence('desk', language):<6} {address}/desk")
    if logins:
        lines += ["", f"  {sentence('demo', language)}"]
        width = max(len(login.login) for login in logins)
        for login in logins:
            role = sentence(f"role.{login.role}", language)
            lines.append(f"    {login.login:<{width}}  {login.password:<{width + 6}} {login.name} · {role}")
    return "\n".join([*lines, "", f"  {sentence('stop', language)}", ""])
