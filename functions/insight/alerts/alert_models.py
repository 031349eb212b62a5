"""Alerts as they are published (requirement I3). `*_fen` in fen, `*_per_mille` in thousandths."""

from datetime import date
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from functions.insight.alerts.judging import Basis, Verdict
from loyalty.http import Answer
from loyalty.win_back import GroupKind

_WEEK: dict[str, Any] = {
    "week": "2026-10-26",
    "receipts": 412,
    "average_fen": 31_240,
    "typical_fen": 21_700,
    "expected_fen": 26_050,
    "fall_per_mille": 166,
}
_ALERT: dict[str, Any] = {
    "alert_id": "fbfc9864eaae556b13a3e403",
    "group_kind": "tier",
    "group": "gold",
    "first_week": "2026-10-26",
    "last_week": "2026-11-09",
    "told_at": "2026-11-20T21:45:03.112Z",
    "looked_at": "2026-11-20T21:45:03.112Z",
    "basis": "year_before",
    "fall_per_mille": 191,
    "threshold_per_mille": 100,
    "p_value": 2.4e-05,
    "weeks_before": 12,
    "weeks": [_WEEK],
    "segment_id": "6cb649eec2ffa73aedb45b35",
    "campaign_id": "837c9034f8395d56171f02d7",
}
_NIGHT: dict[str, Any] = {
    "as_of": "2026-11-21",
    "last_week": "2026-11-09",
    "verdicts": [{"verdict": "fallen", "groups": 1}, {"verdict": "steady", "groups": 23}],
}


def _like(example: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class AlertWeek(Answer):
    """A week of a fall. The typical receipt is that of mean logarithm, which a few great ones do not move."""

    model_config = _like(_WEEK)

    week: Annotated[date, Field(description="The mall-local Monday it began on.")]
    receipts: Annotated[int, Field(description="Receipts of the group that money paid.")]
    average_fen: Annotated[int, Field(description="What a receipt paid on average.")]
    typical_fen: Annotated[int, Field(description="What a typical receipt paid; this is what is judged.")]
    expected_fen: Annotated[int, Field(description="What it would have paid at the distance that was normal before.")]
    fall_per_mille: Annotated[int, Field(description="How far the typical receipt was below it.")]


class ReceiptAlert(Answer):
    """A group whose receipts fell, and what may be done about it."""

    model_config = _like(_ALERT)

    alert_id: str
    group_kind: GroupKind
    group: Annotated[str, Field(description="The tier's code, the stage, the category or the segment's id.")]
    first_week: Annotated[date, Field(description="The Monday on which the fall began.")]
    last_week: Annotated[date, Field(description="The Monday of the last week it was seen in.")]
    told_at: Annotated[str, Field(description="When the refresh was asked for that saw it first.")]
    looked_at: Annotated[str, Field(description="When the refresh was asked for that the figures are of.")]
    basis: Annotated[
        Basis, Field(description="Compared with the like weeks of the year before; without these, with everybody else.")
    ]
    fall_per_mille: Annotated[int, Field(description="Of all its weeks, how far below what was expected.")]
    threshold_per_mille: Annotated[int, Field(description="How far below every week had to be.")]
    p_value: Annotated[float, Field(description="The probability of such a fall in this group by chance alone.")]
    weeks_before: Annotated[int, Field(description="How many weeks before the fall say what is normal.")]
    weeks: tuple[AlertWeek, ...]
    segment_id: Annotated[str, Field(description="The segment of the group's members.")]
    campaign_id: Annotated[
        str, Field(description="The win-back that is drafted some seconds after the alert, for approval.")
    ]


class AlertVerdict(Answer):
    """How many groups the newest night said this of.

    Attributes:
        verdict: `fallen`; `chance`: far and long enough, but it may be chance; `steady`; `too_few_receipts` in one of
            the newest weeks; `too_little_before`: not enough weeks to compare with.
    """

    model_config = _like(_NIGHT["verdicts"][0])

    verdict: Verdict
    groups: int


class ReceiptAlerts(Answer):
    """A page of alerts, the newest falls first.

    Attributes:
        as_of: the day the newest night stands on; `judged_week` is the last week it judged. Null before the first.
        verdicts: what that night said of all groups: why there is no alert of the others.
    """

    model_config = _like(
        {
            "as_of": _NIGHT["as_of"],
            "judged_week": _NIGHT["last_week"],
            "verdicts": _NIGHT["verdicts"],
            "items": [_ALERT],
            "next": None,
        }
    )

    as_of: date | None
    judged_week: date | None
    verdicts: tuple[AlertVerdict, ...]
    items: tuple[ReceiptAlert, ...]
    next: str | None = None
