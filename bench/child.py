"""Peers and probes as child processes on the server's core: each prints its port, and is ended by its id."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from bench import machine

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent
CACHE: Final = ROOT / ".cache" / "bench"


class PeerMissing(RuntimeError):
    """A peer cannot be built here; the message says what is missing."""


@contextlib.contextmanager
def announced(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Iterator[tuple[int, int]]:
    """Run ``command`` on the server's core; yields its port and process id."""
    process = subprocess.Popen(
        [*machine.on_server_core(), *command],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=dict(os.environ) | {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"} | dict(environment or {}),
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise PeerMissing(f"{command[0]} ended before it listened")
        yield int(line), process.pid
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def group_commit(kind: str, dsn: str = "") -> Iterator[tuple[str, int]]:
    """The probe of durable messages; yields its address and process id."""
    with tempfile.TemporaryDirectory(prefix="liyu-probe-") as folder:
        where = f"{folder}/probe.sqlite3" if kind == "sqlite" else dsn
        with announced([sys.executable, "-m", "bench.probes.group_commit", kind, where]) as (port, pid):
            yield f"ws://127.0.0.1:{port}/", pid


@contextlib.contextmanager
def centrifuge() -> Iterator[tuple[str, int]]:
    """Our small program on the centrifuge module; yields its address and process id. Raises ``PeerMissing``."""
    program = _built(
        "centrifuge", ["go", "build", "-o", str(CACHE / "centrifuge"), "."], HERE / "peers" / "centrifuge", "go"
    )
    with announced([str(program)], {"GOMAXPROCS": "1"}) as (port, pid):
        yield f"ws://127.0.0.1:{port}/ws", pid


def send_limit(readers: int, seconds: float) -> float:
    """Messages a second that one core can hand to ``readers`` sockets by one ``send()`` each."""
    source = HERE / "probes" / "send_limit.c"
    program = _built("send_limit", ["cc", "-O2", "-o", str(CACHE / "send_limit"), str(source)], ROOT, "cc")
    cores = str(machine.SERVER_CORE), str(machine.LOAD_CORE)
    allowed = {machine.SERVER_CORE, machine.LOAD_CORE}
    printed = subprocess.run(
        [str(program), str(readers), str(seconds), *cores],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=lambda: os.sched_setaffinity(0, allowed),
    )
    return float(printed.stdout)


def _built(name: str, command: Sequence[str], folder: Path, tool: str) -> Path:
    """Build with the machine's own compiler, which sees by itself whether there is anything to do."""
    CACHE.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise PeerMissing(f"{tool} is not installed") from None
    if done.returncode != 0:
        raise PeerMissing(f"{name} could not be built: {done.stderr.strip()[-300:]}")
    return CACHE / name
