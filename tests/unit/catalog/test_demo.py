"""The demo catalogue is complete, and such as a shop owner would believe."""

from __future__ import annotations

import io
from importlib import resources

import pytest
from PIL import Image

from liyu.catalog.demo.album import SIDE, demo_picture, demo_picture_url
from liyu.catalog.demo.gifts import Gift, gift_options, gifts, warehouse
from liyu.catalog.model import GROUNDS, LANGUAGES
from liyu.catalog.vocabulary import labels
from tests.catalog_samples import SLUGS

EVERY = pytest.mark.parametrize("gift", gifts(), ids=lambda gift: gift.slug)
PLACES = ("main", *SLUGS)


def test_there_are_enough_and_each_is_one_of_its_kind() -> None:
    assert len(gifts()) >= 60
    for unique in (
        [gift.slug for gift in gifts()],
        [gift.words["zh-CN"].title for gift in gifts()],
        [gift.words["en"].title for gift in gifts()],
        [variant.sku for gift in gifts() for variant in gift.variants],
    ):
        assert len(set(unique)) == len(unique)


@EVERY
def test_words_are_there_in_both_languages(gift: Gift) -> None:
    assert tuple(gift.words) == LANGUAGES
    for words in gift.words.values():
        assert all((words.title, words.line, words.description, words.meaning))
        assert len(words.selling_points) >= 2
        assert len(words.line) <= 200
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in gift.words["en"].description)
    assert 2 <= len(gift.words["zh-CN"].title) <= 12


@EVERY
def test_prices_are_believable(gift: Gift) -> None:
    for variant in gift.variants:
        assert 2_000 <= variant.price_minor <= 100_000  # 20 to 1,000 yuan
        assert variant.price_minor % 100 == 0
        assert variant.price_minor // 100 % 10 in (0, 6, 8, 9)


@EVERY
def test_attributes_are_words_of_the_vocabulary(gift: Gift) -> None:
    for group, keys in gift.attributes.items():
        assert keys, group
        assert set(keys) <= set(labels()[group])
    assert gift.gift_options in gift_options().values()
    if gift.personalisation:
        assert set(gift.personalisation) == {"method", "max_chars", "price_minor", "days"}


@EVERY
def test_stock_differs_from_place_to_place(gift: Gift) -> None:
    for variant in gift.variants:
        assert tuple(variant.stock) == PLACES
    sums = {place: sum(variant.stock[place] for variant in gift.variants) for place in PLACES}
    assert gift.slug == "full-moon-mooncakes" or len(set(sums.values())) > 1


@EVERY
def test_every_picture_exists_and_stands_on_a_ground(gift: Gift) -> None:
    assert gift.pictures
    for name, ground in gift.pictures:
        assert ground in GROUNDS
        content = demo_picture(name)
        assert content is not None
        with Image.open(io.BytesIO(content)) as picture:
            assert (picture.format, picture.size) == ("WEBP", (SIDE, SIDE))


def test_neighbours_look_different() -> None:
    for one, other in zip(gifts(), gifts()[1:], strict=False):
        assert one.pictures[0][0] != other.pictures[0][0]
        assert one.pictures[0][1] != other.pictures[0][1]


def test_pictures_are_small_and_all_are_used() -> None:
    folder = resources.files("liyu.catalog").joinpath("demo", "pictures")
    files = [file for file in folder.iterdir() if file.name.endswith(".webp")]
    assert sum(len(file.read_bytes()) for file in files) < 2 << 20
    used = {name for gift in gifts() for name, _ in gift.pictures}
    assert {file.name.removesuffix(".webp") for file in files} == used


@pytest.mark.parametrize("name", ["", "../seed", "a/b", "A", "nothing", "a" * 50])
def test_other_names_are_no_pictures(name: str) -> None:
    assert demo_picture(name) is None


def test_addresses_change_with_the_picture() -> None:
    assert demo_picture_url("mirror") != demo_picture_url("teapot")
    assert warehouse()["code"] == "main"


def test_every_label_is_there_in_both_languages() -> None:
    for group in labels().values():
        for entry in group.values():
            assert set(entry) == set(LANGUAGES)
