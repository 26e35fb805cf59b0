"""Settings of the conversation log."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from liyu.kit.settings import Section

MINUTE_MS = 60_000


class MessagingSettings(Section, frozen=True):
    """How messages are written and for how long their senders may change them."""

    recall_minutes: Annotated[
        int,
        Meta(ge=0, le=525_600, description="Minutes for which one's own message may be recalled unless the shop says."),
    ] = 10
    edit_minutes: Annotated[
        int,
        Meta(ge=0, le=525_600, description="Minutes for which one's own text may be edited, unless the shop says."),
    ] = 60
    shards: Annotated[
        int, Meta(ge=1, le=64, description="Writers of the log on PostgreSQL; a conversation always has the same one.")
    ] = 1
    group: Annotated[int, Meta(ge=1, le=5_000, description="Most messages that one commit carries.")] = 500
    queue: Annotated[
        int, Meta(ge=10, description="Most messages that may wait for a commit; beyond it senders are told to wait.")
    ] = 20_000
