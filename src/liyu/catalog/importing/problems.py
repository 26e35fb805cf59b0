"""What can be wrong with one row, and how it is said in the person's language."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

#: code → (Chinese, English). Details fill the placeholders.
SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing_sku": ("没有货号。", "There is no SKU."),
    "missing_title": ("新商品要有名称。", "A new product needs a name."),
    "missing_price": ("新商品要有价格。", "A new product needs a price."),
    "bad_price": ("“{value}”不是价格，请写成 268 或 268.00。", "“{value}” is not a price; write 268 or 268.00."),
    "bad_decimals": (
        "价格“{value}”的小数太多，{currency} 最多 {places} 位。",
        "The price “{value}” has too many decimals; {currency} has {places} at most.",
    ),
    "negative_price": ("价格不能是负数。", "A price cannot be negative."),
    "price_too_high": ("价格“{value}”太大了，请检查。", "The price “{value}” is too high; please check it."),
    "bad_currency": (
        "“{value}”不是币种，请写 CNY 这样的三个字母。",
        "“{value}” is not a currency; write CNY or the like.",
    ),
    "other_currency": (
        "这件商品用 {known} 标价，文件里是 {value}。",
        "This product is priced in {known}, the file says {value}.",
    ),
    "bad_stock": ("“{value}”不是件数，请写整数。", "“{value}” is not a number of pieces; write a whole number."),
    "below_reserved": (
        "有 {reserved} 件已经答应了客人，库存不能少于这个数。",
        "{reserved} pieces are promised to customers, so the count cannot be less.",
    ),
    "bad_status": ("“{value}”不是状态，请写 live 或 hidden。", "“{value}” is not a state; write live or hidden."),
    "bad_rank": ("“{value}”不是排序数，请写整数。", "“{value}” is not a rank; write a whole number."),
    "too_long": ("“{field}”太长了，最多 {limit} 个字。", "“{field}” is too long: at most {limit} characters."),
    "bad_text": ("“{field}”里有不能保存的字符。", "“{field}” has characters that cannot be kept."),
    "too_many": ("“{field}”写得太多了，最多 {limit} 项。", "“{field}” has too many entries: at most {limit}."),
    "duplicate_sku": (
        "货号和第 {first} 行重复了，这一行先跳过。",
        "The same SKU is in row {first}; this row was skipped.",
    ),
    "too_few_cells": ("这一行的列数和第一行对不上。", "This row does not have the columns of the first."),
    "taken": ("货号或网址刚刚被别人用了，请再导入一次。", "The SKU or address was just taken; please import again."),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was refused. ``row``: line of the table, the heading being 1. ``field``: ours, such as ``price``."""

    row: int
    field: str
    code: str
    details: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """What to tell the person."""
        chinese, english = SENTENCES[self.code]
        return (chinese if language.lower().startswith("zh") else english).format(**self.details)


class Refused(Exception):
    """Carries the problem of a row out of deeper calls."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem
