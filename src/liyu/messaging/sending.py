"""Sending: from what a client said to an acknowledged event.

Shape first, then access, then the ports that know files and products; the rest is decided under the lock. A retry gets
its first answer even where the world has changed since (a product gone, a file removed): the key is looked up before
such a refusal is passed on.
"""

from __future__ import annotations

import asyncio

from msgspec.structs import replace
from sqlalchemy import Connection

from liyu.identity.model import Principal
from liyu.kit.errors import Refusal
from liyu.kit.ids import ConversationId
from liyu.messaging import kinds, store
from liyu.messaging.access_cache import AccessCache
from liyu.messaging.completion import Completion
from liyu.messaging.errors import AccessChanged, ConversationNotFound, SendForbidden
from liyu.messaging.joining import Joining
from liyu.messaging.model import Access, Ack, Append
from liyu.messaging.ports import Shops
from liyu.messaging.rows import STAFF_ROLES
from liyu.messaging.settings import MINUTE_MS, MessagingSettings
from liyu.messaging.writer import Writer
from liyu.platform.db.port import Database
from liyu.protocol.events import CHANGES, Body

TRIES = 4  # when the members of the conversation change at the same moment


class Sending:
    """The use case of sending. ``accesses`` may be old: they are compared under the lock."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        accesses: AccessCache,
        joining: Joining,
        completion: Completion,
        shops: Shops,
        settings: MessagingSettings,
    ) -> None:
        self._database = database
        self._writer = writer
        self._accesses = accesses
        self._joining = joining
        self._completion = completion
        self._shops = shops
        self._settings = settings

    async def send(
        self, principal: Principal, conversation: ConversationId, cid: str, kind: str, body: bytes, vis: str = "all"
    ) -> Ack:
        """Append one event for ``principal``; return after the commit. Raises messaging refusals.

        Staff that is no member yet joins first.
        """
        kinds.check_cid(cid)
        said = kinds.read(kind, body)
        vis = "all" if kind in CHANGES else vis  # a change has the class of what it changes
        for attempt in range(TRIES):
            access = await self._accesses.get(principal, conversation)
            try:
                return await self._send(principal, access, cid, kind, said, vis)
            except (AccessChanged, ConversationNotFound):
                self._accesses.forget(principal, conversation)
                if attempt == TRIES - 1:
                    raise
                await asyncio.sleep(0)
        raise AccessChanged()

    async def _send(self, principal: Principal, access: Access, cid: str, kind: str, said: Body, vis: str) -> Ack:
        check_class(access, kind, vis)
        if not access.member:
            access = await self._joining.join_staff(principal, access)
        draft = Append(
            conversation=access.conversation,
            chain=access.chain,
            actor=access.person,
            aliases=tuple(one for one in principal.ids if one != access.person),
            cid=cid,
            kind=kind,
            body=kinds.canonical(said),
            vis=vis,
            acl_rev=access.acl_rev,
            target=kinds.target_of(said),
            classes=access.classes,
            sees_from=access.from_seq,
            role=access.role,
        )
        if kind in COMPLETED:
            return await self._send_completed(principal, access, draft, said)
        if kind in ("edit", "recall"):
            draft = replace(draft, limit_ms=await self._limit_ms(access, kind))
        return await self._writer.send(draft)

    async def _send_completed(self, principal: Principal, access: Access, draft: Append, said: Body) -> Ack:
        try:
            body = await self._completion.complete(principal, access, draft.cid, draft.kind, said)
        except Refusal:
            if not await self._stands(draft):
                raise
            return await self._writer.send(draft)  # answered by its key alone
        return await self._writer.send(replace(draft, body=kinds.canonical(body), said=draft.body))

    async def _stands(self, draft: Append) -> bool:
        people = (draft.actor, *draft.aliases)

        def query(connection: Connection) -> bool:
            return store.known_event(connection, draft.conversation, people, draft.cid) is not None

        return await self._database.read(draft.chain, query)

    async def _limit_ms(self, access: Access, kind: str) -> int:
        """How old one's own message may be to be changed: the shop's setting, or the installation's."""
        shop = await self._shops.by_id(access.chain, access.shop)
        if shop.settings.recall_limit_ms is not None:
            return shop.settings.recall_limit_ms
        minutes = self._settings.recall_minutes if kind == "recall" else self._settings.edit_minutes
        return minutes * MINUTE_MS


#: Kinds whose bodies hold what the shop knows.
COMPLETED = frozenset({"picture", "voice", "file", "product"})


def check_class(access: Access, kind: str, vis: str) -> None:
    """Raise ``SendForbidden`` unless this access may say ``kind`` to ``vis``.

    Staff may write to everybody or to staff alone, others to everybody. Questions with options are for staff to ask.
    """
    staff = access.role in STAFF_ROLES
    if not access.may_send or vis not in (("all", "staff") if staff else ("all",)):
        raise SendForbidden()
    if kind == "question" and not staff:
        raise SendForbidden()
