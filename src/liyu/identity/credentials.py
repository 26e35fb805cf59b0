"""Logins and passwords of people who are known already."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection

from liyu.identity import throttling
from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.devices import end_sessions
from liyu.identity.errors import NotFound, TooManyAttempts, WrongCredentials
from liyu.identity.model import Principal
from liyu.identity.store import people
from liyu.identity.store import throttle as tries
from liyu.identity.store.audit import AuditEntry, append
from liyu.identity.store.people import Credential
from liyu.platform.db.port import ALL_CHAINS


def normal_login(login: str) -> str:
    """The one spelling under which a login is kept."""
    return login.strip().casefold()


class Credentials:
    """Use cases of passwords."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def change_password(self, principal: Principal, current: str, new: str) -> None:
        """Change one's own password; every other session of this person ends.

        Raises ``NotFound`` (no login), ``WrongCredentials``, ``WeakPassword``, ``TooManyAttempts``.
        """
        context = self._context
        now = context.clock.now_ms()

        def begin(connection: Connection) -> tuple[int, Credential]:
            credential = people.credential_of(connection, principal.person)
            if credential is None:
                raise NotFound()
            key = throttling.throttle_key("login", credential.login)
            return tries.count_attempt(connection, {key: throttling.login_rule(context.settings)}, now), credential

        wait, credential = await context.database.write(principal.chain, begin)
        if wait:
            raise TooManyAttempts(retry_after_ms=wait)
        if not await context.passwords.matches(credential.password_hash, current):
            raise WrongCredentials()
        context.passwords.refuse_weak(new, credential.login)
        encoded = await context.passwords.hash(new)

        def unit(connection: Connection, happened: Events) -> None:
            tries.forget(connection, throttling.throttle_key("login", credential.login))
            people.change_password(connection, principal.person, encoded, now)
            end_sessions(connection, happened, principal.chain, principal.person, now, keep=principal.session)
            entry = AuditEntry(principal.chain, now, principal.person, "password.changed", "person", principal.person)
            append(connection, entry)

        await context.commits.run(principal.chain, unit)

    async def set_password(self, login: str, new: str) -> None:
        """Give the person who signs in under ``login`` another password and end all its sessions (command line).

        Raises ``NotFound`` or ``WeakPassword``.
        """
        context = self._context
        login = normal_login(login)
        credential = await context.database.read(ALL_CHAINS, lambda connection: people.credential(connection, login))
        if credential is None:
            raise NotFound()
        context.passwords.refuse_weak(new, login)
        encoded = await context.passwords.hash(new)
        now = context.clock.now_ms()

        def unit(connection: Connection, happened: Events) -> None:
            people.change_password(connection, credential.person, encoded, now)
            end_sessions(connection, happened, credential.chain, credential.person, now)
            append(connection, AuditEntry(credential.chain, now, None, "password.set", "person", credential.person))

        await context.commits.run(credential.chain, unit)

    async def demo_logins(self) -> list[str]:
        """Logins whose passwords are published."""
        found = await self._context.database.read(ALL_CHAINS, people.demo_logins)
        return [credential.login for credential in found]

    async def freshen_demo_logins(self) -> dict[str, str]:
        """Give every demo log-in a random password (command line). Returns login → password, to be shown once."""
        fresh = {login: secrets.token_urlsafe(12) for login in await self.demo_logins()}
        for login, password in fresh.items():
            await self.set_password(login, password)
        return fresh

    async def remove_demo_logins(self) -> list[str]:
        """Take every demo log-in away and end its sessions (command line). Returns the logins."""
        context = self._context
        now = context.clock.now_ms()

        def unit(connection: Connection, happened: Events) -> list[str]:
            found = people.demo_logins(connection)
            for credential in found:
                people.remove_credential(connection, credential.person)
                end_sessions(connection, happened, credential.chain, credential.person, now)
                append(
                    connection, AuditEntry(credential.chain, now, None, "login.removed", "person", credential.person)
                )
            return [credential.login for credential in found]

        return await context.commits.run(ALL_CHAINS, unit)
