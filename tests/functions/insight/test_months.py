"""The monthly report: exact against a recount, as nights make it, against what the mall expects (I6, I7)."""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from functions.insight import reports_desk
from functions.insight.nights import documents
from functions.insight.nights.night import Night
from functions.insight.reports import months
from tests.functions.insight.nights import AUDITOR, TODAY, receipt, refreshed
from tests.functions.segments.office import Lake
from tests.lake.mall import mall as made_mall
from tests.support import Context, HttpAnswer, call, http_event, member_caller

EXPECTED: dict[str, Any] = {"new_members": None, "margins": {}}
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
BASE = "regular"


@pytest.fixture(autouse=True)
def desk(nights: Any, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The desk of reports is open, in a mall that expects nothing."""
    monkeypatch.setenv("INSIGHT_EXPECTED", json.dumps(EXPECTED))
    return monkeypatch


def ask(month: str, **more: Any) -> HttpAnswer:
    return call(reports_desk.handler, http_event(f"GET /insight/months/{month}", **{"caller": AUDITOR, **more}))


def filled(lake: Lake) -> dict[str, list[dict[str, Any]]]:
    """A mall of 1,500 receipts, with whatever can go wrong; its rows, each once."""
    made = made_mall(seed=8, receipts=1500, today=TODAY)
    made.put(lake.engine)
    lake.engine.put("points", [])
    return {table: list({repr(row): row for row in rows}.values()) for table, rows in made.rows.items()}


def within(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [row for row in rows if FIRST <= row["biz_date"] <= LAST]


def newest(rows: Iterable[Mapping[str, Any]], what: str, column: str) -> Any:
    told = [row for row in rows if row["what"] == what and row["biz_date"] <= LAST]
    return max(told, key=lambda row: (row["seq"], row["at"], row["event_id"]))[column] if told else None


def test_a_month_is_exactly_what_a_recount_finds(lake: Lake) -> None:
    rows = filled(lake)
    assert refreshed()["state"] == "done"
    told = ask("2026-10").body
    bought, lines, back = (within(rows[table]) for table in ("receipts", "lines", "returns"))
    assert told["consumption"]["receipts"] == len(bought) > 30
    assert told["consumption"]["paid_fen"] == sum(row["paid"] for row in bought)
    visits = Counter(row["member_id"] for row in bought)
    assert told["consumption"]["buyers"] == len(visits)
    assert told["consumption"]["repeat_buyers"] == sum(count > 1 for count in visits.values())
    assert told["consumption"]["money_back_fen"] == sum(row["money_back"] for row in back)
    net: Counter[str] = Counter()
    items = defaultdict(set)
    for row in lines:
        net[row["category"]] += row["net"]
        items[row["event_id"]].add(row["sku"])
    assert {one["group"]: one["paid_fen"] for one in told["by_category"]} == net
    assert told["attachment"]["more_items"] == sum(len(own) > 1 for own in items.values())
    assert told["attachment"]["receipts"] == len(items)


def test_members_are_counted_as_they_stood_at_the_months_end(lake: Lake) -> None:
    rows = filled(lake)
    refreshed()
    told = ask("2026-10").body
    found_rows: tuple[defaultdict[str, list[Any]], ...] = tuple(defaultdict(list) for _ in range(3))
    own, bought, moved = found_rows
    for table, found, column in (("members", own, None), ("receipts", bought, "biz_date"), ("points", moved, None)):
        for row in rows[table]:
            if row["biz_date"] <= LAST or table == "members":
                found[row["member_id"]].append(row[column] if column else row)
    stages: Counter[str] = Counter()
    tiers: Counter[str | None] = Counter()
    joined = 0
    for member, known in own.items():
        begun = newest(known, "enrolled", "biz_date")
        status = newest(known, "status", "status") or newest(known, "enrolled", "status")
        joined += begun is not None and begun >= FIRST
        if begun and status != "awaiting_approval" and newest(known, "erased", "biz_date") is None:
            stages[stage(bought[member])] += 1
            tiers[tier(known, moved[member])] += 1
    assert told["new_members"]["joined"] == joined > 0
    assert {one["group"]: one["members"] for one in told["by_stage"]} == stages
    assert {one["group"]: one["members"] for one in told["by_tier"] if one["members"]} == tiers
    assert told["members"] == stages.total() > 100


def stage(days: list[date]) -> str:
    if not days:
        return "potential"
    if (LAST - min(days)).days <= 30:
        return "new"
    ago = (LAST - max(days)).days
    return "active" if ago <= 90 else "dormant" if ago <= 180 else "lost"


def tier(known: list[Any], moved: list[Any]) -> str | None:
    told = [row for row in moved if row["balance"] is not None]
    of_points: Any = max(told, key=lambda row: int(row["member_seq"]))["tier"] if told else None
    found: str | None = newest(known, "tier", "tier") or newest(known, "enrolled", "tier") or of_points
    return found


def test_a_night_reports_its_month_so_far_and_the_whole_one_before(lake: Lake) -> None:
    for number, day in enumerate((TODAY, TODAY + timedelta(days=1), LAST, FIRST, FIRST - timedelta(days=1))):
        receipt(lake, number, {"boots": "shoes"}, day)
    refreshed()
    this, before = ask("2026-11").body, ask("2026-10").body
    assert (this["consumption"]["receipts"], this["last_day"], this["is_over"]) == (1, "2026-11-21", False)
    assert (before["consumption"]["receipts"], before["last_day"], before["is_over"]) == (2, "2026-10-31", True)


def test_a_month_that_no_night_stood_in_is_reported_after_a_refresh_of_it(lake: Lake) -> None:
    receipt(lake, 1, {"boots": "shoes"}, date(2026, 2, 28))
    refreshed()
    answer = ask("2026-02")
    assert (answer.status, answer.body["code"]) == (404, "month_not_reported")
    refreshed("february", date(2026, 2, 28))
    told = ask("2026-02").body
    assert (told["consumption"]["receipts"], told["is_over"], told["as_of"]) == (1, True, "2026-02-28")


def test_a_stage_ends_on_its_last_day(lake: Lake) -> None:
    old = TODAY - timedelta(days=400)
    days = {"new": (30, TODAY), "active": (90, old), "dormant": (180, old)}
    for name, (ago, first) in days.items():
        for later in (0, 1):
            lake.member(f"{name}-{later}", old)
            lake.bought(f"{name}-{later}", day=min(first, TODAY - timedelta(days=ago + later)))
            lake.bought(f"{name}-{later}", day=TODAY - timedelta(days=ago + later))
    refreshed()
    stages = {one["group"]: one["members"] for one in ask("2026-11").body["by_stage"]}
    assert stages == {"new": 1, "active": 2, "dormant": 2, "lost": 1}


def test_two_lines_of_one_item_are_nothing_attached(lake: Lake) -> None:
    receipt(lake, 1, {"boots": "shoes"})
    (line,) = lake.rows["lines"]
    lake.add("lines", **{**line, "line_no": 2})
    refreshed()
    told = ask("2026-11").body["attachment"]
    assert (told["receipts"], told["more_items"], told["more_categories"]) == (1, 0, 0)
    assert told["pieces_per_receipt_per_mille"] == 2000


def test_new_members_stand_against_the_malls_target(lake: Lake, desk: pytest.MonkeyPatch) -> None:
    lake.member("anna", TODAY)
    lake.member("bert", FIRST)
    refreshed()
    told = ask("2026-11").body["new_members"]
    assert (told["joined"], told["target"], told["reached_per_mille"]) == (1, None, None)
    desk.setenv("INSIGHT_EXPECTED", json.dumps({**EXPECTED, "new_members": 8}))
    told = ask("2026-11").body["new_members"]
    assert (told["target"], told["reached_per_mille"]) == (8, 125)
    assert told["by_channel"] == [{"group": "app", "members": 1}]


def test_who_joins_and_leaves_in_one_month_counts_in_both(lake: Lake) -> None:
    lake.member("anna", TODAY - timedelta(days=3))
    left = {"at": "2026-11-20T02:00:00.000Z", "seq": 9, "biz_date": TODAY, "biz_hour": 10}
    lake.add("members", member_id="anna", what="erased", **left)
    refreshed()
    told = ask("2026-11").body
    assert (told["members"], told["new_members"]["joined"], told["new_members"]["left"]) == (0, 1, 1)
    assert told["consumption"]["buying_per_mille"] is None


def test_points_used_are_told_of_points_earned_without_what_was_undone(lake: Lake) -> None:
    reasons = {"base": 900, "campaign": 200, "taken_back": -90, "campaign_back": -10, "redeemed": -300}
    more = {"given_back": 50, "expired": -70, "opening_balance": 5000, "transfer_in": 40, "adjusted": 7}
    for number, (code, points) in enumerate({**reasons, **more}.items()):
        moved = {"member_id": "anna", "member_seq": number, "reason_no": 1, "biz_date": TODAY, "biz_hour": 9}
        lake.add("points", **moved, purse="courtesy" if code == "campaign" else "points", code=code, points=points)
        lake.add("points", **moved, purse="growth", code="growth", points=100)
    refreshed()
    assert ask("2026-11").body["points"] == {
        "earned": 1000,
        "used": 250,
        "expired": 70,
        "used_per_mille": 250,
        "target_per_mille": 300,
    }


def test_a_margin_is_told_only_where_the_mall_gives_one(lake: Lake, desk: pytest.MonkeyPatch) -> None:
    receipt(lake, 1, {"boots": "shoes", "tea": "dining"})
    receipt(lake, 2, {"tea": "dining", "cake": "dining"})
    refreshed()
    assert ask("2026-11").body["margin"] is None
    desk.setenv("INSIGHT_EXPECTED", json.dumps({**EXPECTED, "margins": {"dining": 620}}))
    told = ask("2026-11").body
    assert told["margin"] == {"margin_fen": 1860, "margin_per_mille": 620, "known_per_mille": 750}
    assert {one["group"]: one["margin_fen"] for one in told["by_category"]} == {"dining": 1860, "shoes": None}


def test_a_report_comes_as_a_table_too(lake: Lake) -> None:
    lake.member("anna", TODAY)
    receipt(lake, 1, {"boots": "shoes", "socks": "socks"})
    refreshed()
    event = http_event("GET /insight/months/2026-11", caller=AUDITOR, query={"format": "csv"})
    serve: Any = reports_desk.handler
    lines = list(csv.reader(io.StringIO(serve(event, Context())["body"])))
    assert lines[0] == ["section", "item", "figure", "value"]
    assert ["month", "2026-11", "members", "1"] in lines
    assert ["new_members", "app", "channel", "1"] in lines
    assert ["consumption", "", "receipts", "1"] in lines
    assert ["by_category", "shoes", "paid_fen", "1000"] in lines
    assert ["attachment", "", "more_items_per_mille", "1000"] in lines


def test_a_night_done_twice_keeps_the_same_report(lake: Lake) -> None:
    filled(lake)
    refreshed("one")
    before = documents.read(months.document_of("2026-10"))
    refreshed("two")
    after = documents.read(months.document_of("2026-10"))
    assert before
    assert after
    assert (after.body, after.as_of) == (before.body, before.as_of)


def test_a_january_reports_the_december_before_it() -> None:
    night = Night(date(2027, 1, 1))
    asked = [step.questions(night)[1] for step in months.STEPS]
    assert "DATE '2027-01-01' AND DATE '2027-01-01'" in asked[0]
    assert "DATE '2026-12-01' AND DATE '2026-12-31'" in asked[1]


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "1999-12", "now"])
def test_what_is_no_month_is_refused(month: str) -> None:
    assert ask(month).status == 400


def test_members_may_not_read_it(lake: Lake) -> None:
    assert ask("2026-11", caller=member_caller("login-anna")).status == 403
