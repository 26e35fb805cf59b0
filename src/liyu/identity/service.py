"""The identity domain as others see it: one object per process, made by the wiring."""

from __future__ import annotations

from collections.abc import Iterable

from liyu.identity.commits import Commits
from liyu.identity.context import Context
from liyu.identity.model import PersonCard, Principal
from liyu.identity.passwords import Passwords
from liyu.identity.profiles import Profiles
from liyu.identity.sessions import Sessions
from liyu.identity.settings import IdentitySettings
from liyu.identity.shops import Shops
from liyu.identity.store import people
from liyu.kit.clock import Clock
from liyu.kit.events import DomainEvents
from liyu.kit.ids import ChainId, PersonId, SessionId
from liyu.platform.db.port import Database


class Identity:
    """Use cases by area: ``sessions``, ``shops``, …; the most used ones also directly."""

    def __init__(self, database: Database, clock: Clock, settings: IdentitySettings, events: DomainEvents) -> None:
        passwords = Passwords(settings)
        context = Context(database, clock, settings, Commits(database, clock, events), passwords)
        self.context = context
        self.sessions = Sessions(context)
        self.shops = Shops(context)
        self.profiles = Profiles(context)

    async def authenticate(self, token: str) -> Principal:
        """Who holds ``token``. Raises ``Unauthenticated`` (unknown, expired) or ``Revoked``."""
        return await self.sessions.authenticate(token)

    async def check(self, session: SessionId) -> Principal:
        """Who the session belongs to now; for sockets that are open already. Raises like ``authenticate``."""
        return await self.sessions.check(session)

    async def people_of(self, chain: ChainId, ids: Iterable[PersonId]) -> dict[PersonId, PersonCard]:
        """Those of ``ids`` who are in ``chain``, as others of the chain may see them."""
        wanted = tuple(ids)
        return await self.context.database.read(chain, lambda connection: people.cards(connection, chain, wanted))

    def session_ms(self, principal: Principal) -> int:
        """How long an unused session of this person lives, in milliseconds."""
        return self.context.settings.session_ms(principal.kind)

    async def start(self) -> None:
        """Tell events again that a crash kept from being heard."""
        await self.context.commits.deliver_left()

    async def stop(self) -> None:
        """Let the password threads end."""
        self.context.passwords.close()
