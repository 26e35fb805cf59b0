"""Attachments as one object for endpoints and wiring. It decides nothing itself: each part has one job."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from liyu.kit.clock import Clock
from liyu.messaging.attachments.finishing import Finishing
from liyu.messaging.attachments.ports import Conversations
from liyu.messaging.attachments.products import ProductFiles
from liyu.messaging.attachments.reading import Reading
from liyu.messaging.attachments.settings import AttachmentSettings
from liyu.messaging.attachments.sweeping import Sweeper
from liyu.messaging.attachments.uploads import Uploads
from liyu.platform.db.port import Database
from liyu.platform.files.links import LinkSigner
from liyu.platform.files.port import FileStore
from liyu.platform.media.limits import Limits
from liyu.platform.media.normaliser import Normaliser


@dataclass(frozen=True, slots=True)
class Attachments:
    """The parts, and the store that their bytes are read from."""

    settings: AttachmentSettings
    clock: Clock
    files: FileStore
    uploads: Uploads
    finishing: Finishing
    reading: Reading
    products: ProductFiles
    sweeper: Sweeper


def build(
    database: Database,
    files: FileStore,
    conversations: Conversations,
    clock: Clock,
    settings: AttachmentSettings,
    *,
    secret: bytes,
    scratch: Path,
) -> Attachments:
    """Join the parts. ``secret``: the installation's; ``scratch``: a folder for work under way."""
    signer = LinkSigner(secret, life_ms=settings.link_minutes * 60_000)
    normaliser = Normaliser(media_limits(settings), at_once=settings.workers)
    return Attachments(
        settings=settings,
        clock=clock,
        files=files,
        uploads=Uploads(database, files, conversations, clock, settings),
        finishing=Finishing(database, files, normaliser, clock, scratch),
        reading=Reading(database, conversations, signer, clock),
        products=ProductFiles(database, signer, clock),
        sweeper=Sweeper(database, files, clock, settings),
    )


def media_limits(settings: AttachmentSettings) -> Limits:
    """The normaliser's limits with what the owner set."""
    return Limits(
        picture_pixels=settings.picture_pixels,
        voice_ms=settings.voice_seconds * 1000,
        clip_ms=settings.clip_seconds * 1000,
    )
