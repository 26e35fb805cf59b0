"""An in-memory object storage of S3's shape, and the port's adapter over it.

It has only what S3 has: whole objects by key, ranged reads, listing by pages, deletion that does not complain. If the
suite holds for it, an adapter over a real S3 has nothing to ask of the port that S3 cannot give.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from liyu.platform.files.port import ObjectMissing, checked

PAGE = 3  # keys of one listing answer: small, so that paging is tested
PIECE = 7


class NoSuchKey(Exception):
    """S3's answer 404."""


@dataclass
class Bucket:
    """The far side."""

    objects: dict[str, bytes] = field(default_factory=dict)

    async def put_object(self, key: str, body: bytes) -> None:
        await asyncio.sleep(0)
        self.objects[key] = body

    async def head_object(self, key: str) -> int:
        return len(await self.get_object(key, 0, None))

    async def get_object(self, key: str, first: int, last: int | None) -> bytes:
        await asyncio.sleep(0)
        if key not in self.objects:
            raise NoSuchKey(key)
        return self.objects[key][first : None if last is None else last + 1]

    async def delete_object(self, key: str) -> None:
        await asyncio.sleep(0)
        self.objects.pop(key, None)

    async def list_objects(self, prefix: str, after: str) -> tuple[list[str], bool]:
        await asyncio.sleep(0)
        found = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        return found[:PAGE], len(found) > PAGE


class BucketStore:
    """The port over a ``Bucket``."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    async def put(self, key: str, content: bytes | Path) -> int:
        body = content if isinstance(content, bytes) else await asyncio.to_thread(content.read_bytes)
        await self._bucket.put_object(checked(key), body)
        return len(body)

    async def size(self, key: str) -> int:
        try:
            return await self._bucket.head_object(checked(key))
        except NoSuchKey:
            raise ObjectMissing() from None

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        try:
            body = await self._bucket.get_object(checked(key), start, None if length is None else start + length - 1)
        except NoSuchKey:
            raise ObjectMissing() from None
        for place in range(0, len(body), PIECE):
            yield body[place : place + PIECE]

    async def delete(self, key: str) -> None:
        await self._bucket.delete_object(checked(key))

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        after, more = "", True
        while more:
            found, more = await self._bucket.list_objects(prefix, after)
            for key in found:
                after = key
                yield key
