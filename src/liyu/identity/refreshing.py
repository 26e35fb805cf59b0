"""The widget's rotating refresh tokens.

Each is good for one exchange. One that comes a second time was copied by somebody, and nobody can tell who is who:
the device is signed out.
"""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection

from liyu.identity.clients import Client, Issued
from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.devices import end_sessions
from liyu.identity.errors import RefreshReused, Revoked, Unauthenticated
from liyu.identity.issuing import issue_tokens
from liyu.identity.store import people, sessions
from liyu.identity.store.audit import AuditEntry, append
from liyu.identity.tokens import token_hash
from liyu.platform.db.port import ALL_CHAINS


class Refreshing:
    """The use case of exchanging a refresh token."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def refresh(self, token: str) -> Issued:
        """Exchange ``token`` for a new pair.

        Raises ``Unauthenticated`` (unknown, expired), ``Revoked``, or ``RefreshReused`` after signing the device out.
        """
        context = self._context
        key = token_hash(token)
        found = await context.database.read(ALL_CHAINS, lambda connection: sessions.refresh(connection, key))
        now = context.clock.now_ms()
        if found is None or now >= found.expires_at:
            raise Unauthenticated()
        if found.revoked:
            raise Revoked()

        def unit(connection: Connection, happened: Events) -> Issued | Literal["reused"]:
            if not sessions.use_refresh(connection, key, now):
                sessions.revoke_device(connection, found.person, found.device, now)
                end_sessions(connection, happened, found.chain, found.person, now, device=found.device)
                append(
                    connection,
                    AuditEntry(found.chain, now, found.person, "device.refresh_reused", "device", found.device),
                )
                return "reused"
            card = people.card(connection, found.chain, found.person)
            if card is None:
                raise Unauthenticated()
            until = now + context.settings.session_ms(card.kind)
            sessions.renew(connection, found.session, found.device, now, until)
            sessions.drop_expired_tokens(connection, found.session, now)
            client = Client(kind="widget")
            return issue_tokens(connection, context.settings, found.chain, found.session, client, now, until)

        issued = await context.commits.run(found.chain, unit)
        if issued == "reused":
            raise RefreshReused()
        return issued
