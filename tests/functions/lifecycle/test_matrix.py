"""Fifteen months of the daily job in every kind of zone: nobody is early, late, doubled or left out (issue 7; B2-B4).

Somebody was born on each day of the year, has a child who was, and joined on it. The job starts as the schedule of
`infra` starts it, at a time of the mall's clock; or late, twice, not at all for two days; its pages wait. What it does
then are the product's own rules, called as the sweep and its workers call them. What is due is said in plain dates.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from functions.lifecycle import deciding, sweeping
from functions.lifecycle.deciding import Given, NotGivenError, Person, Wish
from functions.lifecycle.definition import OccasionOffer, Running
from functions.lifecycle.sweeping import Round
from functions.lifecycle.windows import last_day
from infra.mall_file import Schedules, first_day_skipping
from loyalty.accounts import open_account
from loyalty.birthdays import born_on
from loyalty.clock import local_date
from loyalty.types import Day, MemberId, Status
from tests.proof.scale import SEED
from tests.support import PROGRAMME
from tests.zones import ZONES

BEGINS, ENDS = date(2026, 12, 20), date(2028, 3, 20)
"""A whole year without the leap day, the turn of two years, and a leap day."""
ASKED_FROM, ASKED_UNTIL = date(2027, 2, 27), date(2028, 3, 8)
"""Days of which everything is checked: what was published later than a gift is due comes at once, or late."""
TIMES = (Schedules().lifecycle, time(3, 30), time(23, 55))
DAYS = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]
LEAP_DAY = (2, 29)
ACCOUNT = open_account(MemberId("m"), Status.ACTIVE, PROGRAMME, Day("260101"))


def offer(occasion: str, ahead: int, **changes: Any) -> OccasionOffer:
    names = {"name_zh": "礼", "name_en": "Gift", "points": 1, "greeting": True}
    return OccasionOffer.model_validate({**names, "occasion": occasion, "days_ahead": ahead, **changes})


OFFERS = {
    "birthday": offer("birthday", 30),
    "birthday at once": offer("birthday", 0),
    "birthday long before": offer("birthday", 60),
    "child": offer("family_birthday", 0, who={"relations": ["child"], "oldest": 12}),
    "joined": offer("anniversary", 0),
    "new year's eve": offer("festival", 0, on="12-31", segment_id="all"),
    "leap day": offer("festival", 7, on="02-29", segment_id="all"),
}
RUNNING = [Running(name, one, 0, "2026-11-30T00:00:00.000Z") for name, one in OFFERS.items()]


class Happened(NamedTuple):
    """Somebody got an offer, or was congratulated: for which day, and on which day of the mall."""

    offer_id: str
    who: str
    day: date
    on: date
    greets: bool


@dataclass
class Mall:
    """What a mall keeps between two runs: how far each offer has come, and what everybody had of it."""

    zone: str
    reached: dict[str, date | None] = field(default_factory=lambda: dict.fromkeys(OFFERS))
    had: dict[tuple[str, str, bool], Given] = field(default_factory=lambda: defaultdict(Given))
    happened: list[Happened] = field(default_factory=list)

    def run(self, listed_at: datetime, worked_at: datetime) -> None:
        """Run the daily job: list whose day it is, and let workers give, perhaps later."""
        as_of, today = local_date(listed_at, self.zone), local_date(worked_at, self.zone)
        for turn, offer_ids in sweeping._rounds(RUNNING, self.reached, as_of).items():
            for who, row in whose(turn):
                for offer_id in offer_ids:
                    self._take(turn, offer_id, Person(ACCOUNT, born=row), who, today)
        for name, one in OFFERS.items():
            self.reached[name] = max(self.reached[name] or date.min, last_day(one, as_of))

    def _take(self, turn: Round, offer_id: str, person: Person, who: str, today: date) -> None:
        is_child = turn.occasion.value == "family_birthday"
        wish = Wish(offer_id, OFFERS[offer_id], who, turn.day, "child" if is_child else None)
        key = (offer_id, who, turn.greets)
        try:
            require(wish, person, self.had[key], today, greets=turn.greets)
        except NotGivenError:
            return
        self.had[key] = self.had[key].after(wish)
        self.happened.append(Happened(offer_id, who, turn.day, today, turn.greets))


def require(wish: Wish, person: Person, had: Given, today: date, *, greets: bool) -> None:
    """Ask the rules, as giving and greeting do."""
    if greets:
        deciding.require_its_day(wish, today)
    deciding.require_fitting(wish, person, had, today)


def whose(turn: Round) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield whose day it is, as the indexes list them, and the row that says so."""
    if turn.segment_id:
        yield "somebody", {}
        return
    for mmdd in born_on(turn.day):
        match turn.occasion.value:
            case "birthday":
                yield mmdd, {"born": mmdd}
            case "anniversary":
                yield mmdd, {"joined": f"24{mmdd}"}
            case _:
                born = f"2020-{mmdd[:2]}-{mmdd[2:]}"
                yield mmdd, {"relation": "child", "birthday": born, "consent": {"by": "guardian"}}


