"""The survey that follows a campaign: whom it is about, and when it asks (requirements A1, S1). Pure.

row of the surveys table   key (`survey_id`, `kind`)
a campaign's follow-up     `follow-ups`, `<campaign id>`

A campaign's publication writes the row and its ending moves it, each in its own transaction; what happens in the
campaign is kept while there is such a row, and the hour of surveys asks once it is due (ADR 0830).

    published ──window over, or ended early──> `days_after` mall-local days later, at ten ──> a job asks, once
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from loyalty.clock import add_months, day_of, iso, local_date, month_of, zone
from loyalty.surveys import books

FOLLOW_UPS = "follow-ups"
HOUR = 10
"""The mall's hour at which it is asked."""
LATEST = timedelta(days=7)
"""How long after its hour it is still begun, where runs were missed or the survey paused: later nobody remembers."""
KEPT = timedelta(days=30)
"""How long its rows outlive its day."""
_LAST_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What follows a campaign.

    Attributes:
        survey_id: the survey that was named; whichever of its versions asks then.
        days_after: mall-local days after the campaign's last one.
        over: the first instant at which the campaign is over.
        begun: the job that asks; None: not begun.
    """

    campaign_id: str
    survey_id: str
    days_after: int
    over: datetime
    begun: str | None = None

    def due_at(self, zone_name: str) -> datetime:
        """Return the instant from which it asks."""
        day = local_date(self.over - _LAST_MOMENT, zone_name) + timedelta(days=self.days_after)
        return datetime(day.year, day.month, day.day, HOUR, tzinfo=zone(zone_name))

    def is_due(self, now: datetime, zone_name: str) -> bool:
        """Tell whether it is to be begun now."""
        due = self.due_at(zone_name)
        return self.begun is None and due <= now < due + LATEST

    @property
    def ttl(self) -> int:
        """When nothing of it is needed any more, in seconds of the epoch."""
        return int((self.over + timedelta(days=self.days_after) + KEPT).timestamp())


def key(campaign_id: str) -> dict[str, str]:
    """Return the key of a campaign's follow-up."""
    return {"survey_id": FOLLOW_UPS, "kind": campaign_id}


def to_row(follow_up: FollowUp) -> dict[str, Any]:
    """Return the row it is kept as."""
    return {
        **key(follow_up.campaign_id),
        "survey": follow_up.survey_id,
        "days_after": follow_up.days_after,
        "over": iso(follow_up.over),
        "begun": follow_up.begun,
        "ttl": follow_up.ttl,
    }


def from_row(row: Mapping[str, Any]) -> FollowUp:
    """Return the follow-up a row holds."""
    over = datetime.fromisoformat(row["over"])
    return FollowUp(row["kind"], row["survey"], row["days_after"], over, row.get("begun"))


def figures_keys(follow_up: FollowUp, series_id: str, zone_name: str) -> list[dict[str, str]]:
    """Return where it is counted who was invited and who answered: the months from the campaign's end on.

    An invitation counts on the day it opened, and so does its answer, whenever it comes. None opens before the campaign
    is over, and none is begun later than a week after its hour: six rows at most.
    """
    last = add_months(local_date(follow_up.due_at(zone_name), zone_name), 1)
    month, months = local_date(follow_up.over - _LAST_MOMENT, zone_name).replace(day=1), list[str]()
    while month <= last:
        months.append(month_of(day_of(month)))
        month = add_months(month, 1)
    rows = [books.group_row(books.ABOUT, yymm, follow_up.campaign_id) for yymm in months]
    return [{"survey_id": books.series_book(series_id), "kind": row} for row in rows]
