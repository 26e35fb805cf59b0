"""Reading the record of who did what."""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity import rules
from liyu.identity.context import Context
from liyu.identity.errors import Forbidden, NotFound
from liyu.identity.model import Principal
from liyu.identity.store import audit
from liyu.identity.store.audit import AuditEntry
from liyu.kit.ids import ShopId


class Records:
    """Use cases of the audit. Other domains append with ``store.audit.append`` in their own units."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def newest(
        self, principal: Principal, shop: ShopId | None, before: str | None, limit: int
    ) -> list[AuditEntry]:
        """Entries that ``principal`` may read, newest first. Raises ``Forbidden``, ``NotFound``."""
        shops = rules.audited_shops(principal)
        if shops is not None and not shops:
            raise Forbidden()
        if shop is not None:
            if not principal.runs(shop):
                raise NotFound()
            shops = [shop]

        def query(connection: Connection) -> list[AuditEntry]:
            return audit.newest(connection, principal.chain, shops, before, limit)

        return await self._context.database.read(principal.chain, query)
