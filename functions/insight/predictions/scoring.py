"""What the models say of one member, and whom to talk to before they are lost (requirements G4, L2). Pure.

Of interest for an interview is who was worth much and probably buys no more: at stake is what they would spend in the
quarter to come if they still bought, times the probability that they do not.
"""

from collections.abc import Iterable, Mapping
from heapq import nlargest
from typing import Any, NamedTuple

from functions.insight.predictions.bgnbd import Buying, History
from functions.insight.predictions.gamma_gamma import Spending
from loyalty.tested_models import HORIZON_DAYS

MOST_RISKS = 200
LEAST_PURCHASES = 2
"""Repeat purchases: who came twice has no habit that could end."""
PROBABLY_LOST = 0.5
DIGITS = 4


class Score(NamedTuple):
    """What is predicted of a member.

    Attributes:
        alive: the probability that they still buy; `expected` purchases in the quarter to come, alive or not.
        value: what they are expected to pay on a day they buy, in fen; None: not known.
    """

    history: History
    alive: float
    expected: float
    value: int | None

    @property
    def at_stake(self) -> int:
        """What would be lost in the quarter to come, in fen."""
        return round((self.value or 0) * self.expected / self.alive * (1 - self.alive))


def score(row: Mapping[str, str], buying: Buying, spending: Spending | None) -> Score:
    """Return what is predicted of a member, from a row of `queries/histories.sql`."""
    history = history_of(row)
    value = spending.expected(int(row["paid_days"]), int(row["total"])) if spending else None
    return Score(history, buying.alive(history), buying.expected(history, HORIZON_DAYS), value)


def history_of(row: Mapping[str, str]) -> History:
    """Return what counts of a member."""
    return History(int(row["purchases"]), int(row["recency"]), int(row["age"]))


def risks(rows: Iterable[Mapping[str, str]], buying: Buying, spending: Spending | None) -> list[dict[str, Any]]:
    """Return those most worth talking to, the most at stake first."""
    found = ((row["member_id"], score(row, buying, spending)) for row in rows if _is_candidate(row, buying))
    worst = nlargest(MOST_RISKS, found, key=lambda one: (one[1].at_stake, one[0]))
    return [{"member_id": member_id, **told(own), "at_stake_fen": own.at_stake} for member_id, own in worst]


def told(own: Score) -> dict[str, Any]:
    """Return a score as it is published."""
    return {
        "alive": round(own.alive, DIGITS),
        "expected_purchases": round(own.expected, DIGITS),
        "value_fen": own.value,
        "purchases": own.history.purchases + 1,
        "days_since_last": own.history.age - own.history.recency,
    }


def _is_candidate(row: Mapping[str, str], buying: Buying) -> bool:
    history = history_of(row)
    return history.purchases >= LEAST_PURCHASES and buying.alive(history) <= PROBABLY_LOST
