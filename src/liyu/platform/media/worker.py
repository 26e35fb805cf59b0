"""The limited process: ``python -m liyu.platform.media.worker JOB MEDIA_TYPE SOURCE TARGET LIMITS``.

It bounds itself before it looks at a byte of the file: processor time, address space, file size, open files, no new
processes, no new privileges, and it dies with its parent. It reads SOURCE, writes into TARGET and prints one JSON
line: ``{"facts": {…}}`` or ``{"refused": code, "details": {…}}``. It opens no socket and reads no settings.
"""

from __future__ import annotations

import ctypes
import resource
import signal
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from liyu.platform.media.errors import MediaRefused
from liyu.platform.media.limits import Limits

JOBS: Final = ("picture", "voice", "clip")
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38


def main(arguments: list[str]) -> int:
    """Do one job. Returns 0 when a line was printed."""
    job, media_type, source, target, encoded = arguments
    limits = msgspec.json.decode(encoded, type=Limits)
    bound(limits)
    try:
        answer: dict[str, Any] = {"facts": _run(job, media_type, Path(source), Path(target), limits)}
    except MediaRefused as refusal:
        answer = {"refused": refusal.code, "details": refusal.details}
    except MemoryError:
        answer = {"refused": "media.too_costly", "details": {}}
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    return 0


def bound(limits: Limits) -> None:
    """Set the limits on this process, hard: it cannot raise them again (``RLIMIT_NPROC`` does not bind root)."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    for kind, value in (
        (resource.RLIMIT_CPU, limits.cpu_s),
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, limits.output_bytes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _run(job: str, media_type: str, source: Path, target: Path, limits: Limits) -> dict[str, Any]:
    if job == "picture":
        from liyu.platform.media.picture import normalise_picture

        return normalise_picture(source, media_type, target, limits)
    if job == "voice":
        from liyu.platform.media.voice import normalise_voice

        return normalise_voice(source, media_type, target, limits)
    from liyu.platform.media.clip import normalise_clip

    return normalise_clip(source, media_type, target, limits)


def _prctl(option: int, value: int) -> None:
    """Linux only; elsewhere the resource limits stand alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
