"""Words in two languages, and numbers that keep the value the API told beside what is shown of it."""

from decimal import Decimal
from typing import NamedTuple, Self


class Text(NamedTuple):
    """The same words in Chinese and in English; a name that is no word (a code) is the same in both."""

    zh: str
    en: str

    @classmethod
    def code(cls, code: str) -> Self:
        """A name that is not translated."""
        return cls(code, code)

    def filled(self, **figures: object) -> Self:
        """The same words with figures in their braces."""
        shown = {name: f"{one:,}" if isinstance(one, int) else one for name, one in figures.items()}
        return self._replace(zh=self.zh.format_map(shown), en=self.en.format_map(shown))


class Figure(NamedTuple):
    """A number: as the API told it (None: it has none), and as it is shown."""

    value: int | float | None
    shown: str


Cell = Text | Figure
"""What stands in a table."""


def count(value: int) -> Figure:
    """A number of things."""
    return Figure(value, f"{value:,}")


def yuan(fen: int) -> Figure:
    """An amount of fen, shown in yuan."""
    return Figure(fen, f"{Decimal(fen) / 100:,.2f}")


def decimal(value: float | None, digits: int = 2) -> Figure:
    """A number with decimals; a small one that would look like zero is shown by its order of magnitude."""
    if value is None:
        return Figure(None, "—")
    is_tiny = 0 < abs(value) < 10**-digits
    return Figure(value, f"{value:.1e}" if is_tiny else f"{value:,.{digits}f}")


def percent(share: float) -> Figure:
    """A share of one, shown in per cent."""
    return Figure(share, f"{100 * share:.2f} %")
