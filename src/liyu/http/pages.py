"""HTML pages: the head that browsers and link previews read, the first content, and the application that takes over.

No rule of a domain stands here; the routes pass in what a page says. Everything that is not markup is escaped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

from starlette.responses import HTMLResponse, Response

from liyu.http.assets import Entry
from liyu.http.language import Language
from liyu.http.security import new_nonce, page_policy

_SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "name": ("礼遇", "Liyu"),
    "missing.title": ("这一页不在了", "This page is not here"),
    "missing.text": (
        "地址可能写错了，或者商品已经下架。",
        "The address may be mistyped, or the gift is no longer offered.",
    ),
    "missing.home": ("回到店里", "Back to the shop"),
    "empty.title": ("店铺还没有开张", "There is no shop yet"),
    "empty.text": ("请店主运行 liyu init 来开店。", "Its owner opens one with: liyu init"),
    "unbuilt.title": ("网页还没有构建", "The pages are not built yet"),
    "unbuilt.text": ("请运行 make run，它会构建网页。", "Run make run, which builds them."),
    "script": ("这家店需要打开 JavaScript 才能聊天。", "Please switch JavaScript on to talk with the shop."),
}


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says about itself.

    ``picture``: absolute address for link previews. ``facts``: JSON-LD documents. ``content``: trusted HTML that
    stands until the application draws. ``data``: what the application would otherwise ask for first.
    """

    title: str
    description: str = ""
    canonical: str = ""
    picture: str = ""
    kind: str = "website"
    facts: Sequence[Mapping[str, Any]] = ()
    content: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    indexed: bool = True


def words(code: str, language: Language) -> str:
    """A sentence of the pages themselves."""
    return _SENTENCES[code][0 if language == "zh-CN" else 1]


def page(entry: Entry | None, shown: Page, language: Language, *, status: int = 200) -> Response:
    """The page, drawn further by the application of ``entry`` (``None``: it has not been built)."""
    if entry is None:
        return notice("unbuilt", language, status=503)
    nonce = new_nonce()
    return _response(document(entry, shown, language, nonce), nonce, status)


def notice(code: str, language: Language, *, status: int, home: str = "") -> Response:
    """A page of one sentence (``missing``, ``empty``, ``unbuilt``) that needs no application."""
    link = f'<p><a href="{escape(home)}">{escape(words("missing.home", language))}</a></p>' if home else ""
    title = escape(words(f"{code}.title", language))
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        '<link rel="icon" href="/favicon.svg" type="image/svg+xml"></head>'
        f"<body><main><h1>{title}</h1><p>{escape(words(f'{code}.text', language))}</p>{link}</main></body></html>"
    )
    return _response(html, new_nonce(), status)


def document(entry: Entry, shown: Page, language: Language, nonce: str) -> str:
    """The HTML of a page."""
    head = "\n".join(_head(entry, shown, nonce))
    data = _script("application/json", shown.data, nonce, ' id="liyu-page"') if shown.data else ""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n{head}\n</head>\n<body>\n'
        f'<div id="app">{shown.content}</div>\n'
        f"<noscript><p>{escape(words('script', language))}</p></noscript>\n{data}\n</body>\n</html>\n"
    )


def _head(entry: Entry, shown: Page, nonce: str) -> list[str]:
    lines = [
        '<meta charset="utf-8">',
        f"<title>{escape(shown.title)}</title>",
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
        '<meta name="color-scheme" content="light dark">',
        '<link rel="icon" href="/favicon.svg" type="image/svg+xml">',
        *(f'<link rel="stylesheet" href="{escape(style)}">' for style in entry.styles),
        f'<script type="module" src="{escape(entry.script)}"></script>',
        *(f'<link rel="modulepreload" href="{escape(file)}">' for file in entry.preloads),
    ]
    if shown.description:
        lines.append(f'<meta name="description" content="{escape(shown.description)}">')
    if not shown.indexed:
        return [*lines, '<meta name="robots" content="noindex">']
    graph = {"og:type": shown.kind, "og:title": shown.title, "og:description": shown.description}
    graph |= {"og:url": shown.canonical, "og:image": shown.picture}
    lines += [f'<meta property="{name}" content="{escape(value)}">' for name, value in graph.items() if value]
    if shown.canonical:
        lines.append(f'<link rel="canonical" href="{escape(shown.canonical)}">')
    return lines + [_script("application/ld+json", fact, nonce) for fact in shown.facts]


def _script(kind: str, value: Any, nonce: str, more: str = "") -> str:
    """Data inside a script element: ``<`` is escaped, so no text can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f'<script type="{kind}" nonce="{nonce}"{more}>{text}</script>'


def _response(html: str, nonce: str, status: int) -> Response:
    headers = {
        "content-security-policy": page_policy(nonce),
        "cache-control": "no-cache, private",
        "vary": "accept-language, cookie",
    }
    return HTMLResponse(html, status, headers)
