"""Devices, the password, and the widget's refresh."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from liyu.http.authentication import Me, clear_cookies
from liyu.identity.paths import AnId
from liyu.identity.reaching import TheIdentity
from liyu.identity.schemas.devices import DeviceChange, DeviceList, PasswordChange, RefreshIn, device_of
from liyu.identity.schemas.people import SignedIn, signed_in
from liyu.kit.ids import DeviceId

router = APIRouter(tags=["sessions"])


@router.post("/sessions/refresh", status_code=201)
async def refresh_session(body: RefreshIn, identity: TheIdentity) -> SignedIn:
    """Exchange a widget's refresh token for a fresh pair. Using one twice signs the device out."""
    issued = await identity.refreshing.refresh(body.refresh)
    return signed_in(await identity.profiles.me(issued.principal), issued)


@router.get("/me/devices")
async def list_devices(identity: TheIdentity, me: Me) -> DeviceList:
    """Where one is signed in."""
    return DeviceList(items=[device_of(device, me.device) for device in await identity.devices.mine(me)])


@router.patch("/me/devices/{id}", status_code=204)
async def rename_device(id: AnId, body: DeviceChange, identity: TheIdentity, me: Me) -> None:
    """Give one of one's own devices a name."""
    await identity.devices.rename(me, DeviceId(id), body.name)


@router.delete("/me/devices/{id}", status_code=204)
async def revoke_device(id: AnId, request: Request, response: Response, identity: TheIdentity, me: Me) -> None:
    """Sign one of one's own devices out; its sockets close at once."""
    await identity.devices.revoke(me, DeviceId(id))
    if id == me.device:
        clear_cookies(request, response)


@router.put("/me/password", status_code=204)
async def change_password(body: PasswordChange, identity: TheIdentity, me: Me) -> None:
    """Change one's own password. Every other device is signed out."""
    await identity.credentials.change_password(me, body.current, body.new)
