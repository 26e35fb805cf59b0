"""What every use case of this domain stands on."""

from __future__ import annotations

from dataclasses import dataclass

from liyu.identity.commits import Commits
from liyu.identity.passwords import Passwords
from liyu.identity.settings import IdentitySettings
from liyu.kit.clock import Clock
from liyu.platform.db.port import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The database, the time, the settings, and how to commit."""

    database: Database
    clock: Clock
    settings: IdentitySettings
    commits: Commits
    passwords: Passwords
