"""Handing out a session: one device, one session, one token (for a widget also a refresh token)."""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity.clients import Client, Issued
from liyu.identity.errors import Unauthenticated
from liyu.identity.model import PersonCard
from liyu.identity.settings import MINUTE_MS, IdentitySettings
from liyu.identity.store import sessions
from liyu.identity.tokens import new_token, token_hash
from liyu.kit.ids import ChainId, DeviceId, SessionId, new_id

SESSION_PREFIX = "lys"
REFRESH_PREFIX = "lyr"


def issue(
    connection: Connection,
    settings: IdentitySettings,
    card: PersonCard,
    client: Client,
    now: int,
    expires_at: int | None = None,
) -> Issued:
    """Open a session for ``card`` on a device of its own. ``expires_at``: when it ends at the latest at first."""
    device = DeviceId(new_id("dev", at_ms=now))
    session = SessionId(new_id("ses", at_ms=now))
    until = expires_at if expires_at is not None else now + settings.session_ms(card.kind)
    sessions.add_device(connection, device, card.chain, card.id, client.kind, client.device_name, now)
    sessions.add_session(connection, session, card.chain, card.id, device, now, until)
    return issue_tokens(connection, settings, card.chain, session, client, now, until)


def issue_tokens(
    connection: Connection,
    settings: IdentitySettings,
    chain: ChainId,
    session: SessionId,
    client: Client,
    now: int,
    session_until: int,
) -> Issued:
    """Give an existing session a fresh token, and a widget a refresh token beside it."""
    token = new_token(SESSION_PREFIX)
    refresh, token_until = None, session_until
    if client.kind == "widget":
        refresh = new_token(REFRESH_PREFIX)
        token_until = min(session_until, now + settings.widget_minutes * MINUTE_MS)
        sessions.add_refresh(connection, token_hash(refresh), chain, session, session_until)
    short = token_until if client.kind == "widget" else None
    sessions.add_token(connection, token_hash(token), chain, session, short)
    found = sessions.by_id(connection, session)
    if found is None:
        raise Unauthenticated()
    return Issued(found.principal, token, token_until, refresh)
