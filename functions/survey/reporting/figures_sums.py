"""Sums by name, as figures keep them: what a row, or several added up, say of invitations and answers. Pure.

name                       counts
`invited`, `expired`       invitations, on the day they opened
`kept`                     of those, how many were answered
`answered`                 answers, on their own day
`score@<dimension>@<n>`    scores of n on a dimension; `rated@<dimension>` the answers that hold any
`choice@<question>@<c>`    answers with that choice; `chose@<question>` the answers with any
`mood@<sentiment>`         answers with words, each once
`aspect@<a>`               answers with words about it
`complaint@<c>`            answers with words that complain of it
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from loyalty.surveys import books

INVITED, KEPT = books.INVITED, books.KEPT
EXPIRED, ANSWERED = "expired", "answered"
SCORE, RATED, CHOICE, CHOSE, MOOD = "score", "rated", "choice", "chose", "mood"
ASPECT, COMPLAINT = "aspect", "complaint"
OF = "@"
"""Separates the parts of a name; no code holds one."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Whole numbers by name; what is not there is 0."""

    numbers: Mapping[str, int]

    def of(self, *name: str) -> int:
        """Return one sum, such as `of("choice", "why", "price")`."""
        return self.numbers.get(OF.join(name), 0)

    def under(self, *name: str) -> dict[str, int]:
        """Return the sums whose names begin so, by the rest of the name, in order of it."""
        start = OF.join((*name, ""))
        found = {each.removeprefix(start): n for each, n in self.numbers.items() if each.startswith(start) and n}
        return dict(sorted(found.items()))

    def scores(self, dimension: str) -> dict[int, int]:
        """Return how often each score was given on a dimension."""
        return {int(score): n for score, n in self.under(SCORE, dimension).items()}

    @property
    def with_words(self) -> int:
        """How many answers came with words that were understood."""
        return sum(self.under(MOOD).values())


def added(rows: Iterable[Mapping[str, Any]]) -> Sums:
    """Add rows up; what is no whole number (their keys) counts nothing."""
    numbers: dict[str, int] = {}
    for row in rows:
        for name, number in row.items():
            if isinstance(number, int):
                numbers[name] = numbers.get(name, 0) + number
    return Sums(numbers)
