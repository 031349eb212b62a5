"""Opening and flows make the closing, to the point, on a mall that goes on moving (requirement F3)."""

import random
from datetime import timedelta
from typing import Any

import pytest

from functions.books.reports import handler
from loyalty import dynamo
from loyalty.types import Purse
from tests.functions.books.mall import Mall, account_total, bucket, count
from tests.functions.till import ANNA, BEN, member
from tests.proof.scale import SCALE
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
DAYS = 4


def read(route: str, group: str = "auditor", accept: str = "application/json", **query: str) -> HttpAnswer:
    event = http_event(f"GET {route}", caller=staff_caller(group), query=query, headers={"accept": accept})
    return call(handler, event)


def lines(mall: Mall, purse: str = "points", **query: str) -> list[dict[str, Any]]:
    asked = {"from": "2026-11-03", "to": mall.clock.now.date().isoformat(), "purse": purse, **query}
    answer = read("/books/roll-forward", **asked)
    assert answer.status == 200, answer.body
    return list(answer.body["items"])


def happen(mall: Mall, chance: random.Random, number: int) -> None:
    """Let one thing happen, at some time of the day."""
    who = chance.choice([ANNA, BEN])
    points, last = chance.randint(1, 900), bucket(mall.clock, chance.choice([-3, 1, 2, 40, 200, 370]))
    match chance.randrange(6):
        case 0 | 1:
            mall.earn(who, points, points * 100, f"R-{number}", last, growth=chance.choice([0, points]))
        case 2:
            mall.use(who, points)
        case 3:
            mall.take_back(who, points, last)
        case 4:
            mall.lapse(who)
        case 5:
            mall.adjust(who, chance.choice([-points, points]), bucket(mall.clock, 90))


@pytest.mark.parametrize("seed", range(2 * SCALE))
def test_whatever_happens_every_day_closes_to_the_point(mall: Mall, seed: int) -> None:
    chance = random.Random(seed)
    mall.clock.tomorrow()
    mall.close()
    for _ in range(DAYS):
        for _ in range(chance.randint(0, 9)):
            happen(mall, chance, mall.numbers)
        events = mall.events()
        mall.clock.tomorrow()
        happen(mall, chance, mall.numbers)  # after the cut, before the closing
        assert count([*events, *mall.events()], chance) == []
        mall.close()
    found = lines(mall)
    assert [line["difference"] for line in found] == [*[0] * DAYS, None]
    assert [line["state"] for line in found] == [*["closed"] * DAYS, "open"]
    assert found[-1]["computed"] == account_total()
    growth = lines(mall, purse="growth")
    assert [line["difference"] for line in growth] == [*[0] * DAYS, None]
    assert growth[-1]["computed"] == account_total(Purse.GROWTH)


def test_an_account_that_moved_after_the_cut_is_taken_back_exactly(mall: Mall) -> None:
    mall.earn(ANNA, 500, 50_000, "R-1", bucket(mall.clock, 300))
    mall.earn(BEN, 70, 7_000, "R-2", bucket(mall.clock, 300))
    at_the_cut = account_total()
    mall.clock.tomorrow()
    mall.use(ANNA, 450)
    mall.take_back(ANNA, 200, bucket(mall.clock, 300))
    mall.earn(ANNA, 90, 9_000, "R-3", bucket(mall.clock, 400))
    closing = mall.close()
    assert (closing.total("points"), closing.debt("points")) == (at_the_cut, 0)
    assert (closing.accounts, closing.taken_back) == (2, 1)
    assert closing.places["points"] == {"2708": 570}


def test_a_day_closed_again_later_says_the_same(mall: Mall) -> None:
    mall.earn(ANNA, 500, 50_000, "R-1", bucket(mall.clock, 300))
    day = mall.clock.day
    mall.clock.tomorrow()
    first = mall.close(day)
    for number in range(30):
        mall.clock.now += timedelta(hours=5)
        mall.earn(ANNA, 10 + number, 1_000, f"S-{number}", bucket(mall.clock, 300))
    second = mall.close(day, run=2)
    assert (second.day, second.run, second.places) == (first.day, 2, first.places)


def test_a_request_stamped_before_midnight_and_written_after_it_is_taken_back_right(mall: Mall) -> None:
    day = mall.clock.day
    midnight = mall.clock.now.replace(hour=0) + timedelta(days=1)
    mall.clock.now = midnight + timedelta(seconds=1)
    mall.earn(ANNA, 100, 10_000, "R-after", bucket(mall.clock, 300))
    mall.clock.now = midnight - timedelta(seconds=1)
    mall.earn(ANNA, 7, 700, "R-before", bucket(mall.clock, 300))
    mall.clock.now = midnight + timedelta(hours=4)
    closing = mall.close()
    assert (closing.day, closing.total("points")) == (day, 7)


