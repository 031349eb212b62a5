"""The night's step of alerts: groups whose average receipt fell for weeks running (requirement I3, ADR 0922)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from functions.insight.alerts import finding, keeping, weeks
from functions.insight.alerts.finding import Group
from functions.insight.alerts.judging import BEFORE_WEEKS, MOST_WEEKS, Limits, Series
from functions.insight.nights.night import Document, Night, Row, Step
from loyalty.lake.composing import compose, parameters_of
from loyalty.lake.literals import Value
from loyalty.settings import setting
from loyalty.win_back import GroupKind

QUERIES = Path(__file__).parent.parent / "queries"
PARTS: Mapping[str, Mapping[str, GroupKind]] = {
    "receipts": {"tier": GroupKind.TIER, "stage": GroupKind.STAGE},
    "categories": {"category": GroupKind.CATEGORY},
    "segments": {"segment_id": GroupKind.SEGMENT},
}
"""Each the answer of `queries/alert_<part>.sql`, and the groups that its columns name."""
NAME = "alerts"
"""The document: what was said of how many groups, and the falls of the night."""
LOOKED_AT_WEEKS = MOST_WEEKS + BEFORE_WEEKS + weeks.FARTHEST_WEEKS


def limits() -> Limits:
    """Return what the mall's file asks for: `fall,weeks,receipts`."""
    return Limits(*(int(part) for part in setting("INSIGHT_ALERTS").split(",")))


def first_week(night: Night) -> date:
    """Return the first week a night looks at."""
    return weeks.back(weeks.newest(night.as_of), LOOKED_AT_WEEKS - 1)


def questions(night: Night) -> list[str]:
    """Return the SQL of the night's sums, in the order of `PARTS`."""
    stages = (int(days) for days in setting("INSIGHT_STAGE_DAYS").split(","))
    values: dict[str, Value] = dict(zip(("new_days", "active_days", "dormant_days"), stages, strict=True))
    last_day = weeks.newest(night.as_of) + weeks.WEEK - weeks.DAY
    values |= {"first_day": first_week(night), "last_day": last_day}
    return [compose(_text(part), _asked(part, values)) for part in PARTS]


def documents(night: Night, answers: Sequence[Iterable[Row]]) -> Iterator[Document]:
    """Yield the document of what was found."""
    first = first_week(night)
    found = {part: finding.gathered(rows, PARTS[part], first) for part, rows in zip(PARTS, answers, strict=True)}
    mall = finding.everybody(_of_kind(found["receipts"], GroupKind.TIER))
    sold = finding.everybody(found["categories"].values())
    beside = {"receipts": mall, "categories": sold, "segments": mall}
    groups = [(group, own, beside[part]) for part in PARTS for group, own in found[part].items()]
    yield Document(NAME, finding.falls(groups, weeks.newest(night.as_of), limits()))


def _of_kind(groups: Mapping[Group, Series], kind: GroupKind) -> list[Series]:
    return [series for group, series in groups.items() if group.kind is kind]


def _asked(part: str, values: Mapping[str, Value]) -> dict[str, Value]:
    return {one.name: values[one.name] for one in parameters_of(_text(part))}


@cache
def _text(part: str) -> str:
    return (QUERIES / f"alert_{part}.sql").read_text(encoding="utf-8")


STEP = Step(NAME, questions, documents, keeping.keep)
