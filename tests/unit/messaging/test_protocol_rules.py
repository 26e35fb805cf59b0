"""Every rule of docs/protocol.md is cited by a test that holds it, and no test cites a rule that is not there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
RULE = re.compile(r"\bR(\d{1,2})\b")


def cited() -> set[int]:
    """Rule numbers in tests, Python and TypeScript."""
    files = [*ROOT.glob("tests/**/test_*.py"), *ROOT.glob("web/packages/*/tests/**/*.test.ts")]
    return {
        int(number)
        for path in files
        if path != Path(__file__).resolve()
        for number in RULE.findall(path.read_text(encoding="utf-8"))
    }


def test_every_rule_is_cited() -> None:
    stated = {int(number) for number in re.findall(r"^- \*\*R(\d+)\*\*", _document(), re.MULTILINE)}
    assert stated == set(range(1, max(stated) + 1))
    assert cited() == stated


def _document() -> str:
    return (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
