"""The system under test: one node on SQLite, or two nodes on PostgreSQL and Redis, with a handle for every fault.

Nodes keep their ports over kills and restarts, as machines keep their names. Their clocks run under libfaketime, moved
by a file; the machine's own clock is never touched. Everything is ended by the id of the process that was started here.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.servers import (
    Postgres,
    free_port,
    postgres_binaries,
    running_postgres,
    running_redis,
    start_shop,
)

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
START_SECONDS = 60.0
SMALL_DISK_BYTES = 192 << 20  # room for the database, the search index and the files of one run

Settings = dict[str, dict[str, Any]]


class Node:
    """One ``liyu serve`` that can be killed, paused, and sent to another hour."""

    def __init__(self, data: Path, settings: Settings, environment: dict[str, str] | None = None) -> None:
        if not FAKETIME.exists():
            raise RuntimeError("libfaketime is not installed: apt-get install faketime")
        self.data = data
        self.port = free_port()
        self._settings: Settings = {**settings, "server": {**settings.get("server", {}), "port": self.port}}
        self._clock = data.parent / f"{data.name}.clock"
        self._clock.write_text("+0")
        self._environment = dict(environment or {}) | {
            "LD_PRELOAD": str(FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._log: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start, and wait until the node says that it is ready. Raises ``RuntimeError`` with its output otherwise."""
        self._process, self._log = start_shop(self.data, self._settings, environment=self._environment)
        async with httpx.AsyncClient() as http:
            for _ in range(int(START_SECONDS / 0.1)):
                if self._process.poll() is not None:
                    break
                with contextlib.suppress(httpx.TransportError):
                    if (await http.get(self.url + "/readyz", timeout=2)).status_code == 200:
                        return
                await asyncio.sleep(0.1)
        raise RuntimeError("the node did not start:\n" + self._log.read_text(errors="replace")[-4000:])

    def kill(self) -> None:
        """``kill -9``: nothing is flushed, nobody is told."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def move_clock(self, hours: float) -> None:
        """Let the node believe that it is ``hours`` later (or earlier) than it is, within about a second."""
        self._clock.write_text(f"{hours:+.2f}h" if hours else "+0")

    def stop(self) -> None:
        """End it politely, then at once."""
        if self._process is None or self._process.poll() is not None:
            return
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)


@dataclass(slots=True)
class Cluster:
    """The nodes and what they stand on. ``None`` where the system has no such part."""

    nodes: list[Node]
    database: str  # path of the SQLite file, or PostgreSQL's DSN of a superuser
    disk: Path | None = None
    postgres: Postgres | None = None
    redis_port: int | None = None
    _redis: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    async def start(self) -> None:
        for node in self.nodes:
            await node.start()

    def fill_disk(self) -> None:
        """Leave no byte free on the nodes' disk."""
        if self.disk is not None:
            with (self.disk / "ballast").open("ab", buffering=0) as ballast, contextlib.suppress(OSError):
                while True:
                    ballast.write(b"\0" * 65_536)

    def free_disk(self) -> None:
        if self.disk is not None:
            (self.disk / "ballast").unlink(missing_ok=True)

    def stop_redis(self) -> None:
        self._redis.close()

    def start_redis(self) -> None:
        if self.redis_port is not None:
            self._redis.enter_context(running_redis(port=self.redis_port))

    def stop_postgres(self) -> None:
        """An immediate shutdown: what was not synced is gone, recovery runs at the next start."""
        if self.postgres is not None:
            self.postgres.process.send_signal(signal.SIGQUIT)
            self.postgres.process.wait()

    def start_postgres(self) -> None:
        if self.postgres is None:
            return
        account: dict[str, Any] = {}
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            account = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        with (self.postgres.folder / "log").open("ab") as log:
            self.postgres.process = subprocess.Popen(
                self.postgres.process.args, stdout=log, stderr=log, cwd=self.postgres.folder, **account
            )
        ready = [postgres_binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-t", "30"]
        subprocess.run(ready, check=False)


@contextlib.contextmanager
def sqlite_cluster(
    folder: Path, settings: Settings | None = None, environment: dict[str, str] | None = None
) -> Iterator[Cluster]:
    """One node on SQLite, on a small file system of its own in memory, so that its disk can be filled."""
    disk = folder / "disk"
    disk.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_BYTES}", "tmpfs", str(disk)], check=True)
    try:
        node = Node(disk / "data", settings or {}, environment)
        cluster = Cluster([node], str(disk / "data" / "liyu.sqlite3"), disk=disk)
        try:
            yield cluster
        finally:
            node.stop()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)


@contextlib.contextmanager
def postgres_cluster(
    folder: Path, settings: Settings | None = None, environment: dict[str, str] | None = None
) -> Iterator[Cluster]:
    """Two nodes on one durable PostgreSQL and one Redis."""
    with running_postgres(durable=True) as postgres, contextlib.ExitStack() as redis:
        dsn = asyncio.run(postgres.create())
        server = redis.enter_context(running_redis())
        shared: Settings = {
            **(settings or {}),
            "database": {"url": dsn},
            "bus": {"url": server.url},
            "data": {"secret": "f" * 40},
        }
        nodes = [Node(folder / f"node{number}", shared, environment) for number in (1, 2)]
        superuser = dsn.replace("//liyu@", "//postgres@", 1)
        cluster = Cluster(nodes, superuser, postgres=postgres, redis_port=server.port, _redis=redis)
        try:
            yield cluster
        finally:
            for node in nodes:
                node.stop()