Start = tuple[datetime, datetime]
"""When a run lists, and when its pages are worked off."""


def started(zone: str, at: time) -> list[datetime]:
    """Return when the schedule starts the job: once a day, when the mall's clocks show that time the first time."""
    days = [BEGINS + timedelta(days=n) for n in range((ENDS - BEGINS).days)]
    return [datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in days]


def on_time(starts: list[datetime], _luck: Random) -> list[Start]:
    return [(start, start) for start in starts]


def twice(starts: list[datetime], luck: Random) -> list[Start]:
    return [(start, start + timedelta(minutes=luck.randrange(4))) for start in starts for _ in range(2)]


def late(starts: list[datetime], luck: Random) -> list[Start]:
    """Hours late, its pages even more: some stand on the next day already."""
    begun = [start + timedelta(hours=luck.choice((0, 0, 3, 20))) for start in starts]
    return sorted((start, start + timedelta(hours=luck.choice((0, 0, 5, 26)))) for start in begun)


def missed(starts: list[datetime], luck: Random) -> list[Start]:
    """Every few days two in a row do not run: at ends of months and years, on the leap day, anywhere."""
    return [(start, start) for n, start in enumerate(starts) if (n + luck.randrange(2)) % 9 > 1]


WAYS: dict[str, tuple[Callable[[list[datetime], Random], list[Start]], int]] = {
    "on time": (on_time, 0),
    "twice": (twice, 0),
    "late": (late, 3),
    "missed": (missed, 3),
}
"""In which ways the job runs, and how many days late a gift may be because of it."""


def dates_of(mmdd: str) -> Iterator[date]:
    """Yield the dates on which a yearly day falls, said in plain dates."""
    for year in range(2027, 2029):
        is_leap = (int(mmdd[:2]), int(mmdd[2:])) == LEAP_DAY and year % 4
        yield date(year, 2, 28) if is_leap else date(year, int(mmdd[:2]), int(mmdd[2:]))


def due() -> set[tuple[str, str, date]]:
    """Return every gift that is due: offer, member, day."""
    everybody = [f"{day:%m%d}" for day in DAYS]
    found = {(name, who, day) for name in list(OFFERS)[:5] for who in everybody for day in dates_of(who)}
    found |= {("new year's eve", "somebody", date(2027, 12, 31))}
    found |= {("leap day", "somebody", day) for day in (date(2027, 2, 28), date(2028, 2, 29))}
    return {one for one in found if ASKED_FROM <= one[2] < ASKED_UNTIL}


DUE = due()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("zone", ZONES)
def test_every_gift_comes_once_on_its_day_and_every_congratulation_on_the_day_itself(zone: str, way: str) -> None:
    (run_as, days_late), at = WAYS[way], TIMES[(ZONES.index(zone) + list(WAYS).index(way)) % len(TIMES)]
    assert first_day_skipping(at, ZoneInfo(zone)) is None  # or `infra` would refuse this mall
    mall = Mall(zone)
    for listed_at, worked_at in run_as(started(zone, at), Random(SEED)):
        mall.run(listed_at, worked_at)
    gifts = [one for one in mall.happened if not one.greets and ASKED_FROM <= one.day < ASKED_UNTIL]
    assert len(gifts) == len({(one.offer_id, one.who, one.day) for one in gifts}), f"seed {SEED}: somebody had two"
    assert {(one.offer_id, one.who, one.day) for one in gifts} == DUE, f"seed {SEED}"
    waits = {(one.on - one.day).days + OFFERS[one.offer_id].ahead for one in gifts}
    assert min(waits) >= 0, f"seed {SEED}: somebody had it early"
    assert max(waits) <= days_late, f"seed {SEED}: somebody had it late"
    said = [one for one in mall.happened if one.greets and ASKED_FROM <= one.day < ASKED_UNTIL]
    assert all(one.on == one.day for one in said), f"seed {SEED}: congratulated on another day"
    told = [(one.offer_id, one.who, one.day) for one in said]
    assert len(told) == len(set(told)), f"seed {SEED}: congratulated twice"
    assert set(told) == DUE if days_late == 0 else set(told) <= DUE
