"""The cookies of our own pages. Shop and desk have a session each, so that two people can share one browser: a guide
who looks at the shop as a customer sees it is a customer there. Decides nothing about who may do what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Jar:
    """The names of one face's cookies. ``session``: the token, hidden from scripts; ``csrf``: the page's own token."""

    session: str
    csrf: str


SHOP: Final = Jar("liyu_session", "liyu_csrf")
DESK: Final = Jar("liyu_desk_session", "liyu_desk_csrf")


def jar_of(client: str) -> Jar:
    """The cookies of the face that calls itself ``client``: the desk's for ``desk``, else the shop's."""
    return DESK if client.strip().lower() == "desk" else SHOP
