"""The two days that make a member somebody special: birthday and anniversary (requirements B1, B4, A4). Pure.

They lie in a row of their own, so that the checkout, which may have to know them, reads nothing else of the person:
month and day of birth without the year, and the day of enrolment. A birthday that is corrected counts; whoever
corrects it again keeps the day that counted before, or every month could be a birthday month. `born_on` lists the row
in the index of birthdays (`loyalty.birthday_index`). Members whose row was written before there was such an index, or
who have none, are listed with their next change, or by `functions.members.birthdays`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loyalty.birthdays import shard_of
from loyalty.clock import local_day

DATES = "dates"
"""The kind of the row."""
MOST_CORRECTIONS = 1


def first_days(profile: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Return the row of a new member."""
    return listed(unlisted_days(profile, zone))


def unlisted_days(profile: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """Return what a profile says of the days: `born` is `mmdd` where the birthday is known, `joined` is `yymmdd`."""
    joined = local_day(datetime.fromisoformat(profile["enrolled_at"]), zone)
    return {"member_id": profile["member_id"], "kind": DATES, "born": _born(profile), "joined": joined}


def after_change(days: Mapping[str, Any], profile: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the row after a change of the profile; None where the row stays what it is."""
    after = listed(corrected(days, _born(profile)))
    return after if after != days else None


def corrected(row: Mapping[str, Any], born: str | None) -> dict[str, Any]:
    """Return a row with another birthday (`mmdd`) in it, unless it was corrected before or None is known."""
    before, corrections = row.get("born"), row.get("corrections", 0)
    if born in {None, before} or (before and corrections >= MOST_CORRECTIONS):
        return dict(row)
    return {**row, "born": born, "corrections": corrections + 1 if before else corrections or None}


def listed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its place in the index of birthdays, if its birthday is known."""
    born = row.get("born")
    return {**row, "born_on": shard_of(born, row["member_id"])} if born else dict(row)


def _born(profile: Mapping[str, Any]) -> str | None:
    birthday = profile.get("birthday")
    return birthday[5:7] + birthday[8:10] if birthday else None
