"""``docs/settings.md``, written from the settings themselves so that it cannot be wrong.

Run as ``python -m liyu.app.settings_document > docs/settings.md``; a test compares.
"""

from __future__ import annotations

import inspect
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from msgspec import Meta

from liyu.app.settings import SECTIONS
from liyu.kit.settings import Section

_OPENING = """# Settings

The shop runs without any of these. To change one, write it into a TOML file and start with `--config FILE`
(or set `LIYU_CONFIG`), or set its environment variable, or both; the environment wins, the command line wins over it.
Lists are written with commas in the environment.

```toml
[server]
port = 9000
public_url = "https://shop.example"

[database]
url = "postgresql://liyu:secret@127.0.0.1/liyu"
```
"""


def document() -> str:
    """The whole page, in Markdown."""
    return "\n".join([_OPENING, *(_section(name, kind) for name, kind in SECTIONS.items())])


def _section(name: str, kind: type[Section]) -> str:
    lines = [f"## {name}", "", inspect.cleandoc(kind.__doc__ or ""), ""]
    lines += ["| Field | Environment | Values | Default | Meaning |", "|---|---|---|---|---|"]
    defaults = kind()
    for field, hint in get_type_hints(kind, include_extras=True).items():
        default = getattr(defaults, field)
        shown = ", ".join(default) if isinstance(default, tuple) else default
        cells = (
            f"`{field}`",
            f"`LIYU_{name}_{field}`".upper(),
            _values(hint),
            f"`{shown}`" if shown != "" else "empty",
        )
        lines.append("| " + " | ".join((*cells, meta_of(hint).description or "")) + " |")
    return "\n".join(lines) + "\n"


def meta_of(hint: Any) -> Meta:
    """The bounds and the description of a field."""
    if get_origin(hint) is Annotated:
        for extra in get_args(hint)[1:]:
            if isinstance(extra, Meta):
                return extra
    return Meta()


def _values(hint: Any) -> str:
    meta = meta_of(hint)
    kind = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return "list of " + (_values(inner) if get_origin(inner) is Literal else "text")
    if kind is bool:
        return "`true`, `false`"
    if kind is int:
        return f"{meta.ge:,} to {meta.le:,}" if meta.le is not None else f"{meta.ge:,} or more"
    return "text"


if __name__ == "__main__":
    print(document(), end="")
