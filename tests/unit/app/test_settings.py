"""Settings are read once, from a file and the environment, and everything about them is written down."""

from __future__ import annotations

from pathlib import Path
from typing import get_type_hints

import pytest

from liyu.app.settings import SECTIONS, BadSettings, Settings, load
from liyu.app.settings_document import document, meta_of

ROOT = Path(__file__).resolve().parents[3]


def written(folder: Path, text: str) -> Path:
    file = folder / "liyu.toml"
    file.write_text(text)
    return file


def test_nothing_said_means_the_defaults() -> None:
    assert load(None, {"PATH": "/bin"}) == Settings()


def test_environment_wins_over_file_and_command_line_over_both(tmp_path: Path) -> None:
    file = written(tmp_path, '[server]\nport = 1000\nhost = "::1"\n[bus]\nprefix = "a"')
    environment = {"LIYU_SERVER_PORT": "2000", "LIYU_BUS_PREFIX": "b"}
    found = load(file, environment, {"server": {"port": 3000}})
    assert (found.server.host, found.server.port, found.bus.prefix) == ("::1", 3000, "b")


def test_lists_in_the_environment_are_written_with_commas() -> None:
    found = load(None, {"LIYU_SERVER_ROLES": "api, worker", "LIYU_SERVER_ORIGINS": ""})
    assert (found.server.roles, found.server.origins) == (("api", "worker"), ())


@pytest.mark.parametrize(
    ("environment", "part"),
    [
        ({"LIYU_SERVER_PORT": "many"}, "server.port"),
        ({"LIYU_SERVER_PORT": "65536"}, "server.port"),
        ({"LIYU_SERVER_ROLES": "cook"}, "server.roles"),
        ({"LIYU_SERVER_COLOUR": "red"}, "LIYU_SERVER_COLOUR"),
        ({"LIYU_CELLAR_WINE": "1"}, "LIYU_CELLAR_WINE"),
        ({"LIYU_DATABASE_URL": "mysql://x"}, "database.url"),
    ],
)
def test_an_impossible_setting_is_named(environment: dict[str, str], part: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load(None, environment)
    assert part in caught.value.message("en")
    assert part in caught.value.message("zh")


@pytest.mark.parametrize("text", ["[server\n", "[kitchen]\nport = 1", "port = 1", "[server]\ncolour = 1"])
def test_a_wrong_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSettings):
        load(written(tmp_path, text), {})


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"settings\.invalid"):
        load(tmp_path / "nowhere.toml", {})


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(AttributeError):
        Settings().server.port = 1  # type: ignore[misc]


def test_every_field_is_described() -> None:
    bare = [
        f"{section}.{field}"
        for section, kind in SECTIONS.items()
        for field, hint in get_type_hints(kind, include_extras=True).items()
        if not (meta_of(hint).description or "").endswith((".", "`.", "…"))
    ]
    assert bare == []


def test_every_section_is_described() -> None:
    assert [name for name, kind in SECTIONS.items() if not (kind.__doc__ or "").strip()] == []


def test_the_document_is_what_the_settings_say() -> None:
    assert (ROOT / "docs/settings.md").read_text() == document()
