"""Erasing a person: personal data is overwritten, ids and what the shop must keep stay.

Other domains hear ``PersonErased`` and overwrite what they hold (bodies, files).
"""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity import rules
from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.devices import end_sessions
from liyu.identity.errors import Forbidden, LastOwner, NotFound
from liyu.identity.events import AccessChanged, PersonErased
from liyu.identity.model import Principal
from liyu.identity.store import people, sessions
from liyu.identity.store.audit import AuditEntry, append
from liyu.kit.ids import PersonId


class Erasing:
    """The use case of erasing."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def erase(self, principal: Principal, person: PersonId) -> None:
        """Erase oneself or, for owners of the chain, somebody else. Not to be undone.

        Raises ``NotFound``, ``Forbidden``, ``LastOwner``.
        """
        oneself = person in principal.ids
        if not oneself and not rules.may_erase(principal):
            raise Forbidden()
        chain = principal.chain
        now = self._context.clock.now_ms()

        def unit(connection: Connection, happened: Events) -> None:
            known = people.owner_of(connection, person)
            card = people.card(connection, chain, known)
            if card is None or card.erased:
                raise NotFound()
            _keep_an_owner(connection, principal, known)
            aliases = people.aliases(connection, known)
            ids = (known, *aliases)
            people.erase(connection, chain, ids, now)
            people.remove_credential(connection, known)
            people.forget_site_customer(connection, known)
            sessions.forget_devices(connection, ids)
            for one in ids:
                end_sessions(connection, happened, chain, one, now)
            happened.append(PersonErased(chain, known, aliases))
            happened.append(AccessChanged(chain, known))
            append(connection, AuditEntry(chain, now, principal.person, "person.erased", "person", known))

        await self._context.commits.run(chain, unit)


def _keep_an_owner(connection: Connection, principal: Principal, person: PersonId) -> None:
    """Take the person's roles away, unless that would leave the chain without an owner."""
    owners = people.lock_chain_owners(connection, principal.chain)
    grants = people.grants(connection, person)
    if owners and set(owners) <= {held.id for held in grants}:
        raise LastOwner()
    for held in grants:
        people.remove_grant(connection, principal.chain, held.id)
