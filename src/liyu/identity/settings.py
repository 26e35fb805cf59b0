"""Settings of sessions, passwords and links."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from liyu.kit.settings import Section


class IdentitySettings(Section, frozen=True):
    """How long people stay signed in and how signing in is slowed down."""

    session_days: Annotated[int, Meta(ge=1, le=400, description="Days without use after which a session ends.")] = 30
    visitor_days: Annotated[
        int, Meta(ge=1, le=400, description="Days without use after which an anonymous visitor's session ends.")
    ] = 180
    widget_minutes: Annotated[
        int, Meta(ge=1, le=1440, description="Minutes for which a token of the embedded widget is good.")
    ] = 15
    password_min: Annotated[int, Meta(ge=8, le=64, description="Shortest password accepted, in characters.")] = 10
    sign_in_attempts: Annotated[
        int, Meta(ge=1, description="Failed sign-ins of one login, or of one address, before it has to wait.")
    ] = 8
    sign_in_window_minutes: Annotated[
        int, Meta(ge=1, description="Minutes over which failed sign-ins are counted.")
    ] = 15
    link_days: Annotated[
        int, Meta(ge=1, le=400, description="Days for which a shared link is good unless its maker says less.")
    ] = 14
