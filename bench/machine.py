"""The machine that figures are measured on: which core serves, which one loads, and what stands in the conditions."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path
from typing import Final

#: The core of the server (and of its database and of every peer's server), and the core of the load.
SERVER_CORE: Final = min(os.sched_getaffinity(0))
LOAD_CORE: Final = max(os.sched_getaffinity(0))


def load_here() -> None:
    """Keep this process on the load's core."""
    os.sched_setaffinity(0, {LOAD_CORE})


def on_server_core() -> tuple[str, ...]:
    """A command's prefix that keeps it on the server's core."""
    return ("taskset", "-c", str(SERVER_CORE))


def pin(pid: int, core: int = SERVER_CORE) -> None:
    """Keep a process with all its threads, and what it will start, on ``core``."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


def resident_kb(pid: int) -> int:
    """Memory of a process that is in RAM, in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError(f"process {pid} has no resident memory")


def processor_s(pid: int) -> float:
    """Processor time that a process's threads have used, in seconds, to the nanosecond."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def described() -> str:
    """What stands in every figure's conditions."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores shared with other work (load {load:.1f}), Linux {platform.release()}, "
        f"Python {sys.version_info.major}.{sys.version_info.minor}"
    )
