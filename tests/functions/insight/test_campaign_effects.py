"""What a campaign changed: exact against a recount, in its own days, beside the others, and what it cost (I4)."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from functions.insight import reports_desk
from functions.insight.reports.campaign_days import CampaignNotBegunError, Periods, Published, periods
from loyalty import dynamo
from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.earning.rule import Add, Budget, Gift, Rule, Unit, to_plain
from loyalty.types import Points
from tests.functions.insight.nights import AUDITOR
from tests.functions.insight.stories import NOW
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import Lake
from tests.lake.mall import CAMPAIGN
from tests.lake.mall import mall as made_mall
from tests.support import Context, HttpAnswer, call, http_event, member_caller

ZONE = "Asia/Shanghai"
STARTS, UNTIL = datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 10, 16, tzinfo=UTC)
"""From 1 to 10 November in the mall."""
BEFORE, DURING, AFTER = date(2026, 10, 25), date(2026, 11, 5), date(2026, 11, 15)
RULE = Rule(CAMPAIGN, "双倍", "Double", STARTS, UNTIL, (Add(Gift(Points(10))),))
BOUGHT = {"tenant_id": "shoes", "receipt_no": "R", "channel": "till", "is_first": 0, "gross": 1, "points": 0}


@pytest.fixture(autouse=True)
def desk(nights: Athena, monkeypatch: pytest.MonkeyPatch) -> Athena:
    """The desk of reports is open."""
    monkeypatch.setattr(reports_desk, "utc_now", lambda: NOW)
    return nights


def publish(rule: Rule | None = RULE, **more: Any) -> None:
    """Put a campaign into the catalogue, as its publication leaves it."""
    facts = {"rule": to_plain(rule)} if rule else {}
    offer = Offer(CAMPAIGN, {}, "mei", state=OfferState.PUBLISHED, facts=facts, **more)
    parts = Catalogue("campaigns", "campaign_id", "campaign").put_if_absent(offer)
    dynamo.client().transact_write_items(TransactItems=parts)


def ask(campaign_id: str = CAMPAIGN, caller: Mapping[str, Any] = AUDITOR) -> HttpAnswer:
    return call(reports_desk.handler, http_event(f"GET /insight/campaigns/{campaign_id}", caller=caller))


def bought(lake: Lake, member: str, fen: int, day: date) -> None:
    lake.add("receipts", member_id=member, paid=fen, pieces=1, biz_date=day, biz_hour=12, **BOUGHT)


def brought_back(lake: Lake, member: str, fen: int, day: date) -> None:
    lake.add("returns", member_id=member, money_back=fen, amount=fen, biz_date=day, biz_hour=12)


def given(lake: Lake, member: str, what: str = "awarded", **facts: Any) -> None:
    told = {"part_no": 1, "purse": "points", "points": 10, "coupons": 0, "units": 10, "campaign_id": CAMPAIGN}
    lake.add("campaigns", **{"member_id": member, "what": what, "biz_date": DURING, "biz_hour": 12, **told, **facts})


def moved(lake: Lake, member: str, code: str, points: int, day: date = DURING) -> None:
    lake.add(
        "points", member_id=member, reason_no=1, purse="points", code=code, points=points, biz_date=day, biz_hour=12
    )


def test_who_took_part_is_told_from_everybody_else(lake: Lake) -> None:
    publish()
    given(lake, "anna")
    given(lake, "bert", campaign_id="f" * 24)
    for member, before, during, after in (("anna", 100, 250, 70), ("bert", 200, 100, 0), ("carl", 0, 300, 0)):
        for fen, day in ((before, BEFORE), (during, DURING), (after, AFTER)):
            if fen:
                bought(lake, member, fen, day)
    brought_back(lake, "anna", 50, DURING)
    told = ask().body
    anna, others = told["participants"], told["others"]
    assert (anna["members"], others["members"]) == (1, 2)
    assert [anna[when]["spend_fen"] for when in ("before", "during", "after")] == [100, 200, 70]
    assert [others[when]["spend_fen"] for when in ("before", "during", "after")] == [200, 400, 0]
    assert (anna["growth_per_mille"], others["growth_per_mille"]) == (1000, 1000)
    assert others["before"]["bought_per_mille"] == 500
    assert others["after"]["bought"] == 0
    assert told["reach"] == {"buyers": 3, "taken_part_per_mille": 333, "seen": 0, "clicked": 0}


def members_of(rows: Mapping[str, list[Any]], what: str) -> set[str]:
    """Return whom the campaign awarded something, or kept something from."""
    mine = (row for row in rows["campaigns"] if (row["campaign_id"], row["what"]) == (CAMPAIGN, what))
    return {row["member_id"] for row in mine}


def test_the_report_is_exactly_what_a_recount_finds(lake: Lake) -> None:
    publish(Rule(CAMPAIGN, "春", "Spring", datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC), ()))
    made = made_mall(seed=9, receipts=1200, today=date(2026, 11, 21))
    made.put(lake.engine)
    rows = {table: list({repr(row): row for row in own}.values()) for table, own in made.rows.items()}
    told = ask().body
    took, kept_out = (members_of(rows, what) for what in ("awarded", "withheld"))
    came = {row["member_id"] for table in ("receipts", "returns") for row in rows[table]}
    assert told["participants"]["members"] == len(took) > 50
    days = {"before": (date(2025, 11, 28), date(2026, 2, 28)), "during": (date(2026, 3, 1), date(2026, 6, 1))}
    days["after"] = (date(2026, 6, 2), date(2026, 9, 2))
    assert (told["before_first"], told["after_last"], told["is_final"]) == ("2025-11-28", "2026-09-02", True)
    for when, (first, last) in days.items():
        for group, members in (("participants", took), ("others", came - took - kept_out)):
            own = [one for one in rows["receipts"] if one["member_id"] in members]
            own = [one for one in own if first <= one["biz_date"] <= last]
            back = [one for one in rows["returns"] if one["member_id"] in members]
            fen = sum(one["money_back"] for one in back if first <= one["biz_date"] <= last)
            found = told[group][when]
            assert found["receipts"] == len(own) > 0
            assert found["bought"] == len({one["member_id"] for one in own})
            assert found["spend_fen"] == sum(one["paid"] for one in own) - fen


def test_points_used_are_told_of_points_earned_in_its_days(lake: Lake) -> None:
    publish()
    given(lake, "anna")
    for code, points in {"base": 100, "taken_back": -20, "redeemed": -30, "opening_balance": 900}.items():
        moved(lake, "anna", code, points)
    moved(lake, "anna", "redeemed", -500, AFTER)
    moved(lake, "bert", "base", 40)
    told = ask().body
    anna = told["participants"]
    assert (anna["points_earned"], anna["points_used"], anna["used_per_mille"]) == (80, 30, 375)
    assert (told["others"]["points_earned"], told["others"]["used_per_mille"]) == (40, 0)
    assert told["target_per_mille"] == 300


def test_its_cost_stands_against_its_budget_without_what_was_taken_back(lake: Lake) -> None:
    budget = Budget(Unit.POINTS, 1000, 1)
    publish(Rule(CAMPAIGN, "双", "D", STARTS, UNTIL, (), budget=budget, point_fen=1500, worth={"a": 500, "b": 200}))
    given(lake, "anna", points=100, units=120, coupons=2)
    given(lake, "anna", part_no=2, purse="growth", points=900, units=0)
    given(lake, "anna", "taken_back", points=30, units=30, coupons=1)
    bought(lake, "anna", 10_000, DURING)
    assert ask().body["cost"] == {
        "awards": 1,
        "points": 70,
        "coupons": 1,
        "cost_fen": 105 + 500,
        "cost_per_mille": 60,
        "unit": "points",
        "budget": 1000,
        "used": 90,
        "used_per_mille": 90,
    }


def test_a_campaign_without_a_budget_used_none(lake: Lake) -> None:
    publish()
    given(lake, "anna")
    told = ask().body["cost"]
    assert (told["unit"], told["budget"], told["used"], told["used_per_mille"]) == (None, None, None, None)


def test_a_member_who_looked_twice_was_reached_once(lake: Lake) -> None:
    publish()
    for number, what in enumerate(("seen", "seen", "clicked")):
        look = {"action_no": number, "what": what, "kind": "campaign", "ref": CAMPAIGN, "channel": "app"}
        lake.add("activity", member_id="anna", biz_date=DURING, biz_hour=9, **look)
    told = ask().body["reach"]
    assert (told["seen"], told["clicked"], told["buyers"], told["taken_part_per_mille"]) == (1, 1, 0, None)


def day_after(days: int) -> date:
    return date(2026, 11, 10) + timedelta(days=days)


@pytest.mark.parametrize(
    ("today", "wanted"),
    [
        (
            date(2026, 11, 1),
            Periods(date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 1), date(2026, 11, 1), False),
        ),
        (day_after(0), Periods(date(2026, 10, 22), date(2026, 11, 1), day_after(0), day_after(0), False)),
        (day_after(3), Periods(date(2026, 10, 22), date(2026, 11, 1), day_after(0), day_after(3), False)),
        (day_after(99), Periods(date(2026, 10, 22), date(2026, 11, 1), day_after(0), day_after(10), True)),
    ],
)
def test_the_periods_are_as_long_as_the_campaign_so_far(today: date, wanted: Periods) -> None:
    assert periods(Published(RULE, UNTIL), today, ZONE) == wanted


def test_a_day_before_the_first_there_is_nothing_to_report() -> None:
    with pytest.raises(CampaignNotBegunError):
        periods(Published(RULE, UNTIL), date(2026, 10, 31), ZONE)


def test_a_campaign_that_runs_has_no_time_after_it_yet(lake: Lake) -> None:
    publish(Rule(CAMPAIGN, "双", "D", STARTS, datetime(2027, 1, 1, tzinfo=UTC), ()))
    bought(lake, "anna", 100, DURING)
    told = ask().body
    assert (told["last_day"], told["after_last"], told["is_final"]) == ("2026-11-21", None, False)
    assert told["others"]["after"] is None


def test_a_campaign_that_was_ended_early_is_over_on_that_day(lake: Lake) -> None:
    publish(history=(("ended", "mei", "2026-11-04T04:00:00.000Z"),))
    told = ask().body
    assert (told["first_day"], told["last_day"], told["after_last"]) == ("2026-11-01", "2026-11-04", "2026-11-08")


def test_a_draft_and_a_stranger_have_no_report() -> None:
    assert ask().status == 404
    publish(None)
    answer = ask()
    assert (answer.status, answer.body["code"]) == (409, "campaign_not_begun")


def test_a_lake_that_cannot_answer_is_said(desk: Athena) -> None:
    publish()
    desk.failures.append(("FAILED", False))
    assert ask().body["code"] == "lake_failed"


def test_equal_questions_of_a_while_are_asked_once(desk: Athena, lake: Lake) -> None:
    publish()
    assert ask().body == ask().body
    assert len(desk.started) == 4


def test_it_comes_as_a_table_too(lake: Lake) -> None:
    publish()
    given(lake, "anna")
    bought(lake, "anna", 100, DURING)
    event = http_event(f"GET /insight/campaigns/{CAMPAIGN}", caller=AUDITOR, query={"format": "csv"})
    serve: Any = reports_desk.handler
    lines = list(csv.reader(io.StringIO(serve(event, Context())["body"])))
    assert lines[:2] == [["section", "item", "figure", "value"], ["campaign", CAMPAIGN, "target_per_mille", "300"]]
    assert ["participants", "during", "spend_fen", "100"] in lines
    assert ["cost", "", "points", "10"] in lines


def test_members_may_not_read_it() -> None:
    assert ask(caller=member_caller("login-anna")).status == 403
