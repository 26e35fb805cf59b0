"""Settings of sessions, passwords and links."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from liyu.kit.settings import Section

MINUTE_MS = 60_000
DAY_MS = 24 * 60 * MINUTE_MS


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
    password_threads: Annotated[
        int, Meta(ge=1, le=64, description="Passwords that are checked at the same time; each takes 64 MiB.")
    ] = 2
    password_memory_kib: Annotated[
        int, Meta(ge=8_192, le=1_048_576, description="Memory of one password check (Argon2id), in KiB.")
    ] = 65_536
    sign_in_attempts: Annotated[
        int, Meta(ge=1, description="Failed sign-ins of one login, or a fourth of those of one address, before a wait.")
    ] = 8
    sign_in_window_minutes: Annotated[
        int, Meta(ge=1, description="Minutes over which failed sign-ins are counted.")
    ] = 15
    visitors_per_minute: Annotated[
        int, Meta(ge=1, description="New anonymous visitors from one address in a minute; beyond it they wait.")
    ] = 600
    link_tries_per_minute: Annotated[
        int, Meta(ge=1, description="Shared links that one address may open in a minute.")
    ] = 60
    link_days: Annotated[
        int, Meta(ge=1, le=400, description="Days for which a shared link is good unless its maker says less.")
    ] = 14

    def session_ms(self, kind: str) -> int:
        """How long an unused session of a person of ``kind`` lives, in milliseconds."""
        return (self.visitor_days if kind == "visitor" else self.session_days) * DAY_MS
