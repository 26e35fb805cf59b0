"""What the command line says, in both languages. Chinese when ``LANG`` (or ``LC_ALL``) asks for it, else English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "open": ("礼遇开门了。", "Liyu is open."),
    "shop": ("店铺", "Shop"),
    "desk": ("工作台", "Desk"),
    "demo": ("演示账号（只在这台机器上有效）：", "Demo log-ins (they work on this machine only):"),
    "role.guide": ("导购", "guide"),
    "role.designer": ("设计师", "designer"),
    "role.owner": ("店主", "owner"),
    "role.manager": ("店长", "manager"),
    "role.customer": ("顾客", "customer"),
    "stop": ("按 Ctrl+C 关店。", "Press Ctrl+C to close the shop."),
    "closing": ("正在关店，等手上的事办完……", "Closing: letting what is under way finish …"),
    "tables": ("正在准备数据表……", "Preparing the tables …"),
    "seeding": ("正在布置演示店铺……", "Setting up the demo shop …"),
    "interrupted": ("已停止。", "Stopped."),
}


def language_of_terminal(environment: Mapping[str, str]) -> str:
    """``zh`` or ``en``, as the terminal's locale says."""
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


def sentence(code: str, language: str, **values: Any) -> str:
    """The sentence ``code`` with its values filled in."""
    chinese, english = SENTENCES[code]
    return (chinese if language == "zh" else english).format(**values)
