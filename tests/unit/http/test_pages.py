"""Pages: what browsers and link previews read, with nothing of a text ever becoming markup."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request

from liyu.http.assets import Assets, Entry
from liyu.http.pages import Page, document, notice, page

ENTRY = Entry("/assets/shop/assets/main-1.js", ("/assets/shop/assets/main-1.css",), ("/assets/shop/assets/zh-1.js",))
HOSTILE = "</script><script>alert(1)</script>\"'<!--\u2028"


def test_a_page_says_what_it_is() -> None:
    shown = Page("镜子 · 平江路店", "黄铜", "https://shop.example/p", "https://shop.example/a.webp", "product")
    html = document(ENTRY, shown, "zh-CN", "n")
    assert '<html lang="zh-CN">' in html
    assert "<title>镜子 · 平江路店</title>" in html
    assert '<meta property="og:image" content="https://shop.example/a.webp">' in html
    assert '<link rel="canonical" href="https://shop.example/p">' in html
    assert '<script type="module" src="/assets/shop/assets/main-1.js"></script>' in html


def test_no_text_becomes_markup() -> None:
    shown = Page(HOSTILE, HOSTILE, facts=({"name": HOSTILE},), data={"text": HOSTILE})
    html = document(ENTRY, shown, "en", "n")
    assert "<script>alert" not in html
    assert html.count("<script") == html.count("</script>") == 3
    inside = re.findall(r'<script type="application/[a-z+]+" nonce="n"[^>]*>(.*?)</script>', html)
    assert [json.loads(text) for text in inside] == [{"name": HOSTILE}, {"text": HOSTILE}]


def test_a_page_that_is_not_for_search_engines_says_so() -> None:
    html = document(ENTRY, Page("Desk", "inside", "https://shop.example/desk", indexed=False), "en", "n")
    assert '<meta name="robots" content="noindex">' in html
    assert "og:" not in html


def test_the_nonce_of_header_and_page_is_the_same_and_new_each_time() -> None:
    answers = [page(ENTRY, Page("a", data={"b": 1}), "en") for _ in range(2)]
    nonces = [re.findall(r"'nonce-([^']+)'", answer.headers["content-security-policy"]) for answer in answers]
    assert nonces[0] != nonces[1]
    assert f'nonce="{nonces[0][0]}"' in bytes(answers[0].body).decode()


@pytest.mark.parametrize(("code", "status"), [("missing", 404), ("empty", 404), ("unbuilt", 503)])
def test_a_notice_needs_no_application(code: str, status: int) -> None:
    answer = notice(code, "en", status=status, home='/s/"x"')
    assert answer.status_code == status
    assert "<script" not in bytes(answer.body).decode()
    assert '"/s/&quot;x&quot;"' in bytes(answer.body).decode()


def test_without_a_build_the_page_says_what_to_run() -> None:
    assert page(None, Page("x"), "en").status_code == 503


# ── the built files ────────────────────────────────────────────────────────────


@pytest.fixture
def built(tmp_path: Path) -> Assets:
    folder = tmp_path / "static" / "shop"
    (folder / "assets").mkdir(parents=True)
    manifest = {
        "src/main.ts": {"file": "assets/main-1.js", "css": ["assets/a.css"], "imports": ["_x.js"]},
        "_x.js": {"file": "assets/x-1.js", "css": ["assets/b.css"], "imports": ["_y.js"]},
        "_y.js": {"file": "assets/y-1.js", "imports": ["_x.js"]},
        "src/locales/en.ts": {"file": "assets/en-1.js"},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "assets" / "main-1.js").write_text("let a = 1;\n" * 500)
    (folder / ".secret").write_text("no")
    (tmp_path / "outside.js").write_text("no")
    return Assets(tmp_path / "static")


def request(**headers: str) -> Request:
    return Request({"type": "http", "method": "GET", "headers": [(k.encode(), v.encode()) for k, v in headers.items()]})


def test_a_page_loads_every_module_it_needs_once(built: Assets) -> None:
    entry = built.entry("shop", "en")
    base = "/assets/shop/assets/"
    assert entry == Entry(
        base + "main-1.js", (base + "a.css", base + "b.css"), (base + "x-1.js", base + "y-1.js", base + "en-1.js")
    )
    assert built.entry("desk", "en") is None


@pytest.mark.parametrize(
    "path", ["../outside.js", "shop/../../outside.js", "shop/.secret", "shop/", "shop/none.js", "/"]
)
def test_only_built_files_are_served(built: Assets, path: str) -> None:
    assert built.response(request(), path) is None


async def test_texts_are_compressed_and_kept(built: Assets) -> None:
    answer = built.response(request(**{"accept-encoding": "gzip"}), "shop/assets/main-1.js")
    assert answer is not None
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    decoded = httpx.Response(200, headers=dict(answer.headers), content=bytes(answer.body)).text
    assert decoded == "let a = 1;\n" * 500
    plain = built.response(request(), "shop/manifest.json")
    assert plain is not None
    assert plain.headers["cache-control"] == "no-cache"
