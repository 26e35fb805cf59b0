"""The program's log: one line each, structured, without what a traceback's variables hold."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from liyu.app import logs
from liyu.app.settings import LogSettings


@pytest.fixture
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def broken(password: str) -> None:
    raise RuntimeError("no " + "way")


def written(form: Literal["text", "json"], capfd: pytest.CaptureFixture[str]) -> str:
    logs.configure(LogSettings(format=form))
    log = structlog.get_logger("test")
    log.info("a request came", route="/x", name="周屿")
    log.debug("not written")
    try:
        broken("hunter2")
    except RuntimeError as error:
        log.error("it failed", exc_info=error)
    logging.getLogger("library").warning("plain %s", "words")
    return capfd.readouterr().err


def test_machines_get_one_json_object_a_line(restored: None, capfd: pytest.CaptureFixture[str]) -> None:
    lines = [json.loads(line) for line in written("json", capfd).splitlines()]
    assert [line["event"] for line in lines] == ["a request came", "it failed", "plain words"]
    assert (lines[0]["route"], lines[0]["name"], lines[0]["level"]) == ("/x", "周屿", "info")
    assert lines[1]["exception"][0]["exc_value"] == "no way"
    assert lines[2]["logger"] == "library"


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_variable_of_a_traceback_is_written(
    form: Literal["text", "json"], restored: None, capfd: pytest.CaptureFixture[str]
) -> None:
    text = written(form, capfd)
    assert "broken" in text
    assert "hunter2" not in text.replace('broken("hunter2")', "")
