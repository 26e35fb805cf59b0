"""The stickers that the server takes are those that the applications carry, each with its picture and its name."""

from __future__ import annotations

import re
from pathlib import Path

from liyu.messaging.stickers import STICKERS

FOLDER = Path(__file__).resolve().parents[3] / "web" / "packages" / "conversation" / "src" / "stickers"


def test_both_sides_know_the_same_stickers() -> None:
    source = (FOLDER / "stickers.ts").read_text(encoding="utf-8")
    offered = re.search(r"STICKERS = \[(.*?)\]", source, re.DOTALL)
    assert offered
    assert set(re.findall(r'"([a-z-]+)"', offered[1])) == STICKERS
    assert {path.stem for path in FOLDER.glob("*.webp")} >= STICKERS
