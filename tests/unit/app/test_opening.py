"""What a start says and refuses, decided without a server."""

from __future__ import annotations

import pytest

from liyu.app.demo import Login
from liyu.app.listening import is_loopback
from liyu.app.opening import greeting
from liyu.app.sentences import SENTENCES, language_of_terminal, sentence


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.5", False),
        ("shop.example", False),
        ("localhost.example", False),
        ("", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
    ],
)
def test_the_terminal_says_the_language(environment: dict[str, str], language: str) -> None:
    assert language_of_terminal(environment) == language


def test_the_greeting_shows_addresses_and_logins() -> None:
    text = greeting("http://127.0.0.1:8080", [Login("陈静", "chenjing", "chenjing-liyu", "guide")], "en")
    assert "http://127.0.0.1:8080/\n" in text
    assert "http://127.0.0.1:8080/desk\n" in text
    assert "chenjing  chenjing-liyu" in text
    assert "陈静 · guide" in text


def test_without_demo_people_no_password_is_shown() -> None:
    assert sentence("demo", "en") not in greeting("http://127.0.0.1:1", [], "en")


def test_every_sentence_has_both_languages_with_the_same_places_to_fill() -> None:
    def places(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    for code, (chinese, english) in SENTENCES.items():
        assert chinese, code
        assert english, code
        assert places(chinese) == places(english), code
