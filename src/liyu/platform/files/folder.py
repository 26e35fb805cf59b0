"""Files in a folder: the embedded twin.

A write goes to a temporary name beside its target, is synced, renamed over it, and the folder is synced: after a
crash the object is there whole or not at all. Opening never follows a symbolic link out of the folder.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from liyu.platform.files.port import FilesFull, FilesUnavailable, ObjectMissing, checked

T = TypeVar("T")

PIECE_BYTES = 256 * 1024  # of one read: bounds the memory of a slow download
THREADS = 4  # disk work beside the event loop
ATTEMPTS = 20  # of a write whose folder a deletion takes away at the same moment
TEMPORARY = ".part-"  # begins with a dot, which no key may, so a listing never shows a half-written object

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FolderStore:
    """Objects as files under ``root``, which is made when it is absent."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="liyu-files")

    async def put(self, key: str, content: bytes | Path) -> int:
        target = self._path(key)
        return await self._run(lambda: _write(target, content))

    async def size(self, key: str) -> int:
        path = self._path(key)
        return await self._run(lambda: path.stat().st_size)

    async def read(self, key: str, start: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        path = self._path(key)
        source = await self._run(lambda: os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC))
        try:
            place, left = start, length
            while left is None or left > 0:
                wanted = PIECE_BYTES if left is None else min(PIECE_BYTES, left)
                piece = await self._run(lambda wanted=wanted, place=place: os.pread(source, wanted, place))  # type: ignore[misc]
                if not piece:
                    return
                place += len(piece)
                left = None if left is None else left - len(piece)
                yield piece
        finally:
            os.close(source)

    async def delete(self, key: str) -> None:
        path = self._path(key)
        with contextlib.suppress(ObjectMissing):
            await self._run(lambda: _remove(path, self.root))

    async def keys(self, prefix: str) -> AsyncIterator[str]:
        for key in await self._run(lambda: _listed(self.root, prefix)):
            yield key

    def close(self) -> None:
        """Let the threads go after what they are doing."""
        self._threads.shutdown()

    def _path(self, key: str) -> Path:
        return self.root / checked(key)

    async def _run(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except FileNotFoundError as error:
            raise ObjectMissing() from error
        except OSError as error:
            raise FilesFull() if error.errno in _FULL else FilesUnavailable() from error


def _write(target: Path, content: bytes | Path) -> int:
    """Put ``content`` at ``target``, whole and synced."""
    for _ in range(ATTEMPTS):
        temporary = target.parent / f"{TEMPORARY}{secrets.token_hex(8)}"
        with contextlib.suppress(FileNotFoundError):  # the folder was empty and a deletion took it away
            _make_folder(target.parent)
            return _write_beside(temporary, target, content)
    raise OSError(errno.EAGAIN, "the folder was taken away again and again")


def _write_beside(temporary: Path, target: Path, content: bytes | Path) -> int:
    try:
        with temporary.open("xb") as sink:
            if isinstance(content, bytes):
                sink.write(content)
            else:
                with content.open("rb") as source:
                    shutil.copyfileobj(source, sink, PIECE_BYTES)
            sink.flush()
            os.fsync(sink.fileno())
            size = sink.tell()
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return size


def _remove(path: Path, root: Path) -> None:
    """Delete a file and the folders above it that it leaves empty."""
    path.unlink()
    with contextlib.suppress(OSError):  # the first folder that still holds something ends it
        for folder in path.parents:
            if folder == root:
                return
            folder.rmdir()


def _make_folder(folder: Path) -> None:
    """Make ``folder`` and sync each parent that got a new entry, so that a crash does not lose the way to a file."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _listed(root: Path, prefix: str) -> list[str]:
    """Keys under ``prefix``; a write under way is not among them."""
    start = root / prefix.rpartition("/")[0]
    found = [
        path.relative_to(root).as_posix()
        for path in (start.rglob("*") if start.is_dir() else ())
        if not path.name.startswith(TEMPORARY) and path.is_file()
    ]
    return sorted(key for key in found if key.startswith(prefix))
