"""Settings of the conversation log."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from liyu.kit.settings import Section


class MessagingSettings(Section, frozen=True):
    """Limits of what is said, and of how much is read at once."""

    recall_minutes: Annotated[
        int,
        Meta(
            ge=0,
            le=10_080,
            description="Minutes in which a person may recall or edit a message, unless the shop says otherwise.",
        ),
    ] = 10
    window: Annotated[int, Meta(ge=10, le=500, description="Newest messages in a conversation's snapshot.")] = 50
    replay: Annotated[
        int,
        Meta(ge=10, le=10_000, description="Events that one reconnect replays; beyond it the client loads a snapshot."),
    ] = 500
    body_bytes: Annotated[int, Meta(ge=1_024, description="Largest body of one event, in bytes.")] = 32_768
    shards: Annotated[
        int, Meta(ge=1, le=64, description="Group writers on PostgreSQL; a conversation always has the same one.")
    ] = 4
    queue: Annotated[
        int, Meta(ge=16, description="Messages that may wait for the writer before more are refused with a wait.")
    ] = 10_000
