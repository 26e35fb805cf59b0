"""The data folder: that it can be written, that one server alone uses it, and the secret inside."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from pathlib import Path
from typing import IO, Final

from liyu.app.settings import DataSettings
from liyu.kit.errors import Reason, Refusal

MIN_SECRET: Final = 32  # characters; the setting says so too
KEPT: Final = "secret.key"
_LOCK_FILE: Final = "serving.lock"


class FolderUnwritable(Refusal):
    """The data folder cannot be made or written."""

    code = "data.unwritable"
    reason = Reason.UNAVAILABLE
    zh = "数据文件夹 {folder} 写不进去（{why}）。请换一个：make run DATA=… 或 --data …"
    en = "The data folder {folder} cannot be written ({why}). Choose another: make run DATA=… or --data …"


class FolderInUse(Refusal):
    """Another server works on this folder."""

    code = "data.in_use"
    reason = Reason.CONFLICT
    zh = "另一个礼遇正在使用数据文件夹 {folder}。请先关掉它，或换一个文件夹。"
    en = "Another Liyu is using the data folder {folder}. Stop it first, or choose another folder."


class SecretTooShort(Refusal):
    """``data.secret`` is shorter than ``MIN_SECRET``."""

    code = "data.secret_too_short"
    zh = "设置 data.secret 太短，至少 {least} 个字符。"
    en = "The setting data.secret is too short: at least {least} characters are needed."


def prepare(settings: DataSettings) -> Path:
    """Make the folder, readable by its owner alone, and return it. Raises ``FolderUnwritable``."""
    folder = settings.path
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise FolderUnwritable(folder=str(folder), why=error.strerror or type(error).__name__) from None
    return folder


def lock(folder: Path) -> IO[bytes]:
    """Hold the folder for this process until the returned file is closed. Raises ``FolderInUse``."""
    held = (folder / _LOCK_FILE).open("wb")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        held.close()
        raise FolderInUse(folder=str(folder)) from None
    return held


def secret(settings: DataSettings, folder: Path) -> bytes:
    """The installation's secret: the setting, or the one kept in ``folder``, made at the first start."""
    if settings.secret:
        if len(settings.secret) < MIN_SECRET:
            raise SecretTooShort(least=MIN_SECRET)
        return settings.secret.encode()
    file = folder / KEPT
    if not file.exists():
        _write_once(file, secrets.token_hex(32).encode())
    return file.read_bytes()


def _write_once(file: Path, content: bytes) -> None:
    """Put ``content`` there whole, or leave what another process put there first."""
    draft = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, file)
    draft.unlink()
