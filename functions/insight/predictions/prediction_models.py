"""Predictions as they are published, and how a fit is asked for (requirements G4, L2). Probabilities: 0 to 1."""

from datetime import date, timedelta
from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field, model_validator

from loyalty.fields import MemberIdField
from loyalty.http import Answer, Body
from loyalty.jobs import JobState

_JOB_ID = "4f1d2c3b5a69788796a5b4c3d2e1f003"
LONGEST = timedelta(days=3660)
FitIdPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The fit's id.", examples=[_JOB_ID])]
PredictedMemberPath = Annotated[MemberIdField, Path(description="The member's random id.", examples=["m_5cDq8ZkP2w"])]
_VALUE: dict[str, Any] = {
    "members": 946,
    "parameters": {"p": 6.25, "q": 3.74, "v": 1545.1},
    "intervals": {"p": [4.1, 9.5], "q": [3.2, 4.4], "v": [900.0, 2650.0]},
    "log_likelihood": -4055.9,
}
_FIT: dict[str, Any] = {
    "first_day": "2024-08-23",
    "last_day": "2026-08-22",
    "hold_out_until": "2026-11-21",
    "hold_out_days": 91,
    "members": 2357,
    "came_again": 946,
    "time_unit": "week",
    "parameters": {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    "intervals": {"r": [0.219, 0.269], "alpha": [3.731, 5.221], "a": [0.501, 1.255], "b": [1.372, 4.289]},
    "log_likelihood": -9582.43,
    "expected": 601.4,
    "actual": 588,
    "buckets": [{"purchases": 0, "members": 1411, "expected": 80.2, "actual": 75}],
    "value": _VALUE,
}
_MEANING = "Of 2357 members, 601 purchases were expected in the 91 days after the period; 588 happened."
_PREDICTED: dict[str, Any] = {
    "alive": 0.21,
    "expected_purchases": 0.4,
    "value_fen": 32_000,
    "purchases": 14,
    "days_since_last": 96,
}


class FitRequest(Body):
    """Which period to fit, and until when to hold that against what happened after it.

    Attributes:
        hold_out_to: default: as many days after the period as it has, but not beyond today.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"from": "2024-08-23", "to": "2026-08-22", "hold_out_to": "2026-11-21"}]}
    )

    first: Annotated[date, Field(alias="from", description="The first mall-local day.", examples=["2024-08-23"])]
    last: Annotated[date, Field(alias="to", description="The last mall-local day.", examples=["2026-08-22"])]
    hold_out_to: Annotated[
        date | None, Field(description="The last day of the hold-out, mall-local.", examples=["2026-11-21"])
    ] = None

    @model_validator(mode="after")
    def _is_a_period(self) -> Self:
        if not timedelta() < self.last - self.first <= LONGEST:
            raise ValueError("the period must have two days at least and ten years at most")
        if self.hold_out_to and not timedelta() <= self.hold_out_to - self.last <= LONGEST:
            raise ValueError("the hold-out follows the period")
        return self


class PredictionBucket(Answer):
    """Members who had come again so often before the hold-out (7: or more), and their purchases in it."""

    model_config = ConfigDict(json_schema_extra={"examples": _FIT["buckets"]})

    purchases: int
    members: int
    expected: float
    actual: int


class ValueModel(Answer):
    """Gamma-Gamma: what members pay on a day they buy; `v` in fen.

    Attributes:
        members: who paid on a repeat day.
        parameters: null: fewer than 30 members.
        intervals: between what a parameter lies with 95 % confidence; null: not determined.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_VALUE]})

    members: int
    parameters: dict[str, float] | None
    intervals: dict[str, tuple[float, float] | None] | None
    log_likelihood: float | None


class PredictionsAnswer(Answer):
    """The newest fit of BG/NBD (how often, and whether still) and Gamma-Gamma (how much), and how well it foretold.

    Attributes:
        members: who first bought in the period; `came_again` of them at least once in it. A purchase is a day.
        time_unit: what `alpha` is counted in.
        parameters: null: fewer than 30 members came again.
        intervals: between what a parameter lies with 95 % confidence, by the curvature of the likelihood.
        expected: purchases the model expects of these members in the hold-out; `actual` happened.
        meaning: the comparison in a sentence.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{**_FIT, "meaning": _MEANING}]})

    first_day: date
    last_day: date
    hold_out_until: date
    hold_out_days: int
    members: int
    came_again: int
    time_unit: str
    parameters: dict[str, float] | None
    intervals: dict[str, tuple[float, float] | None] | None
    log_likelihood: float | None
    expected: float | None
    actual: int | None
    buckets: tuple[PredictionBucket, ...]
    value: ValueModel
    meaning: str


class StartedFit(Answer):
    """A fit, and where to ask how it goes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"fit_id": _JOB_ID, "status_url": f"/insight/predictions/fits/{_JOB_ID}"}]}
    )

    fit_id: str
    status_url: str


class FitAnswer(Answer):
    """Where a fit stands; done, what it found."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"fit_id": _JOB_ID, "state": "done", "fit": {**_FIT, "meaning": _MEANING}}]}
    )

    fit_id: str
    state: JobState
    fit: PredictionsAnswer | None = None
    reason: str | None = None


class MemberPredictionAnswer(Answer):
    """What is predicted of a member, from their own purchases until today.

    Attributes:
        alive: the probability that they still buy.
        expected_purchases: days with purchases to expect in the next 91 days, alive or not.
        value_fen: what they are expected to pay on a day they buy; null: not known.
        purchases: days with purchases so far.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"member_id": "m_5cDq8ZkP2w", **_PREDICTED}]})

    member_id: str
    alive: float
    expected_purchases: float
    value_fen: int | None
    purchases: int
    days_since_last: int


class RiskItem(Answer):
    """A member worth talking to; `at_stake_fen`: what they would spend in 91 days, times how probably they are lost."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"member_id": "m_5cDq8ZkP2w", **_PREDICTED, "at_stake_fen": 221_000}]}
    )

    member_id: str
    alive: float
    expected_purchases: float
    value_fen: int | None
    purchases: int
    days_since_last: int
    at_stake_fen: int


class RiskListAnswer(Answer):
    """Members for interviews, the most at stake first; `as_of` null: there was no night yet."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "as_of": "2026-11-21",
                    "items": [{"member_id": "m_5cDq8ZkP2w", **_PREDICTED, "at_stake_fen": 221_000}],
                }
            ]
        }
    )

    as_of: date | None
    items: tuple[RiskItem, ...]
