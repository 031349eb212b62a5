"""What the books answer: roll-forward, liability, experience (requirements F3, I5)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from functions.books.flow import Flow
from functions.books.roll_forward import BookState
from loyalty.http import Answer
from loyalty.types import Purse

Reasons = Annotated[dict[str, int], Field(description="By reason, signed; they sum to the total.")]


class BooksBy(StrEnum):
    """How a roll-forward is put together."""

    DAY = "day"
    MONTH = "month"


_MOVED: dict[str, Any] = {
    "earned": {"total": 128_400, "reasons": {"base": 107_000, "tier_multiplier": 21_400}},
    "used": {"total": -30_500, "reasons": {"redeemed": -30_500}},
    "expired": {"total": -1_200, "reasons": {"expired": -1_200}},
}
_NOTHING = {"total": 0, "reasons": {}}
_LINE: dict[str, Any] = {
    "period": "2026-11-21",
    "state": "closed",
    "opening": 9_120_350,
    **{flow.value: _MOVED.get(flow.value, _NOTHING) for flow in Flow},
    "computed": 9_217_050,
    "closing": 9_217_050,
    "outstanding": 9_217_400,
    "debt": 350,
    "difference": 0,
    "differences": [],
}


class FlowAnswer(Answer):
    """What moved in one line of the roll-forward."""

    total: int
    reasons: Reasons


class DifferenceAnswer(Answer):
    """Where accounts and flows differ."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"expires": "2027-11", "points": -120}]})

    expires: Annotated[str, Field(description="The month the points lapse in; `debt`; `never`.")]
    points: Annotated[int, Field(description="Closing less computed.")]


class RollForwardLine(Answer):
    """A day or a month: opening and flows together make the closing. All flows are signed.

    `opening` and `computed` are null where the books do not reach so far back; `closing`, `outstanding`, `debt` and
    `difference` while the accounts have not been added up for that day.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_LINE]})

    period: str
    state: BookState
    opening: int | None
    opened: FlowAnswer
    earned: FlowAnswer
    used: FlowAnswer
    given_back: FlowAnswer
    taken_back: FlowAnswer
    expired: FlowAnswer
    adjusted: FlowAnswer
    voided: FlowAnswer
    transferred_in: FlowAnswer
    transferred_out: FlowAnswer
    computed: int | None
    closing: int | None
    outstanding: int | None
    debt: int | None
    difference: int | None
    differences: tuple[DifferenceAnswer, ...]


class RollForwardAnswer(Answer):
    """The roll-forward of a purse over a period."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"purse": "points", "by": "day", "items": [_LINE]}]})

    purse: Purse
    by: BooksBy
    items: tuple[RollForwardLine, ...]


class EstimateNamed(Answer):
    """The version of the estimate a report used."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "estimate_id": "5f0c3e9a1b7d42e8a6c40b13",
                    "version": 2,
                    "name": "2026 H2",
                    "effective_from": "2026-07-01",
                    "approved_by": "staff-0002",
                }
            ]
        }
    )

    estimate_id: str
    version: int
    name: str
    effective_from: date
    approved_by: str | None


class LiabilityLine(Answer):
    """What members of a tier hold of one cohort; `*_mfen` in thousandths of a fen."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tier": "gold",
                    "cohort": "2026-03",
                    "expires": "2027-03",
                    "age_months": 8,
                    "points": 4_210,
                    "value_mfen": 4_210_000,
                    "expected": 850,
                    "liability_mfen": 3_578_500,
                    "breakage_mfen": 631_500,
                }
            ]
        }
    )

    tier: str
    cohort: Annotated[str, Field(description="When it was earned: a month, a year, or `never` for what never lapses.")]
    expires: Annotated[str, Field(description="The month it lapses in, or `never`.")]
    age_months: int
    points: int
    value_mfen: int
    expected: Annotated[int, Field(description="The part expected to be used, in thousandths.")]
    liability_mfen: int
    breakage_mfen: int


class LiabilityAnswer(Answer):
    """What outstanding points are worth at the end of a day; `*_mfen` in thousandths of a fen, `*_fen` in whole fen.

    Without an approved estimate, all points are expected to be used. What members owe is told apart and not set off.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "as_of": "2026-11-21",
                    "run": 1,
                    "currency": "CNY",
                    "programme_version": 1,
                    "redemption": {"points": 100, "fen": 100},
                    "estimate": None,
                    "outstanding": 4_210,
                    "debt": 350,
                    "value_mfen": 4_210_000,
                    "liability_mfen": 4_210_000,
                    "breakage_mfen": 0,
                    "liability_fen": 4_210,
                    "items": [],
                }
            ]
        }
    )

    as_of: date
    run: Annotated[int, Field(description="Which run of the day's closing was used.")]
    currency: str
    programme_version: int
    redemption: Annotated[dict[str, int], Field(description="So many `points` buy so many `fen`.")]
    estimate: EstimateNamed | None
    outstanding: int
    debt: int
    value_mfen: int
    liability_mfen: int
    breakage_mfen: int
    liability_fen: Annotated[int, Field(description="In whole fen, rounded up.")]
    items: tuple[LiabilityLine, ...]


class ExperienceLine(Answer):
    """What became of points that lapse in one month; `redemption` and `breakage` in thousandths of what was issued."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "expires": "2026-10",
                    "issued": 100_000,
                    "used": 81_000,
                    "expired": 19_000,
                    "voided": 0,
                    "transferred": 0,
                    "held": 0,
                    "redemption": 810,
                    "breakage": 190,
                }
            ]
        }
    )

    expires: str
    issued: int
    used: int
    expired: int
    voided: int
    transferred: Annotated[int, Field(description="Given less received: what is left of transfers are their fees.")]
    held: int
    redemption: int | None
    breakage: int | None


class ExperienceAnswer(Answer):
    """What experience says of a purse since the books began."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"purse": "points", "since": "2026-11-02", "until": "2026-11-21", "items": []}]}
    )

    purse: Purse
    since: date
    until: date
    items: tuple[ExperienceLine, ...]
