"""Where a person is signed in: devices listed, named and signed out."""

from __future__ import annotations

from sqlalchemy import Connection

from liyu.identity.commits import Events
from liyu.identity.context import Context
from liyu.identity.errors import NotFound
from liyu.identity.events import DeviceRevoked
from liyu.identity.model import Principal
from liyu.identity.store import sessions
from liyu.identity.store.audit import AuditEntry, append
from liyu.identity.store.sessions import Device
from liyu.kit.ids import ChainId, DeviceId, PersonId, SessionId


class Devices:
    """Use cases of devices."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def mine(self, principal: Principal) -> list[Device]:
        """The devices in which this person is signed in, last seen first."""
        now = self._context.clock.now_ms()
        return await self._context.database.read(
            principal.chain, lambda connection: sessions.devices(connection, principal.person, now)
        )

    async def rename(self, principal: Principal, device: DeviceId, name: str) -> None:
        """Give one's own device a name. Raises ``NotFound``."""

        def unit(connection: Connection) -> None:
            if not sessions.rename_device(connection, principal.person, device, name):
                raise NotFound()

        await self._context.database.write(principal.chain, unit)

    async def revoke(self, principal: Principal, device: DeviceId) -> None:
        """Sign one's own device out: its sessions end and its sockets close. Raises ``NotFound``."""
        now = self._context.clock.now_ms()

        def unit(connection: Connection, happened: Events) -> None:
            if not sessions.revoke_device(connection, principal.person, device, now):
                raise NotFound()
            end_sessions(connection, happened, principal.chain, principal.person, now, device=device)
            entry = AuditEntry(principal.chain, now, principal.person, "device.revoked", "device", device)
            append(connection, entry)

        await self._context.commits.run(principal.chain, unit)


def end_sessions(
    connection: Connection,
    happened: Events,
    chain: ChainId,
    person: PersonId,
    now: int,
    *,
    device: DeviceId | None = None,
    session: SessionId | None = None,
    keep: SessionId | None = None,
) -> None:
    """End live sessions of ``person`` (all, those of one device, or one; ``keep`` stays) and say so to the sockets."""
    ended = sessions.revoke_sessions(connection, person, now, device=device, session=session, keep=keep)
    for where, ids in ended.items():
        happened.append(DeviceRevoked(chain, person, where, ids))
