"""The folder, and storage of S3's shape, keep the promises of ``liyu.platform.files.port``."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from liyu.platform.files import folder
from liyu.platform.files.folder import FolderStore
from liyu.platform.files.port import FilesFull, FileStore, FilesUnavailable, ObjectMissing
from tests.contract.object_storage import Bucket, BucketStore


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    if request.param == "s3":
        yield BucketStore(Bucket())
        return
    found = FolderStore(tmp_path / "files")
    yield found
    found.close()


async def content(store: FileStore, key: str, start: int = 0, length: int | None = None) -> bytes:
    return b"".join([piece async for piece in store.read(key, start, length)])


async def listed(store: FileStore, prefix: str) -> list[str]:
    return [key async for key in store.keys(prefix)]


async def test_what_is_put_is_there_whole(store: FileStore, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"from a file" * 100_000)
    assert await store.put("chn_a/files/one", b"bytes") == 5
    assert await store.put("chn_a/files/two.webp", source) == 1_100_000
    assert await content(store, "chn_a/files/one") == b"bytes"
    assert await content(store, "chn_a/files/two.webp") == source.read_bytes()
    assert await store.size("chn_a/files/two.webp") == 1_100_000


async def test_parts_are_read_from_any_place(store: FileStore) -> None:
    await store.put("chn_a/x", bytes(range(100)))
    assert await content(store, "chn_a/x", 10, 5) == bytes(range(10, 15))
    assert await content(store, "chn_a/x", 95) == bytes(range(95, 100))
    assert await content(store, "chn_a/x", 90, 50) == bytes(range(90, 100))
    assert await content(store, "chn_a/x", 100) == b""


async def test_an_empty_object_is_one(store: FileStore) -> None:
    await store.put("chn_a/empty", b"")
    assert (await store.size("chn_a/empty"), await content(store, "chn_a/empty")) == (0, b"")


async def test_a_later_put_replaces_the_whole_object(store: FileStore) -> None:
    await store.put("chn_a/x", b"long content")
    await store.put("chn_a/x", b"short")
    assert await content(store, "chn_a/x") == b"short"


async def test_a_reader_sees_one_version_whole(store: FileStore) -> None:
    await store.put("chn_a/x", b"a" * 600_000)
    reading = store.read("chn_a/x")
    first = await anext(reading)
    await store.put("chn_a/x", b"b" * 600_000)
    rest = b"".join([piece async for piece in reading])
    assert set(first + rest) == {ord("a")}


async def test_what_is_missing_is_told(store: FileStore) -> None:
    with pytest.raises(ObjectMissing):
        await store.size("chn_a/nothing")
    with pytest.raises(ObjectMissing):
        await content(store, "chn_a/nothing")


async def test_deleting_forgets_and_may_be_repeated(store: FileStore) -> None:
    await store.put("chn_a/files/f/main", b"1")
    await store.delete("chn_a/files/f/main")
    await store.delete("chn_a/files/f/main")
    with pytest.raises(ObjectMissing):
        await store.size("chn_a/files/f/main")
    await store.put("chn_a/files/f/main", b"2")
    assert await content(store, "chn_a/files/f/main") == b"2"


async def test_keys_are_listed_by_prefix_in_order(store: FileStore) -> None:
    for key in ("chn_a/u/2", "chn_a/u/1", "chn_a/files/f/main", "chn_a/u/10", "chn_b/u/1", "chn_a/u/3", "chn_a/u/4"):
        await store.put(key, b"x")
    assert await listed(store, "chn_a/u/") == ["chn_a/u/1", "chn_a/u/10", "chn_a/u/2", "chn_a/u/3", "chn_a/u/4"]
    assert await listed(store, "chn_a/u/1") == ["chn_a/u/1", "chn_a/u/10"]
    assert await listed(store, "chn_c/") == []


async def test_writes_and_deletions_of_neighbours_do_not_disturb_each_other(store: FileStore) -> None:
    async def come_and_go(index: int) -> None:
        for _ in range(15):
            await store.put(f"chn_a/u/{index}", b"x")
            await store.delete(f"chn_a/u/{index}")

    await asyncio.gather(*(come_and_go(index) for index in range(6)))
    assert await listed(store, "chn_a/") == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "x",
        "../x/y",
        "chn/../y",
        "/chn/y",
        "chn//y",
        "chn/y/",
        "chn/.hidden",
        "chn/ü",
        "chn/a\x00",
        "chn/" + "a" * 600,
    ],
)
async def test_a_malformed_key_is_a_defect(store: FileStore, key: str) -> None:
    with pytest.raises(ValueError, match="storage key"):
        await store.put(key, b"x")
    with pytest.raises(ValueError, match="storage key"):
        await store.delete(key)


# ── the folder alone ───────────────────────────────────────────────────────────


async def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    store = FolderStore(tmp_path / "files")
    await store.put("chn_a/u/kept", b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FilesFull):
        await store.put("chn_a/u/kept", b"after")
    assert await content(store, "chn_a/u/kept") == b"before"
    assert [path.name for path in (tmp_path / "files/chn_a/u").iterdir()] == ["kept"]
    store.close()


async def test_a_disk_that_fails_otherwise_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    store = FolderStore(tmp_path / "files")
    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(FilesUnavailable):
        await store.put("chn_a/u/x", b"x")
    store.close()


async def test_the_file_is_synced_before_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Renaming first would leave an empty object after a power cut."""
    steps: list[str] = []
    sync, rename = os.fsync, Path.replace

    def note_sync(handle: int) -> None:
        steps.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")
        sync(handle)

    def note_rename(path: Path, target: Path) -> Path:
        steps.append("name")
        return rename(path, target)

    store = FolderStore(tmp_path)
    await store.put("chn_a/u/first", b"x")
    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_rename)
    await store.put("chn_a/u/x", b"x")
    assert steps == ["file", "name", "folder"]
    store.close()


async def test_a_half_written_object_is_never_listed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    await store.put("chn_a/u/x", b"x")
    (tmp_path / "chn_a/u" / f"{folder.TEMPORARY}abc").write_bytes(b"half")
    assert await listed(store, "chn_a/") == ["chn_a/u/x"]
    store.close()


async def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    store = FolderStore(tmp_path / "files")
    await store.put("chn_a/u/x", b"x")
    (tmp_path / "files/chn_a/u/link").symlink_to(secret)
    with pytest.raises(FilesUnavailable):
        await content(store, "chn_a/u/link")
    store.close()
