"""A group's average receipt falls: told once, kept up to date, listed with its reasons (requirement I3)."""

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest

from functions.insight import alerts_desk, work_desk
from functions.insight.alerts import keeping
from functions.insight.nights import refreshing
from functions.insight.steps import STEPS
from functions.outbox.insight import of_insight_row
from loyalty import dynamo, win_back
from tests.functions.insight.nights import AUDITOR, TODAY, begun, pump, refreshed
from tests.functions.insight.spending import NEWEST, Buyers, falling, recounted, sold, steady
from tests.functions.insight.stories import NOW
from tests.functions.insight.test_crashes import died
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import Lake, everything
from tests.support import Context, HttpAnswer, call, http_event, member_caller

GOLD = Buyers("gold", "jewellery", 40, falling)
REGULAR = Buyers("regular", "dining", 60, steady)


@pytest.fixture(autouse=True)
def night(nights: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    """A night that does nothing but look for falls."""
    monkeypatch.setattr(refreshing, "STEPS", [step for step in STEPS if step.name == "alerts"])


def ask(**query: str) -> HttpAnswer:
    return call(alerts_desk.handler, http_event("GET /insight/alerts", caller=AUDITOR, query=query))


def rows() -> list[dict[str, Any]]:
    return [row for row in everything("insight") if row["insight_id"].startswith("alert/")]


def told() -> list[Any]:
    """The events that the rows, as they stand, mean."""
    return [event for row in rows() for event in of_insight_row(row, "aurora")]


def groups(answer: HttpAnswer) -> set[tuple[str, str]]:
    return {(one["group_kind"], one["group"]) for one in answer.body["items"]}


def test_before_the_first_night_nothing_is_known() -> None:
    assert ask().body == {"as_of": None, "judged_week": None, "verdicts": [], "items": [], "next": None}


def test_a_fall_is_listed_with_its_weeks_its_reasons_and_what_is_done_about_it(lake: Lake) -> None:
    sold(lake, GOLD, REGULAR)
    assert refreshed()["state"] == "done"
    answer = ask().body
    assert (answer["as_of"], answer["judged_week"]) == (TODAY.isoformat(), NEWEST.isoformat())
    (gold,) = [one for one in answer["items"] if one["group_kind"] == "tier"]
    assert (gold["group"], gold["basis"], gold["threshold_per_mille"]) == ("gold", "year_before", 100)
    assert (gold["first_week"], gold["last_week"]) == ("2026-10-26", "2026-11-09")
    assert [week["receipts"] for week in gold["weeks"]] == [40, 40, 40]
    for week in gold["weeks"]:
        assert week["typical_fen"] == pytest.approx(12_000, rel=0.15)
        assert week["expected_fen"] == pytest.approx(20_000, rel=0.15)
        assert week["fall_per_mille"] == pytest.approx(1000 - week["typical_fen"] * 1000 / week["expected_fen"], abs=1)
    assert gold["fall_per_mille"] == pytest.approx(400, abs=60)
    assert 0 < gold["p_value"] < 0.001
    assert gold["segment_id"] == win_back.segment_id_for("tier", "gold")
    assert gold["campaign_id"] == win_back.draft_id_for(gold["alert_id"])


def test_falls_are_those_of_an_independent_recount(lake: Lake) -> None:
    receipts = sold(lake, GOLD, REGULAR, Buyers("silver", "toys", 50, lambda ago: 15_000 if ago < 6 else 20_000))
    refreshed()
    for column, kind in (("tier", "tier"), ("category", "category")):
        wanted = recounted(receipts, column)
        found = {one["group"]: one for one in ask(limit="100").body["items"] if one["group_kind"] == kind}
        assert set(found) == set(wanted)
        assert len(wanted) == 2
        for group, alert in found.items():
            assert len(alert["weeks"]) == wanted[group]["weeks"]
            assert alert["p_value"] == pytest.approx(wanted[group]["p_value"], rel=0.1)
            assert alert["weeks"][-1]["typical_fen"] == pytest.approx(wanted[group]["typical"], rel=1e-3)


def test_what_is_said_of_every_group_explains_what_is_not_told(lake: Lake) -> None:
    sold(lake, GOLD, REGULAR, Buyers("silver", "toys", 5, falling))
    refreshed()
    answer = ask()
    assert ("tier", "gold") in groups(answer)
    assert {("tier", "regular"), ("tier", "silver"), ("category", "toys")}.isdisjoint(groups(answer))
    verdicts = {one["verdict"]: one["groups"] for one in answer.body["verdicts"]}
    assert verdicts["fallen"] == len(answer.body["items"])
    assert verdicts["too_few_receipts"] >= 2  # silver, toys
    assert verdicts["steady"] >= 2  # regular, dining


def test_a_season_of_every_year_is_not_told(lake: Lake) -> None:
    """After the Spring Festival gold members buy half as much as for it, each year, and it moves by three weeks."""
    last = date(2026, 3, 9)

    def feast(ago: int) -> float:
        week = last - timedelta(weeks=ago)
        feasts = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))
        return 40_000 if any(0 < (day - week).days - day.weekday() <= 28 for day in feasts) else 20_000

    sold(lake, Buyers("gold", "wine", 40, feast), REGULAR, to=last)
    for ago in (0, 2, 8):
        week = last - timedelta(weeks=ago)
        refreshed(f"weeks-{ago}", week + timedelta(weeks=1))
        answer = ask().body
        assert (answer["judged_week"], answer["items"]) == (week.isoformat(), [])
        assert {one["verdict"] for one in answer["verdicts"]} <= {"steady", "too_few_receipts"}  # new: long ago


