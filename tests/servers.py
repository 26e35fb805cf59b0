"""Real servers for tests: PostgreSQL, Redis and the shop itself, each a child process on a free loopback port.

Every function is a context manager that ends exactly the process it started. Nothing listens beyond loopback.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx

from liyu.kit.ids import new_id

ROOT: Final = Path(__file__).resolve().parent.parent
START_SECONDS: Final = 60.0  # a start is retried until then; a loaded machine is slow, not broken
STOP_SECONDS: Final = 20.0
_ANNOUNCED: Final = re.compile(r"^\s*(?:\S+\s+)?(https?://[\w.\[\]:]+?)/?\s*$", re.MULTILINE)


class ServerDidNotStart(RuntimeError):
    """A child ended, or did not answer in time; the message carries what it wrote."""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# ── PostgreSQL ─────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Postgres:
    """A running PostgreSQL. The role ``liyu`` owns the databases and is no superuser, so row security binds it."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes]

    def dsn(self, name: str, role: str = "liyu") -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{name}"

    async def create(self, *, template: str = "template1") -> str:
        """Make a new database, a copy of ``template``, and return its DSN."""
        name = new_id("t")
        await self._admin(f'create database "{name}" template "{template}" owner liyu')
        return self.dsn(name)

    async def drop(self, dsn: str) -> None:
        """Remove a database, ending whoever is still connected."""
        await self._admin(f'drop database if exists "{dsn.rpartition("/")[2]}" with (force)')

    async def _admin(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn("postgres", "postgres"))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@contextlib.contextmanager
def running_postgres(*, durable: bool = False, options: Sequence[str] = ()) -> Iterator[Postgres]:
    """Start PostgreSQL in a temporary folder. ``durable``: sync to disk (only fault tests need it)."""
    binaries = postgres_binaries()
    folder = Path(tempfile.mkdtemp(prefix="liyu-pg-"))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        account = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data = folder / "data"
    initdb = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-locale",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=folder, **account)
    port = free_port()
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": folder,
        "max_connections": 200,
    }
    if not durable:
        settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    command = [str(binaries / "postgres"), "-D", str(data), *options]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **account)
    try:
        _wait_for_postgres(process, port, folder / "log")
        server = Postgres(port, folder, process)
        yield server
        process = server.process  # a fault test may have started another one in its place
    finally:
        _end(process, signal.SIGINT)
        shutil.rmtree(folder, ignore_errors=True)


def postgres_binaries() -> Path:
    """Where Debian keeps ``initdb`` and ``postgres``, newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not found:
        raise ServerDidNotStart("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1]


def _wait_for_postgres(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    isready = [postgres_binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    _wait(process, log, lambda: subprocess.run(isready).returncode == 0)
    psql = [postgres_binaries() / "psql", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres"]
    subprocess.run([*psql, "-c", "create role liyu login nosuperuser nobypassrls"], check=True)


# ── Redis ──────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Redis:
    """A running Redis that keeps nothing on disk."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"


@contextlib.contextmanager
def running_redis(*, port: int | None = None) -> Iterator[Redis]:
    """Start Redis. ``port``: the one to take (a server that comes back), else a free one."""
    program = shutil.which("redis-server")
    if program is None:
        raise ServerDidNotStart("Redis is not installed: apt-get install redis-server")
    folder = Path(tempfile.mkdtemp(prefix="liyu-redis-"))
    port = port or free_port()
    command = [
        program,
        "--bind",
        "127.0.0.1",
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(process, folder / "log", lambda: _listens(port))
        yield Redis(port, process)
    finally:
        _end(process, signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


# ── the shop ───────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Shop:
    """A running ``liyu serve``."""

    url: str
    data: Path
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def websocket(self) -> str:
        return self.url.replace("http", "ws", 1) + "/api/v1/ws"

    @property
    def pid(self) -> int:
        return self.process.pid

    def output(self) -> str:
        """What the server has written so far."""
        return self.log.read_text(errors="replace")


@contextlib.contextmanager
def running_shop(
    data: Path,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    demo: bool = True,
    prefix: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Shop]:
    """Start ``liyu serve`` on ``data`` and wait until it is ready.

    ``settings``: section → field → value, over the defaults (a free port, quiet log). ``demo``: seed the demo shop
    when the database is empty. ``prefix``: a command that runs the server (``strace …``, ``faketime …``).
    ``environment``: further variables of the child.
    """
    process, log = start_shop(data, settings, demo=demo, prefix=prefix, environment=environment)
    try:
        url = announced(process, log)
        _wait(process, log, lambda: _is_ready(url))
        yield Shop(url, data, log, process)
    finally:
        _end(process, signal.SIGTERM)


def start_shop(
    data: Path,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    demo: bool = True,
    prefix: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> tuple[subprocess.Popen[bytes], Path]:
    """Start the child alone, for tests about starting. Returns it with the file it writes to."""
    data.mkdir(parents=True, exist_ok=True)
    command = [*prefix, sys.executable, "-m", "liyu.app.cli", "serve", *(["--demo"] if demo else [])]
    log = data / f"{new_id('serve')}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            cwd=ROOT,
            env=shop_environment(data, settings) | dict(environment or {}),
        )
    return process, log


def shop_environment(data: Path, settings: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, str]:
    """The environment of a shop's process: the settings as variables, and nothing of the caller's own shop."""
    values: dict[str, dict[str, Any]] = {
        "server": {"port": 0},
        "data": {"folder": str(data)},
        "log": {"format": "json"},
    }
    for section, fields in (settings or {}).items():
        values.setdefault(section, {}).update(fields)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LIYU_")}
    environment["PYTHONPATH"] = str(ROOT / "src")
    environment["PYTHONUNBUFFERED"] = "1"
    for section, fields in values.items():
        for name, value in fields.items():
            text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            environment[f"LIYU_{section}_{name}".upper()] = text
    return environment


def announced(process: subprocess.Popen[bytes], log: Path) -> str:
    """The address that a starting shop prints on a line of its own."""
    found: list[str] = []

    def look() -> bool:
        found[:] = _ANNOUNCED.findall(log.read_text(errors="replace"))
        return bool(found)

    _wait(process, log, look)
    return found[0]


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(url + "/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(process: subprocess.Popen[bytes], log: Path, done: Any) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not done():
        if process.poll() is not None:
            raise ServerDidNotStart(f"ended with {process.returncode}:\n{log.read_text(errors='replace')[-4000:]}")
        if time.monotonic() > deadline:
            raise ServerDidNotStart(f"did not answer in time:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes], by: signal.Signals) -> None:
    """Ask the child to end, then insist."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)  # a test may have left it stopped
        process.send_signal(by)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