def test_a_lost_event_shows_as_a_named_difference(mall: Mall) -> None:
    mall.clock.tomorrow()
    mall.close()
    mall.earn(ANNA, 500, 50_000, "R-1", bucket(mall.clock, 100))
    mall.earn(BEN, 40, 4_000, "R-2", bucket(mall.clock, 40))
    kept, lost = sorted(mall.events(), key=lambda event: event["data"]["points"], reverse=True)
    count([kept])
    mall.clock.tomorrow()
    mall.close()
    (line, _) = lines(mall)
    assert (line["state"], line["opening"], line["computed"], line["closing"]) == ("settling", 0, 500, 540)
    assert (line["difference"], line["differences"]) == (40, [{"expires": "2026-12", "points": 40}])
    mall.clock.tomorrow()
    assert lines(mall)[0]["state"] == "different"
    count([lost])
    assert [lines(mall)[0][name] for name in ("state", "difference", "differences")] == ["closed", 0, []]


def test_differences_that_cancel_out_are_still_seen(mall: Mall) -> None:
    mall.clock.tomorrow()
    mall.close()
    mall.earn(ANNA, 500, 50_000, "R-1", bucket(mall.clock, 100))
    count(mall.events())
    mall.earn(BEN, 40, 4_000, "R-2", bucket(mall.clock, 40))
    mall.adjust(ANNA, -40, bucket(mall.clock, 40))
    mall.events()
    mall.clock.tomorrow()
    mall.close()
    line = lines(mall)[0]
    assert (line["difference"], line["state"]) == (0, "settling")
    told = [{"expires": "2026-12", "points": 40}, {"expires": "debt", "points": -40}]
    assert line["differences"] == told


def test_the_lines_say_what_for_and_what_is_owed(mall: Mall) -> None:
    mall.clock.tomorrow()
    mall.close()
    mall.earn(ANNA, 500, 50_000, "R-1", bucket(mall.clock, 300))
    mall.use(ANNA, 450)
    mall.take_back(ANNA, 200, bucket(mall.clock, 300))
    count(mall.events())
    mall.clock.tomorrow()
    mall.close()
    line = lines(mall)[0]
    assert line["earned"] == {"total": 500, "reasons": {"base": 500}}
    assert line["used"] == {"total": -450, "reasons": {"redeemed": -450}}
    assert line["taken_back"]["total"] == -200
    assert (line["closing"], line["outstanding"], line["debt"], line["difference"]) == (-150, 0, 150, 0)


def test_months_add_their_days_up(mall: Mall) -> None:
    mall.clock.tomorrow()
    mall.close()
    for number in range(3):
        mall.earn(ANNA, 100, 10_000, f"R-{number}", bucket(mall.clock, 300))
        count(mall.events())
        mall.clock.tomorrow()
        mall.close()
    (month,) = lines(mall, by="month", to="2026-11-05")
    assert (month["period"], month["state"], month["opening"], month["closing"]) == ("2026-11", "closed", 0, 300)
    assert (month["earned"]["total"], month["difference"]) == (300, 0)


def test_a_table_for_spreadsheets_has_one_line_a_day(mall: Mall) -> None:
    mall.clock.tomorrow()
    mall.close()
    event = http_event(
        "GET /books/roll-forward",
        caller=staff_caller("auditor"),
        query={"from": "2026-11-02", "to": "2026-11-03"},
        headers={"accept": "text/csv"},
    )
    answer = handler(event, Context())  # type: ignore[arg-type]
    header, first, second = str(answer["body"]).splitlines()
    assert header.startswith("period,state,opening,opened,earned,used")
    assert first.startswith("2026-11-02,closed,,0")
    assert second.startswith("2026-11-03,open,0,0")


def test_only_those_who_answer_for_the_books_read_them(mall: Mall) -> None:
    assert [read("/books/roll-forward", group).status for group in ("operator", "approver", "auditor")] == [200] * 3
    assert read("/books/roll-forward", "marketer").status == 403


def test_a_period_is_a_year_at_most_and_lies_behind_us(mall: Mall) -> None:
    wrong = [
        {"from": "2026-11-03", "to": "2026-11-02"},
        {"from": "2026-11-01", "to": "2026-11-03"},
        {"from": "2025-01-01", "to": "2026-11-02"},
        {"from": "2026-02-30", "to": "2026-11-02"},
    ]
    assert [read("/books/roll-forward", **query).status for query in wrong] == [400] * 4


def test_a_member_with_points_from_before_the_books_opens_them(mall: Mall) -> None:
    member("member-old", (bucket(mall.clock, 100), 1_000))
    mall.clock.tomorrow()
    assert mall.close().total("points") == 1_000
    assert dynamo.client().scan(TableName="ledger")["Items"] == []
