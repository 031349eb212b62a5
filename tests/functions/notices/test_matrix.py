"""A year of messages in every kind of zone: none is early, at night, or later than it must be (issue 7; N2).

Messages are decided at any time of any day, and by the minute where clocks jump; the hourly sweep runs as the schedule
of `infra` starts it: at a minute of every hour that the mall's clocks show, once where they show it twice.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.notices import hours
from functions.notices.messages import deciding, hearing
from functions.notices.messages.deciding import Happening, Known, Moment, Published
from functions.notices.messages.member import Member
from functions.notices.messages.message import MessageState
from functions.notices.rules import Mall
from functions.notices.templates.template import NoticeTemplate
from infra.mall_file import Schedules
from loyalty.clock import iso, local_date
from loyalty.notices.occasions import Occasion
from loyalty.types import Status
from tests.zones import ZONES

FIRST, DAYS = date(2027, 12, 1), 400
"""A leap day, two turns of the year, and every jump of the clocks in between."""
QUIET = (("21:00", "08:00"), ("22:30", "07:15"))
AN_HOUR = timedelta(hours=1)
SWEEP = Schedules().notices.minute


@cache
def sweeps_in(zone: str) -> list[datetime]:
    """Return when the hourly sweep runs: at that minute of each hour the clocks show, once where they show it twice."""
    walls = (
        datetime.combine(FIRST + timedelta(days=n), time(hour, SWEEP), tzinfo=ZoneInfo(zone))
        for n in range(DAYS + 5)
        for hour in range(24)
    )
    found = ((wall, wall.astimezone(UTC)) for wall in walls)
    return sorted(instant for wall, instant in found if f"{instant.astimezone(wall.tzinfo):%H%M}" == f"{wall:%H%M}")


@cache
def jumps_in(zone: str) -> tuple[datetime, ...]:
    """Return the hours in which the clocks of a zone jump."""
    begins = datetime.combine(FIRST, time(), tzinfo=UTC)
    instants = [begins + timedelta(hours=n) for n in range(24 * DAYS)]
    here = ZoneInfo(zone)
    return tuple(
        before
        for before, after in pairwise(instants)
        if before.astimezone(here).utcoffset() != after.astimezone(here).utcoffset()
    )


def instants_in(zone: str) -> Iterator[datetime]:
    """Yield instants of any hour over the year, and every quarter of the day around each jump."""
    begins = datetime.combine(FIRST, time(), tzinfo=UTC)
    yield from (begins + timedelta(minutes=373 * n) for n in range(DAYS * 24 * 60 // 373))
    for jump in jumps_in(zone):
        yield from (jump + timedelta(minutes=15 * n - 24 * 60, milliseconds=n) for n in range(2 * 24 * 4))


def template(purpose: str) -> Published:
    definition: dict[str, Any] = {
        "name_zh": "通知",
        "occasion": "CouponSent",
        "purpose": purpose,
        "channels": ["sms"],
        "sms": {"zh": "券"},
        "good_for_hours": 48,
    }
    return Published("t", 1, NoticeTemplate.model_validate(definition))


HAPPENING = Happening("e", Occasion.COUPON_SENT, "anna-000001", "schedule", {})


def sent_at(due_at: datetime, zone: str, quiet: tuple[str, str]) -> datetime:
    """Return when a planned message leaves: with the first sweep from when it is due on that disturbs nobody."""
    runs = sweeps_in(zone)
    for run in runs[bisect_left(runs, due_at) :]:
        if run >= (due_at := hours.speakable(max(run, due_at), *quiet, zone)):
            return run
    raise AssertionError("it never left")


@pytest.mark.parametrize("quiet", QUIET, ids="-".join)
@pytest.mark.parametrize("zone", ZONES)
def test_service_is_written_at_once_or_with_the_first_sweep_after_the_night(zone: str, quiet: tuple[str, str]) -> None:
    mall, known = Mall(quiet_from=quiet[0], quiet_until=quiet[1]), Known(Member("anna-000001"), Status.ACTIVE, True)
    for now in instants_in(zone):
        message = deciding.decided(template("service"), HAPPENING, known, Moment(now, zone, mall))
        assert message.state is MessageState.PLANNED
        due_at = datetime.fromisoformat(str(message.due_at))
        if not is_night(now, zone, quiet):
            assert message.due_at == iso(now), f"{now} is no night in {zone}"
            continue
        left = sent_at(due_at, zone, quiet)
        assert not is_night(left, zone, quiet), f"{now}: written to at night, {left}"
        assert now < due_at <= left < due_at + AN_HOUR, f"{now}: due {due_at}, left {left}"
        assert is_night(due_at - timedelta(minutes=1), zone, quiet), f"{now}: the night was over before {due_at}"


@pytest.mark.parametrize("usual", [2, 9])
@pytest.mark.parametrize("zone", ZONES)
def test_marketing_comes_in_the_members_usual_hour_or_when_the_night_is_over(zone: str, usual: int) -> None:
    quiet = QUIET[0]
    known = Known(Member("anna-000001"), Status.ACTIVE, agrees=True, usual_hour=usual)
    for now in instants_in(zone):
        message = deciding.decided(template("marketing"), HAPPENING, known, Moment(now, zone, Mall()))
        due_at = datetime.fromisoformat(str(message.due_at))
        left = sent_at(due_at, zone, quiet)
        assert not is_night(due_at, zone, quiet), f"{now}: due at night, {due_at}"
        assert now <= left < now + timedelta(hours=36), f"{now}: left {left}"
        assert left.astimezone(ZoneInfo(zone)).hour == (9 if usual == 9 else 8), f"{now}: left {left}"


@pytest.mark.parametrize("zone", ZONES)
def test_a_congratulation_is_good_until_the_day_is_over_and_not_a_moment_longer(zone: str) -> None:
    a_moment = timedelta(milliseconds=1)
    midnights = (datetime.combine(FIRST + timedelta(days=n), time(), tzinfo=ZoneInfo(zone)) for n in range(DAYS))
    for instant in (*instants_in(zone), *(midnight.astimezone(UTC) for midnight in midnights)):
        over = hearing._midnight_after(iso(instant), zone)
        assert local_date(over - a_moment, zone) == local_date(instant, zone), f"{instant}"
        assert local_date(over, zone) == local_date(instant, zone) + timedelta(days=1), f"{instant}"


def is_night(instant: datetime, zone: str, quiet: tuple[str, str]) -> bool:
    """Tell whether the mall's clocks show a time of the night, said in plain times."""
    shown = instant.astimezone(ZoneInfo(zone)).time()
    return shown >= time.fromisoformat(quiet[0]) or shown < time.fromisoformat(quiet[1])


def test_the_clocks_of_seven_zones_jump_and_each_way() -> None:
    assert {zone for zone in ZONES if len(jumps_in(zone)) >= 2} == set(ZONES[2:9])
