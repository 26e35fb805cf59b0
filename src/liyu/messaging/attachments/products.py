"""Product media: finished uploads of staff that the catalogue takes up, public and without end until it drops them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from liyu.kit.clock import Clock
from liyu.kit.ids import ChainId, FileId
from liyu.messaging.attachments import store
from liyu.messaging.attachments.errors import FileUnknown
from liyu.messaging.attachments.model import StoredFile
from liyu.platform.db.port import Database
from liyu.platform.files.links import LinkSigner


@dataclass(frozen=True, slots=True)
class ProductMedia:
    """A picture or clip as the catalogue records it. Sizes in pixels; ``duration_ms`` of clips only."""

    file: FileId
    kind: Literal["picture", "clip"]
    width: int
    height: int
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class ProductMediaLinks:
    """Addresses for everybody; ``poster_url`` of clips only."""

    url: str
    thumb_url: str
    poster_url: str | None


class ProductFiles:
    """For the catalogue. Who may change a product is the catalogue's decision."""

    def __init__(self, database: Database, signer: LinkSigner, clock: Clock) -> None:
        self._database = database
        self._signer = signer
        self._clock = clock

    async def take(self, chain: ChainId, file: FileId) -> ProductMedia:
        """Keep a finished product upload of this chain for a product. Raises ``FileUnknown``."""

        def unit(connection: Connection) -> StoredFile:
            found = store.find_file(connection, chain, file)
            if found is None or found.state == "gone" or not found.public:
                raise FileUnknown()
            store.set_file_state(connection, file, "kept", self._clock.now_ms())
            return found

        found = await self._database.write(chain, unit)
        return ProductMedia(
            file=found.id,
            kind="clip" if found.kind == "clip" else "picture",
            width=found.width or 0,
            height=found.height or 0,
            duration_ms=found.duration_ms,
        )

    async def drop(self, chain: ChainId, file: FileId) -> None:
        """No product shows it any more: the sweep deletes it after the time that unsent files have."""

        def unit(connection: Connection) -> None:
            found = store.find_file(connection, chain, file)
            if found is not None and found.public and found.state == "kept":
                store.set_file_state(connection, file, "fresh", self._clock.now_ms())

        await self._database.write(chain, unit)

    def links(self, chain: ChainId, file: FileId, kind: Literal["picture", "clip"]) -> ProductMediaLinks:
        """Addresses that never expire. No query: the catalogue knows that the file is there."""

        def url(variant: str) -> str:
            return self._signer.sign_public(chain, file, variant).url

        return ProductMediaLinks(url("main"), url("thumb"), url("poster") if kind == "clip" else None)
