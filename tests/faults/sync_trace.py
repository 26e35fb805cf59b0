"""Reads a system-call trace of the server and finds acknowledgements that left before the sync that covers them.

A killed process leaves the page cache alive, so a kill alone cannot show a missing sync. The trace can: a message's key
must have been written to the write-ahead log, a sync of that file must have begun after the write and ended well, and
only then may the key leave through a socket inside an ``ack``. Made by::

    strace -f -y -s 65536 -e trace=pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync -o FILE …
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_CALL = re.compile(r"^(?P<pid>\d+)\s+(?P<name>\w+)\((?P<rest>.*)$")
_RESUMED = re.compile(r"^(?P<pid>\d+)\s+<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$")
_FD = re.compile(r"^\d+<(?P<file>[^>]*)>")
_ACK = re.compile(r'\\"t\\":\\"ack\\",\\"cid\\":\\"(?P<cid>[^"\\]+)\\"')
_SYNCS = frozenset({"fdatasync", "fsync"})


@dataclass(slots=True)
class SyncTrace:
    """What the trace showed. ``early``: keys acknowledged before they were safe; ``acked``: all acknowledged keys."""

    acked: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)


def read_trace(lines: Iterable[str], *, key_pattern: str, log_suffix: str = "-wal") -> SyncTrace:
    """Follow ``lines`` in order. ``key_pattern`` matches the keys of the messages that the trace is about."""
    keys = re.compile(key_pattern)
    found = SyncTrace()
    written: set[str] = set()
    safe: set[str] = set()
    syncing: dict[str, frozenset[str]] = {}
    for line in lines:
        resumed = _RESUMED.match(line)
        if resumed:
            if resumed["name"] in _SYNCS and resumed["rest"].rstrip().endswith("= 0"):
                safe |= syncing.pop(resumed["pid"], frozenset())
            continue
        call = _CALL.match(line)
        if call is None:
            continue
        target = _FD.match(call["rest"])
        file = target["file"] if target else ""
        if call["name"] in _SYNCS:
            if not file.endswith(log_suffix):
                continue
            if "<unfinished" in call["rest"]:
                syncing[call["pid"]] = frozenset(written)
            elif call["rest"].rstrip().endswith("= 0"):
                safe |= written
        elif file.endswith(log_suffix):
            written.update(keys.findall(call["rest"]))
        else:
            for cid in _ACK.findall(call["rest"]):
                if keys.fullmatch(cid):
                    found.acked.append(cid)
                    if cid not in safe:
                        found.early.append(cid)
    return found
