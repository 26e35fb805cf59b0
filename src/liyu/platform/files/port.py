"""The port of stored bytes: whole objects under keys, as a folder and as S3-compatible storage can both keep them.

An object is written once and whole, never changed in place: there is no append and no rename, because S3 has neither.
A key begins with the chain (``<chain>/…``), so one tenant's bytes can be listed, moved and erased by themselves.
The port decides nothing about who may read; that is ``liyu.messaging.attachments``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, Protocol

from liyu.kit.errors import Reason, Refusal

#: Parts of lower-case letters, digits, ``_``, ``-`` and inner dots, separated by ``/``. Ids and variants fit; nothing
#: that a person typed ever becomes part of a key.
_KEY: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:/[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)+")
MAX_KEY: Final = 512  # characters; S3 allows 1,024 bytes, common file systems 4,096 a path


class ObjectMissing(Refusal):
    """There is nothing under this key (any more)."""

    code = "files.missing"
    reason = Reason.NOT_FOUND
    zh = "这个文件已经不在了。"
    en = "This file is no longer there."


class FilesFull(Refusal):
    """The place where files are kept is full. Nothing was kept of what was being written."""

    code = "files.full"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "店里存放文件的空间满了，请稍后再传。"
    en = "The shop's space for files is full. Please upload it again later."


class FilesUnavailable(Refusal):
    """The place where files are kept does not answer."""

    code = "files.unavailable"
    reason = Reason.UNAVAILABLE
    retryable = True
    zh = "文件暂时取不到，请稍后再试。"
    en = "Files cannot be reached right now. Please try again shortly."


class FileStore(Protocol):
    """One of the twins. Safe to share by all tasks of one event loop."""

    async def put(self, key: str, content: bytes | Path) -> int:
        """Keep ``content`` (bytes, or the file at a path) under ``key``; return its size in bytes.

        Durable and whole when it returns; a crash before leaves the former object or none, never a part.
        Raises ``FilesFull``, ``FilesUnavailable``.
        """
        ...

    async def size(self, key: str) -> int:
        """Bytes under ``key``. Raises ``ObjectMissing``."""
        ...

    def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from ``start`` on, ``length`` of them at most, in pieces of bounded size.

        Raises ``ObjectMissing`` before the first piece.
        """
        ...

    async def delete(self, key: str) -> None:
        """Forget ``key``; nothing happens when it is not there."""
        ...

    def keys(self, prefix: str) -> AsyncIterator[str]:
        """All keys that begin with ``prefix`` (a chain, or ``<chain>/<area>/``), in order."""
        ...


def checked(key: str) -> str:
    """Return ``key`` when it is well formed. A malformed key is a defect of ours: ``ValueError``."""
    if len(key) > MAX_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not a storage key: {key!r}")
    return key
