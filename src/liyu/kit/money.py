"""Money: an integer of minor units (fen, pence) with its ISO 4217 currency. Never a float."""

from __future__ import annotations

from dataclasses import dataclass

#: Digits after the point where they are not two (ISO 4217).
_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3}


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units of one currency. Arithmetic across currencies raises ``ValueError``."""

    amount_minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.amount_minor - other.amount_minor, self.currency)

    def times(self, quantity: int) -> Money:
        """The amount for ``quantity`` pieces."""
        return Money(self.amount_minor * quantity, self.currency)

    def plain(self) -> str:
        """A decimal without sign of currency, as JSON-LD and CSV want it: ``268.00``."""
        places = exponent(self.currency)
        if places == 0:
            return str(self.amount_minor)
        sign = "-" if self.amount_minor < 0 else ""
        whole, part = divmod(abs(self.amount_minor), 10**places)
        return f"{sign}{whole}.{part:0{places}d}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")


def exponent(currency: str) -> int:
    """How many digits of ``currency`` stand after the decimal point."""
    return _EXPONENTS.get(currency, 2)
