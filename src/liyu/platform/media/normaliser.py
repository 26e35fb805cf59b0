"""Runs the limited process for one file at a time and place: bounded in number, in time, and always reaped.

Nothing of a stranger's file is decoded in the server's own process.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

import liyu
from liyu.platform.media.errors import BY_CODE, MediaBusy, TooCostly, Unreadable
from liyu.platform.media.limits import Limits

Job = Literal["picture", "voice", "clip"]

AT_ONCE: Final = 2  # processes; more only take the processor from the conversation
WAITING: Final = 32  # files in the queue; beyond it the caller is told to come back
BUSY_MS: Final = 3_000
_MODULE: Final = "liyu.platform.media.worker"


@dataclass(frozen=True, slots=True)
class Normalised:
    """What a job gave: facts of the record, and variant (``main``, ``thumb``, ``poster``) → the file written."""

    width: int | None
    height: int | None
    duration_ms: int | None
    waveform: tuple[int, ...] | None
    variants: dict[str, Path]


#: Suffix of a written file → its media type.
MEDIA_TYPES: Final = {".webp": "image/webp", ".m4a": "audio/mp4", ".webm": "video/webm"}


class Normaliser:
    """Shared by all requests of one process."""

    def __init__(self, limits: Limits | None = None, *, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self.limits = limits or Limits()
        self._places = asyncio.Semaphore(at_once)
        self._most = at_once + waiting
        self._taken = 0

    async def run(self, job: Job, media_type: str, source: Path, target: Path) -> Normalised:
        """Normalise ``source`` into the empty folder ``target``.

        Raises a ``MediaRefused``: what is wrong with the file, ``TooCostly``, or ``MediaBusy`` when too many wait.
        """
        if self._taken >= self._most:
            raise MediaBusy(retry_after_ms=BUSY_MS)
        self._taken += 1
        try:
            async with self._places:
                answer = await self._process(job, media_type, source, target)
        finally:
            self._taken -= 1
        return _normalised(answer, target)

    async def _process(self, job: Job, media_type: str, source: Path, target: Path) -> dict[str, Any]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-s", "-m", _MODULE, job, media_type, str(source), str(target)),
            msgspec.json.encode(self.limits).decode(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a decoder's complaints hold what the file says: not for the log
            cwd=target,
            env={"PYTHONPATH": _package_root(), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(self.limits.wall_s):
                printed, _ = await process.communicate()
        except TimeoutError:
            raise TooCostly() from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return _answer(process.returncode, printed)


def _answer(code: int | None, printed: bytes) -> dict[str, Any]:
    """The facts, or the refusal that the process printed or died of."""
    if code in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ):
        raise TooCostly()
    try:
        answer: dict[str, Any] = msgspec.json.decode(printed, type=dict[str, Any])
    except msgspec.DecodeError:
        raise Unreadable() from None  # the decoder fell over the file: a crash stays in that process
    if "refused" in answer:
        raise BY_CODE.get(answer["refused"], Unreadable)(**answer["details"])
    facts: dict[str, Any] = answer["facts"]
    return facts


def _normalised(facts: dict[str, Any], target: Path) -> Normalised:
    waveform = facts.get("waveform")
    return Normalised(
        width=facts.get("width"),
        height=facts.get("height"),
        duration_ms=facts.get("duration_ms"),
        waveform=None if waveform is None else tuple(waveform),
        variants={path.stem: path for path in sorted(target.iterdir()) if path.suffix in MEDIA_TYPES},
    )


def _package_root() -> str:
    """The folder that holds the ``liyu`` package: the only addition to the child's path."""
    return os.fspath(Path(liyu.__file__).resolve().parent.parent)
