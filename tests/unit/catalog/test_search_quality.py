"""What people type, and the gift that they mean: it stands among the first three."""

from __future__ import annotations

import pytest

from liyu.catalog.demo.gifts import gifts
from liyu.catalog.indexing import FACETS
from liyu.catalog.model import GROUPS
from liyu.catalog.vocabulary import spoken
from liyu.platform.search.port import Document, SearchQuery
from liyu.platform.search.tantivy import TantivySearch

TENANT = "chn_a"

QUERIES = (
    # Chinese, whole and in part
    ("海棠随身镜", "begonia-mirror"),
    ("海棠", "begonia-mirror"),
    ("镜子", "begonia-mirror"),
    ("茶壶", "rouge-teapot"),
    ("小茶壶", "rouge-teapot"),
    ("护手霜", "white-tea-hand-cream"),
    ("月饼", "full-moon-mooncakes"),
    ("团扇", "peacock-silk-fan"),
    ("扇子", "suzhou-folding-fan"),
    ("木梳", "sandalwood-comb"),
    ("梳子", "sandalwood-comb"),
    ("丝巾", "silk-bow-scarf"),
    ("围巾", "crimson-cashmere-scarf"),
    ("灯笼", "palace-lantern"),
    ("宫灯", "palace-lantern"),
    ("手帐", "traveller-journal"),
    ("印章", "name-seal"),
    ("钢笔", "maple-fountain-pen"),
    ("蜂蜜", "osmanthus-honey"),
    ("香薰", "osmanthus-candle"),
    ("蜡烛", "osmanthus-candle"),
    ("麻将", "bamboo-mahjong"),
    ("毛绒玩具", "hug-bear"),
    ("戒指", "plain-silver-ring"),
    ("麻将 长辈", "bamboo-mahjong"),
    # sentences
    ("我想买一个送给妈妈的护手霜", "white-tea-hand-cream"),
    ("给老师的钢笔", "maple-fountain-pen"),
    ("有没有刻字的镜子", "begonia-mirror"),
    # another character of the same sound
    ("钢比", "maple-fountain-pen"),
    ("海堂", "begonia-mirror"),
    ("月并", "full-moon-mooncakes"),
    # pinyin, whole, in part, initials
    ("haitang", "begonia-mirror"),
    ("chahu", "rouge-teapot"),
    ("cha hu", "rouge-teapot"),
    ("yanzhi", "rouge-teapot"),
    ("hushoushuang", "white-tea-hand-cream"),
    ("yuebing", "full-moon-mooncakes"),
    ("yueb", "full-moon-mooncakes"),
    ("tuanshan", "peacock-silk-fan"),
    ("gangbi", "maple-fountain-pen"),
    ("shouzhang", "traveller-journal"),
    ("majiang", "bamboo-mahjong"),
    ("htssj", "begonia-mirror"),
    ("yzxch", "rouge-teapot"),
    ("hss", "white-tea-hand-cream"),
    # English, plural, unfinished, mistyped
    ("mirror", "begonia-mirror"),
    ("mirrors", "begonia-mirror"),
    ("teapot", "rouge-teapot"),
    ("teap", "rouge-teapot"),
    ("hand cream", "white-tea-hand-cream"),
    ("lanterns", "palace-lantern"),
    ("gift for a teacher pen", "maple-fountain-pen"),
    ("mirorr", "begonia-mirror"),
    ("teapto", "rouge-teapot"),
    ("latern", "palace-lantern"),
    ("chopstiks", "red-lacquer-chopsticks"),
    ("umbrela", "oil-paper-umbrella"),
    ("mahjon", "bamboo-mahjong"),
    ("gagbi", "maple-fountain-pen"),
    # article numbers
    ("BEGONIA-MIRROR", "begonia-mirror"),
)


@pytest.fixture(scope="module")
def search() -> TantivySearch:
    found = TantivySearch(facets=FACETS, memory_mb=15)
    documents = [
        Document(
            id=gift.slug,
            tenant=TENANT,
            titles=tuple(words.title for words in gift.words.values()),
            texts=tuple(
                text for words in gift.words.values() for text in (words.line, words.description, words.meaning)
            )
            + tuple(variant.sku for variant in gift.variants),
            keywords=tuple(name for group in GROUPS for key in gift.attributes[group] for name in spoken(group, key)),
            rank=-place,
        )
        for place, gift in enumerate(gifts())
    ]
    found.apply(TENANT, None, documents, ())
    return found


@pytest.mark.parametrize(("text", "expected"), QUERIES)
def test_what_is_meant_is_among_the_first_three(search: TantivySearch, text: str, expected: str) -> None:
    assert expected in search.find(SearchQuery(TENANT, None, text, limit=3)).ids


@pytest.mark.parametrize("text", ["冰箱", "qqqq", "refrigerator", "xyzzy"])
def test_what_the_shop_has_not_is_not_found(search: TantivySearch, text: str) -> None:
    assert search.find(SearchQuery(TENANT, None, text)).ids == ()


@pytest.mark.parametrize("length", range(2, 8))
def test_it_is_found_while_it_is_typed(search: TantivySearch, length: int) -> None:
    hits = search.find(SearchQuery(TENANT, None, "haitang"[:length], limit=50))
    assert "begonia-mirror" in hits.ids
    assert length < 5 or hits.ids[0] == "begonia-mirror"