def test_members_of_an_rfm_segment_are_a_group_beside_everybody_else(lake: Lake) -> None:
    sold(lake, GOLD, REGULAR)
    entered = [
        {"event_id": f"in-{number}", "member_id": f"gold-{number:03d}", "segment_id": segment, "what": "entered"}
        for number in range(40)
        for segment in ("rfm_champions", "mine")
    ]
    day = {"biz_date": NEWEST - timedelta(weeks=20), "biz_hour": 5}
    lake.engine.put(
        "segments", [{**row, **day, "event_id": f"{row['event_id']}{row['segment_id']}"} for row in entered]
    )
    refreshed()
    (found,) = [one for one in ask().body["items"] if one["group_kind"] == "segment"]
    assert (found["group"], found["segment_id"]) == ("rfm_champions", "rfm_champions")
    assert found["basis"] == "rest_of_mall"  # nobody was in the segment a year before


def test_who_left_a_segment_is_no_longer_of_it(lake: Lake) -> None:
    sold(lake, GOLD, REGULAR)
    for number in range(40):
        member = {"member_id": f"gold-{number:03d}", "segment_id": "rfm_loyal", "biz_hour": 5}
        for what, ago in (("entered", 20), ("left", 2)):
            lake.add("segments", **member, what=what, biz_date=NEWEST - timedelta(weeks=ago))
    refreshed()
    assert ("segment", "rfm_loyal") not in groups(ask())


def test_a_fall_is_told_once_however_often_a_night_is_repeated(lake: Lake) -> None:
    sold(lake, GOLD, REGULAR)
    refreshed("night-1")
    first, events = rows(), told()
    assert len(events) == len(first) >= 2
    assert {event.type for event in events} == {"AverageReceiptFell"}
    assert all("gold-" not in event.model_dump_json() for event in events)  # nobody is named
    refreshed("night-2")
    again = rows()
    assert told() == []
    kept = ("kind", "alert_id", "at", "weeks", "campaign_id")
    assert [{name: row[name] for name in kept} for row in again] == [
        {name: row[name] for name in kept} for row in first
    ]


