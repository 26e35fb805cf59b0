"""The data folder: made, locked for one server, with a secret that is made once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from liyu.app import folder
from liyu.app.settings import DataSettings


def test_the_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    made = folder.prepare(DataSettings(folder=str(tmp_path / "a" / "b")))
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert list(made.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(folder.FolderUnwritable) as caught:
        folder.prepare(DataSettings(folder=str(tmp_path / "file" / "data")))
    assert str(tmp_path / "file" / "data") in caught.value.message("en")
    assert "DATA=" in caught.value.message("en")
    assert "DATA=" in caught.value.message("zh")


def test_one_server_alone_holds_the_folder(tmp_path: Path) -> None:
    with folder.lock(tmp_path), pytest.raises(folder.FolderInUse):
        folder.lock(tmp_path)
    folder.lock(tmp_path).close()


def test_the_secret_is_made_once_and_kept_for_its_owner(tmp_path: Path) -> None:
    first = folder.secret(DataSettings(), tmp_path)
    assert len(first) >= folder.MIN_SECRET
    assert folder.secret(DataSettings(), tmp_path) == first
    assert stat.S_IMODE((tmp_path / folder.KEPT).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [folder.KEPT]


def test_a_given_secret_is_used_and_must_be_long(tmp_path: Path) -> None:
    assert folder.secret(DataSettings(secret="s" * 32), tmp_path) == b"s" * 32
    with pytest.raises(folder.SecretTooShort):
        folder.secret(DataSettings(secret="short"), tmp_path)
    assert list(tmp_path.iterdir()) == []
