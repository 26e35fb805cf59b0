"""An anonymous visitor becomes a known person.

The visitor's id becomes an alias; what it wrote keeps its ``actor_id``. Only this browser's own visitor is joined, and
only while it belongs to nobody: the alias table's primary key decides between two that try at once.
"""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity.clients import Client, Issued
from liyu.identity.commits import Events
from liyu.identity.events import PersonMerged
from liyu.identity.issuing import issue, issue_tokens
from liyu.identity.model import PersonCard, Principal
from liyu.identity.settings import IdentitySettings
from liyu.identity.store import people, sessions
from liyu.identity.store.audit import AuditEntry, append


def merge_browser(
    connection: Connection,
    happened: Events,
    settings: IdentitySettings,
    card: PersonCard,
    client: Client,
    current: Principal | None,
    now: int,
) -> Issued:
    """Open a session for ``card`` in the browser that was ``current``.

    An anonymous visitor of the same chain is merged into a customer and its session goes on under a new token (so a
    token planted beforehand is worth nothing); anybody else's session is left alone and a new one opened.
    """
    joins = current is not None and current.kind == "visitor" and current.chain == card.chain
    if current is None or not joins or card.kind != "customer":
        return issue(connection, settings, card, client, now)
    if not people.add_alias(connection, card.chain, current.person, card.id, now):
        return issue(connection, settings, card, client, now)
    happened.append(PersonMerged(card.chain, current.person, card.id))
    details = {"visitor": current.person}
    append(connection, AuditEntry(card.chain, now, card.id, "person.merged", "person", card.id, details=details))
    until = now + settings.session_ms(card.kind)
    sessions.hand_over(connection, current.session, current.device, card.id, now, until)
    sessions.drop_tokens(connection, current.session)
    return issue_tokens(connection, settings, card.chain, current.session, client, now, until)