def test_two_nights_at_once_tell_a_fall_once(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither sees the other's rows; the second finds them when it writes its own."""
    monkeypatch.setattr(keeping, "_since", lambda _first_week: [])
    sold(lake, GOLD, REGULAR)
    events: list[str] = []
    with Stream(events):
        refreshed("night-1")
        monkeypatch.setattr(work_desk, "utc_now", lambda: NOW + timedelta(seconds=1))
        refreshed("night-2")
    assert len(events) == len(rows()) >= 2


@pytest.mark.parametrize("moment", ["dynamodb.PutItem", "dynamodb.UpdateItem", "dynamodb.Query"])
def test_a_night_killed_at_any_call_tells_each_fall_once(moment: str, lake: Lake) -> None:
    sold(lake, GOLD, REGULAR)
    events: list[str] = []
    for at in range(30):
        for row in rows():
            dynamo.client().delete_item(
                TableName="insight", Key=dynamo.to_item({name: row[name] for name in ("insight_id", "kind")})
            )
        with Stream(events):
            begun(f"{moment}-{at}")
            was_killed = died(moment, at)
            pump()
        alerts = len(rows())
        assert alerts >= 2
        assert len(events) == len(set(events)) == alerts
        events.clear()
        if not was_killed:
            assert at > 0
            return
    raise AssertionError("there is always one more call")


class Stream:
    """Collects the events of every version of an alert that was really written, as the table's stream would."""

    def __init__(self, events: list[str]) -> None:
        self.events, self.bus = events, dynamo.client().meta.events

    def __enter__(self) -> None:
        self.before: dict[str, Any] = {}
        for name in ("PutItem", "UpdateItem"):
            self.bus.register(f"after-call.dynamodb.{name}", self._look)

    def __exit__(self, *_: object) -> None:
        for name in ("PutItem", "UpdateItem"):
            self.bus.unregister(f"after-call.dynamodb.{name}", self._look)

    def _look(self, **_: Any) -> None:
        for row in rows():
            if self.before.get(row["kind"]) != row:
                self.before[row["kind"]] = row
                self.events += [event.id for event in of_insight_row(row, "aurora")]


def test_a_fall_that_goes_on_is_the_same_alert_with_newer_weeks(lake: Lake) -> None:
    sold(lake, Buyers("gold", "jewellery", 40, lambda ago: 12_000 if ago < 5 else 20_000), REGULAR)
    week = timedelta(weeks=1)
    refreshed("earlier", TODAY - 2 * week)
    first = {row["kind"]: row for row in rows()}
    refreshed("later", TODAY)
    later = {row["kind"]: row for row in rows()}
    assert set(first) <= set(later)
    tier = next(kind for kind in first if "/tier/" in kind)
    assert (first[tier]["last_week"], later[tier]["last_week"]) == ("2026-10-26", "2026-11-09")
    assert (len(first[tier]["weeks"]), len(later[tier]["weeks"])) == (3, 5)
    assert (first[tier]["happened"], later[tier]["happened"]) == (["AverageReceiptFell"], [])
    assert first[tier]["alert_id"] == later[tier]["alert_id"]


def test_a_night_that_stands_on_an_earlier_day_takes_nothing_back(lake: Lake) -> None:
    sold(lake, Buyers("gold", "jewellery", 40, lambda ago: 12_000 if ago < 5 else 20_000), REGULAR)
    refreshed("later", TODAY)
    (before,) = [row for row in rows() if "/tier/" in row["kind"]]
    refreshed("earlier", TODAY - timedelta(weeks=2))
    assert [row for row in rows() if "/tier/" in row["kind"]] == [before]


def test_a_fall_whose_beginning_looks_otherwise_later_is_still_the_same(lake: Lake) -> None:
    """Receipts that came late make the fall begin a week earlier; after weeks of peace it is another one."""
    fall = {"group_kind": "tier", "group": "gold", "first_week": "2026-10-26", "last_week": "2026-11-09"}
    for first, last, same in (
        ("2026-10-19", "2026-11-16", True),
        ("2026-11-16", "2026-11-30", True),
        ("2026-11-23", "2026-12-07", False),
        ("2026-09-28", "2026-10-19", False),
    ):
        assert keeping._is_same(fall, {**fall, "first_week": first, "last_week": last}) is same
    assert not keeping._is_same(fall, {**fall, "group": "silver"})


def test_the_newest_falls_come_first_page_by_page(lake: Lake) -> None:
    sold(lake, GOLD, Buyers("silver", "toys", 50, lambda ago: 12_000 if ago < 6 else 20_000), REGULAR)
    refreshed()
    whole = ask(limit="100").body["items"]
    assert [one["first_week"] for one in whole] == sorted((one["first_week"] for one in whole), reverse=True)
    paged, query = [], {"limit": "1"}
    while query:
        answer = ask(**query)
        paged += answer.body["items"]
        query = {"limit": "1", "cursor": answer.body["next"]} if answer.body["next"] else {}
        assert ("link" in answer.headers) is bool(query)
    assert paged == whole
    assert len(whole) >= 4


def test_alerts_come_as_a_table_too_one_line_a_week(lake: Lake) -> None:
    sold(lake, GOLD, REGULAR)
    refreshed()
    event = http_event("GET /insight/alerts", caller=AUDITOR, query={"format": "csv", "limit": "1"})
    serving: Any = alerts_desk.handler
    answer = serving(event, Context())
    (item,) = ask(limit="1").body["items"]
    lines = list(csv.DictReader(io.StringIO(answer["body"])))
    assert {"alert_id", "week", "typical_fen", "expected_fen", "receipts", "p_value", "campaign_id"} <= set(lines[0])
    assert [line["week"] for line in lines] == [week["week"] for week in item["weeks"]]
    assert {line["group"] for line in lines} == {item["group"]}
    assert "format=csv&cursor" in answer["headers"]["Link"]
    assert answer["headers"]["Content-Type"].startswith("text/csv")


def test_a_cursor_of_another_list_is_refused_and_so_are_members() -> None:
    assert (ask(cursor="abc").status, ask(cursor="abc").body["code"]) == (400, "invalid_cursor")
    assert ask(limit="0").status == 400
    member = http_event("GET /insight/alerts", caller=member_caller("somebody"))
    assert call(alerts_desk.handler, member).status == 403
