"""Devices, passwords and refresh tokens."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from liyu.http.fields import Exact, Name, Secret
from liyu.identity.store.sessions import Device
from liyu.kit.ids import DeviceId

DEVICE_EXAMPLE = "dev_01k3v8y6x2m4q7r9t1w5z0a3bc"


class DeviceOut(BaseModel):
    """A browser or application in which one is signed in."""

    id: str = Field(description="The device's id.", examples=[DEVICE_EXAMPLE])
    kind: Literal["web", "widget"] = Field(description="Our own page, or the embedded widget.", examples=["web"])
    name: str = Field(description="Its name; at first made from the browser's own.", examples=["Chrome · Windows"])
    created_at: int = Field(description="First sign-in, in milliseconds since 1970.", examples=[1795420000000])
    seen_at: int = Field(description="Last seen, in milliseconds since 1970, to the hour.", examples=[1795440000000])
    current: bool = Field(description="Whether this very request came from it.", examples=[True])


class DeviceList(BaseModel):
    """One's own devices."""

    items: list[DeviceOut] = Field(description="The devices, last seen first, at most 100.")
    next_cursor: str | None = Field(default=None, description="Always `null`: there is one page.", examples=[None])


class DeviceChange(BaseModel):
    """A name for a device."""

    name: Name = Field(description="The new name.", examples=["店里的平板"])


class PasswordChange(BaseModel):
    """The old and the new password."""

    current: Exact = Field(description="The password until now.", min_length=1, max_length=256, examples=["old…"])
    new: Exact = Field(description="The password from now on.", min_length=1, max_length=256, examples=["new…"])


class RefreshIn(BaseModel):
    """A refresh token to exchange."""

    refresh: Secret = Field(description="The refresh token; each is good once.", examples=["lyr_9aQ2xxxx"])


def device_of(device: Device, current: DeviceId) -> DeviceOut:
    """The answer for a device."""
    return DeviceOut(
        id=device.id,
        kind="widget" if device.kind == "widget" else "web",
        name=device.name,
        created_at=device.created_at,
        seen_at=device.seen_at,
        current=device.id == current,
    )
