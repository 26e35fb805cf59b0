"""Pictures and clips of products: uploads that staff show with a product, in an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Protocol

from sqlalchemy import Connection

from liyu.catalog import access, editing_store
from liyu.catalog.deeds import Deeds, changed, editable
from liyu.catalog.errors import MediaUnknown
from liyu.catalog.model import Media, Product
from liyu.identity.model import Principal
from liyu.kit.ids import ChainId, FileId, new_id


class TakenFile(Protocol):
    """An upload that was taken up for a product."""

    @property
    def kind(self) -> Literal["picture", "clip"]: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def duration_ms(self) -> int | None: ...


class MediaFiles(Protocol):
    """What is needed of uploads: keep one for a product, let one go."""

    async def take(self, chain: ChainId, file: FileId) -> TakenFile:
        """Keep a finished product upload. Raises a refusal when there is none."""
        ...

    async def drop(self, chain: ChainId, file: FileId) -> None:
        """No product shows it any more."""
        ...


class MediaEditing:
    """The use cases of pictures and clips."""

    def __init__(self, deeds: Deeds, files: MediaFiles) -> None:
        self._deeds = deeds
        self._files = files

    async def add_media(self, me: Principal, key: str, file: FileId, ground: str, alts: Mapping[str, str]) -> Product:
        """Show an uploaded picture or clip with the product, last. Raises ``NotStaff``, ``ProductUnknown``, and the
        refusal of uploads when there is no such finished product upload."""
        before = await self._deeds.database.read(me.chain, lambda connection: editable(connection, me, key))
        if any(item.file == file for item in before.media):
            return before
        taken = await self._files.take(me.chain, file)

        def unit(connection: Connection, now: int) -> Product:
            product = editable(connection, me, key)
            item = Media(
                id=new_id("med"),
                kind=taken.kind,
                demo=None,
                file=file,
                width=taken.width,
                height=taken.height,
                duration_ms=taken.duration_ms,
                ground=ground,
                alts=alts,
            )
            editing_store.insert_media(connection, me.chain, product.id, item, len(product.media))
            return changed(connection, me, product.id, now, "media.add", {"file": file})

        return await self._deeds.write(me.chain, unit)

    async def change_media(self, me: Principal, id_: str, columns: Mapping[str, Any]) -> Product:
        """Change ground, words or place of a picture or clip. Raises ``NotStaff``, ``MediaUnknown``."""

        def unit(connection: Connection, now: int) -> Product:
            product, _ = _of_media(connection, me, id_)
            editing_store.update_media(connection, me.chain, id_, columns)
            return changed(connection, me, product.id, now, "media.change", {"media": id_})

        return await self._deeds.write(me.chain, unit)

    async def remove_media(self, me: Principal, id_: str) -> None:
        """Show a picture or clip no more. Raises ``NotStaff``, ``MediaUnknown``."""

        def unit(connection: Connection, now: int) -> FileId | None:
            product, file = _of_media(connection, me, id_)
            editing_store.delete_media(connection, me.chain, id_)
            changed(connection, me, product.id, now, "media.remove", {"media": id_})
            return file

        file = await self._deeds.write(me.chain, unit)
        if file is not None:
            await self._files.drop(me.chain, file)


def _of_media(connection: Connection, me: Principal, id_: str) -> tuple[Product, FileId | None]:
    access.require_staff(me)
    found = editing_store.find_media(connection, me.chain, id_)
    if found is None:
        raise MediaUnknown()
    return editable(connection, me, found[0]), found[1]
