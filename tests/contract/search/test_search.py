"""The search twins: what one finds, the other finds, in the same order and with the same counts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from liyu.catalog.demo.gifts import gifts
from liyu.platform.search.memory import MemorySearch, distance
from liyu.platform.search.port import Document, Mark, Search, SearchQuery
from liyu.platform.search.tantivy import TantivySearch

FACETS = ("for_whom", "colours")
TENANT = "chn_a"


@pytest.fixture(params=["memory", "tantivy", "tantivy in a folder"])
def search(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Search]:
    """Each twin in turn, empty."""
    makers: dict[str, Callable[[], Search]] = {
        "memory": MemorySearch,
        "tantivy": lambda: TantivySearch(facets=FACETS, memory_mb=15),
        "tantivy in a folder": lambda: TantivySearch(tmp_path / "index", facets=FACETS, memory_mb=15),
    }
    found = makers[request.param]()
    yield found
    found.close()


def cup(id_: str, title: str = "白瓷茶杯", **fields: object) -> Document:
    return Document(**{"id": id_, "tenant": TENANT, "titles": (title,), **fields})  # type: ignore[arg-type]


def ids(search: Search, text: str = "", **fields: object) -> tuple[str, ...]:
    return search.find(SearchQuery(TENANT, "shp_1", text, **fields)).ids  # type: ignore[arg-type]


def test_nothing_crosses_tenants_or_scopes(search: Search) -> None:
    search.apply(TENANT, None, [cup("a"), cup("b", scopes=("shp_2",)), cup("c", scopes=("shp_1", "shp_3"))], ())
    search.apply("chn_b", None, [cup("d", tenant="chn_b")], ())
    assert set(ids(search)) == {"a", "c"}
    assert set(search.find(SearchQuery(TENANT, None)).ids) == {"a", "b", "c"}
    assert search.find(SearchQuery("chn_b", "shp_1")).ids == ("d",)
    assert search.find(SearchQuery("chn_c", None)).total == 0


def test_a_change_replaces_and_gone_is_gone(search: Search) -> None:
    search.apply(TENANT, None, [cup("a"), cup("b")], ())
    search.apply(TENANT, None, [cup("a", "铜镜")], ("b", "never there"))
    assert ids(search, "茶杯") == ()
    assert ids(search, "铜镜") == ("a",)


def test_marks_come_with_the_changes_and_go_with_the_tenant(search: Search) -> None:
    search.apply(TENANT, Mark("e", 3), [cup("a")], ())
    search.apply(TENANT, None, [cup("b")], ())
    search.apply("chn_b", Mark("f", 9), (), ())
    assert search.marks() == {TENANT: Mark("e", 3), "chn_b": Mark("f", 9)}
    search.forget(TENANT)
    assert search.marks() == {"chn_b": Mark("f", 9)}
    assert ids(search) == ()


def test_titles_come_before_texts_and_the_shops_rank_orders_each(search: Search) -> None:
    search.apply(
        TENANT,
        None,
        [
            cup("low", "茶杯"),
            cup("high", "大茶杯", rank=5),
            cup("text", "托盘", texts=("配茶杯",), rank=99),
        ],
        (),
    )
    assert ids(search, "茶杯") == ("high", "low", "text")
    assert [ids(search, "茶杯", offset=at, limit=1) for at in range(4)] == [("high",), ("low",), ("text",), ()]


def test_every_sort_is_total(search: Search) -> None:
    some = [cup(f"p{number}", price_minor=number % 3, created_ms=number // 4 * 1_000) for number in range(12)]
    search.apply(TENANT, None, some, ())
    for sort in ("relevance", "newest", "price_up", "price_down"):
        every = ids(search, sort=sort, limit=100)
        assert len(set(every)) == 12
        assert tuple(id_ for at in range(0, 12, 5) for id_ in ids(search, sort=sort, offset=at, limit=5)) == every
    prices = {document.id: document.price_minor for document in some}
    ordered = [prices[id_] for id_ in ids(search, sort="price_down", limit=100)]
    assert ordered == sorted(ordered, reverse=True)


def test_filters_join_within_and_between_groups_and_facets_leave_their_own_out(search: Search) -> None:
    search.apply(
        TENANT,
        None,
        [
            cup("a", facets={"for_whom": ("lover",), "colours": ("red", "gold")}, price_minor=100, in_stock=True),
            cup("b", facets={"for_whom": ("mother",), "colours": ("red",)}, price_minor=200),
            cup("c", facets={"for_whom": ("lover",), "colours": ("blue",)}, price_minor=300, in_stock=True),
        ],
        (),
    )
    asked = SearchQuery(TENANT, "shp_1", filters={"colours": ("red",)}, count_facets=FACETS)
    hits = search.find(asked)
    assert set(hits.ids) == {"a", "b"}
    assert hits.facets == {"for_whom": {"lover": 1, "mother": 1}, "colours": {"red": 2, "gold": 1, "blue": 1}}
    assert set(ids(search, filters={"colours": ("gold", "blue"), "for_whom": ("lover",)})) == {"a", "c"}
    assert set(ids(search, min_minor=101, max_minor=200)) == {"b"}
    assert set(ids(search, in_stock=True)) == {"a", "c"}


@pytest.mark.parametrize("text", ["🎁", "。，", "\x00", "*", "?:()[]^~", "AND OR NOT", "title:茶", "'; drop"])
def test_signs_mean_nothing(search: Search, text: str) -> None:
    search.apply(TENANT, None, [cup("a")], ())
    search.find(SearchQuery(TENANT, "shp_1", text))
    if text in ("🎁", "。，", "\x00", "*"):
        assert ids(search, text) == ()


def test_the_twins_agree_about_the_demo_catalogue() -> None:
    """Random words of the catalogue, whole, cut short and mistyped."""
    seed = random.Random(7)
    plain, index = MemorySearch(), TantivySearch(facets=FACETS, memory_mb=15)
    documents = [
        Document(
            id=gift.slug,
            tenant=TENANT,
            titles=tuple(words.title for words in gift.words.values()),
            texts=tuple(words.description for words in gift.words.values()),
            facets={group: gift.attributes[group] for group in FACETS},
            price_minor=gift.variants[0].price_minor,
            rank=place,
        )
        for place, gift in enumerate(gifts())
    ]
    for start in range(0, len(documents), 20):  # several segments, as in life
        for search in (plain, index):
            search.apply(TENANT, None, documents[start : start + 20], ())
    for _ in range(250):
        words = seed.choice(list(seed.choice(gifts()).words.values()))
        source = seed.choice([words.title, words.description])
        at = seed.randrange(len(source))
        text = source[at : at + seed.randint(1, 12)]
        if seed.random() < 0.4 and len(text) > 2:
            place = seed.randrange(len(text) - 1)
            text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        query = SearchQuery(
            TENANT,
            "shp_1",
            text,
            filters={"colours": ("red", "pink")} if seed.random() < 0.3 else {},
            sort=seed.choice(["relevance", "price_up"]),
            offset=seed.choice([0, 0, 3]),
            limit=7,
            count_facets=FACETS,
        )
        assert index.find(query) == plain.find(query), text
    index.close()


def test_an_index_in_a_folder_is_found_again_and_a_broken_one_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    first = TantivySearch(folder, facets=FACETS, memory_mb=15)
    first.apply(TENANT, Mark("e", 1), [cup("a")], ())
    first.close()
    second = TantivySearch(folder, facets=FACETS, memory_mb=15)
    assert second.marks() == {TENANT: Mark("e", 1)}
    assert ids(second, "茶杯") == ("a",)
    second.close()
    for meta in folder.rglob("meta.json"):
        meta.write_text("{}")
    third = TantivySearch(folder, facets=FACETS, memory_mb=15)
    assert third.marks() == {}
    third.apply(TENANT, None, [cup("b")], ())
    assert ids(third) == ("b",)
    third.close()


def test_a_second_node_on_the_same_folder_keeps_its_index_in_memory(tmp_path: Path) -> None:
    first = TantivySearch(tmp_path / "index", facets=FACETS, memory_mb=15)
    second = TantivySearch(tmp_path / "index", facets=FACETS, memory_mb=15)
    second.apply(TENANT, None, [cup("b")], ())
    first.apply(TENANT, None, [cup("a")], ())
    assert (ids(first), ids(second)) == (("a",), ("b",))
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [("chahu", "chahu", 0), ("chahu", "chauh", 1), ("mirror", "miror", 1), ("", "ab", 2), ("abc", "cab", 2)],
)
def test_distance(one: str, other: str, edits: int) -> None:
    assert distance(one, other) == distance(other, one) == edits
