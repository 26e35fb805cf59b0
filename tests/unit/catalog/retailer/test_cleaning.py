"""What is made of the retailer's words and numbers, and that the package carries them."""

from __future__ import annotations

import pytest

from liyu.catalog.retailer import cleaning, files
from liyu.catalog.retailer.files import Article
from liyu.catalog.vocabulary import labels


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "White Hanging Heart T-Light Holder"),
        ("SET OF 3 CAKE TINS PANTRY DESIGN ", "Set of 3 Cake Tins Pantry Design"),
        ("POLYESTER FILLER PAD 60x40cm", "Polyester Filler Pad 60x40cm"),
        ("MUG , DOTCOMGIFTSHOP.COM", "Mug, Dotcomgiftshop.com"),
        ('POCKET MIRROR "GLAMOROUS"', 'Pocket Mirror "Glamorous"'),
        ("*Boombox Ipod Classic", "Boombox Ipod Classic"),
        ("", ""),
    ],
)
def test_names_become_readable(description: str, title: str) -> None:
    assert cleaning.title(description) == title


def test_names_say_what_the_gift_is_like() -> None:
    found = cleaning.attributes("RED GLASS CHRISTMAS HEARTS T-LIGHT HOLDERS")
    assert found["colours"] == ["red"]
    assert "christmas" in found["occasions"]
    assert "romantic" in found["styles"]
    assert {"glass", "wax"} <= set(found["materials"])
    assert cleaning.attributes("") == {}


def test_every_attribute_is_a_word_of_the_vocabulary() -> None:
    for article in files.articles():
        for group, keys in cleaning.attributes(article.description).items():
            assert set(keys) <= set(labels()[group])


def test_stock_follows_the_rule() -> None:
    def stock(sku: str, sold: int) -> tuple[int, int]:
        return cleaning.stock(Article(sku, "CUP", "1.00", sold, 1))

    assert stock("85123A", 53) == (4, 0)
    assert stock("85123A", 1) == (1, 0)
    assert stock("85123A", 0) == (0, 0)
    assert stock("85123A", 1_000_000) == (500, 20)
    sold_out = [article for article in files.articles() if article.sold and cleaning.stock(article) == (0, 0)]
    assert 100 < len(sold_out) < 200


def test_the_package_carries_articles_pairs_and_a_day() -> None:
    articles = files.articles()
    assert len(articles) == 4_454
    assert len({article.sku for article in articles}) == 4_454
    assert sum(bool(article.description and article.price) for article in articles) == 4_080
    known = {article.sku for article in articles}
    pairs = files.pairs()
    assert all(one in known and other in known and baskets >= 20 for one, other, baskets in pairs)
    assert [baskets for _, _, baskets in pairs] == sorted((baskets for _, _, baskets in pairs), reverse=True)
    day = files.day()
    assert len({line.basket for line in day}) == 45
    assert [line.time for line in day] == sorted(line.time for line in day)
    assert all(line.quantity > 0 and line.price_minor > 0 and line.sku in known for line in day)
