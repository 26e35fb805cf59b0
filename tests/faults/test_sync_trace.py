"""The reader of system-call traces: an acknowledgement before its sync is found, one after it is not."""

from __future__ import annotations

from tests.faults.sync_trace import read_trace

WRITE = r'11 pwrite64(7</d/liyu.db-wal>, "\1\0key-1\0{\"text\":\"x\"}", 4096, 32) = 4096'
SYNC = "11 fdatasync(7</d/liyu.db-wal>) = 0"
ACK = r'10 sendto(9<socket:[5]>, "\201~{\"t\":\"ack\",\"cid\":\"key-1\",\"seq\":1}", 60, 0, NULL, 0) = 60'


def early(*lines: str) -> list[str]:
    trace = read_trace(lines, key_pattern=r"key-\d+")
    assert trace.acked == ["key-1"]
    return trace.early


def test_ack_after_the_sync_is_safe() -> None:
    assert early(WRITE, SYNC, ACK) == []


def test_ack_before_the_sync_is_found() -> None:
    assert early(WRITE, ACK, SYNC) == ["key-1"]


def test_ack_without_any_sync_is_found() -> None:
    assert early(WRITE, ACK) == ["key-1"]


def test_a_sync_that_began_before_the_write_does_not_count() -> None:
    begin, end = "12 fdatasync(7</d/liyu.db-wal> <unfinished ...>", "12 <... fdatasync resumed>) = 0"
    assert early(begin, WRITE, end, ACK) == ["key-1"]
    assert early(WRITE, begin, end, ACK) == []


def test_a_failed_sync_does_not_count() -> None:
    assert early(WRITE, "11 fdatasync(7</d/liyu.db-wal>) = -1 EIO (Input/output error)", ACK) == ["key-1"]


def test_a_sync_of_another_file_does_not_count() -> None:
    assert early(WRITE, "11 fdatasync(8</d/other>) = 0", ACK) == ["key-1"]
