"""What is known of a client before anybody has signed in, and what it is handed when somebody has. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from liyu.identity.model import Principal

ClientKind = Literal["web", "widget"]

_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, slots=True)
class Client:
    """Where a request comes from. ``kind`` ``widget``: tokens travel in the body instead of cookies."""

    address: str = ""
    user_agent: str = ""
    kind: ClientKind = "web"
    locale: str = "zh-CN"

    @property
    def device_name(self) -> str:
        """A name for the device that its owner recognises, such as ``Chrome · Windows``."""
        return device_name(self.user_agent)


@dataclass(frozen=True, slots=True)
class Issued:
    """A session that was opened. ``token`` is shown this once; only its hash stays.

    ``refresh``: for a widget, to be exchanged before ``expires_at`` (milliseconds since 1970).
    ``fresh``: whether the session is new (an existing one is returned to a browser that still has it).
    """

    principal: Principal
    token: str
    expires_at: int
    refresh: str | None = None
    fresh: bool = True


def device_name(user_agent: str) -> str:
    """Browser and system by the words of a ``User-Agent``; empty when neither is known."""
    found = []
    for known in (_BROWSERS, _SYSTEMS):
        name = next((name for word, name in known if word in user_agent), None)
        if name is not None:
            found.append(name)
    return " · ".join(found)
