"""A campaign's report beside its control group: exact against a recount, and saying how sure it is (requirement I4)."""

import csv
import io
from datetime import UTC, date, datetime
from math import sqrt
from statistics import mean, stdev
from typing import Any

import pytest

from functions.insight import reports_desk
from loyalty.earning.rule import Add, Gift, Rule
from loyalty.types import Points
from tests.functions.insight.nights import AUDITOR
from tests.functions.insight.stories import NOW
from tests.functions.insight.test_campaign_effects import (
    AFTER,
    BEFORE,
    DURING,
    STARTS,
    UNTIL,
    ask,
    bought,
    given,
    members_of,
    publish,
)
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import Lake
from tests.lake.mall import CAMPAIGN
from tests.lake.mall import mall as made_mall
from tests.support import Context, http_event

COMPARED = Rule(CAMPAIGN, "双倍", "Double", STARTS, UNTIL, (Add(Gift(Points(10))),), control_share=200)
SPRING = datetime(2026, 2, 28, 16, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def desk(nights: Athena, monkeypatch: pytest.MonkeyPatch) -> Athena:
    """The desk of reports is open."""
    monkeypatch.setattr(reports_desk, "utc_now", lambda: NOW)
    return nights


def withheld(lake: Lake, member: str) -> None:
    given(lake, member, "withheld", purse=None, points=0, units=0)


def shopped(lake: Lake, member: str, before: int, during: int, after: int = 0) -> None:
    for fen, day in ((before, BEFORE), (during, DURING), (after, AFTER)):
        if fen:
            bought(lake, member, fen, day)


def test_who_was_kept_out_is_a_group_of_its_own(lake: Lake) -> None:
    publish(COMPARED)
    given(lake, "anna")
    withheld(lake, "bert")
    for member in ("anna", "bert", "carl"):
        shopped(lake, member, 100, 300, 50)
    told = ask().body
    assert [told[name]["members"] for name in ("participants", "others")] == [1, 1]
    control = told["control"]
    assert (control["group"]["members"], control["group"]["during"]["spend_fen"]) == (1, 300)
    assert (control["share_per_mille"], control["found_per_mille"], control["as_drawn"]) == (200, 500, None)
    assert (control["growth_fen"], control["retention_per_mille"]) == (None, None)
    assert told["reach"]["buyers"] == 3


def test_a_campaign_that_keeps_nobody_out_has_no_control_group() -> None:
    publish()
    assert ask().body["control"] is None


def test_what_was_withheld_costs_nothing(lake: Lake) -> None:
    publish(COMPARED)
    withheld(lake, "bert")
    cost = ask().body["cost"]
    assert (cost["awards"], cost["points"], cost["coupons"]) == (0, 0, 0)


def test_growth_and_retention_are_told_with_their_difference_and_interval(lake: Lake) -> None:
    publish(COMPARED)
    for number in range(160):
        given(lake, f"p{number}")
        shopped(lake, f"p{number}", 1000, 3000 + 100 * (number % 3), 50 if number % 4 else 0)
    for number in range(40):
        withheld(lake, f"c{number}")
        shopped(lake, f"c{number}", 1000, 2000 + 100 * (number % 3), 50 if number % 2 else 0)
    control = ask().body["control"]
    growth, kept = control["growth_fen"], control["retention_per_mille"]
    assert (growth["participants"], growth["control"], growth["difference"]) == (2099, 1098, 1002)
    own, other = ([100 * (n % 3) for n in range(members)] for members in (160, 40))
    reach = 1.959964 * sqrt(stdev(own) ** 2 / 160 + stdev(other) ** 2 / 40)
    exact = 1000 + mean(own) - mean(other)
    assert (growth["low"], growth["high"]) == (round(exact - reach), round(exact + reach))
    assert (kept["participants"], kept["control"], kept["difference"]) == (750, 500, 250)
    assert 0 < kept["low"] < 250 < kept["high"]
    assert control["as_drawn"] is True


def test_a_control_group_that_is_not_as_drawn_is_said(lake: Lake) -> None:
    publish(COMPARED)
    for number in range(200):
        given(lake, f"p{number}")
    for number in range(10):
        withheld(lake, f"c{number}")
    control = ask().body["control"]
    assert (control["found_per_mille"], control["as_drawn"]) == (47, False)


def test_retention_waits_for_the_campaigns_end(lake: Lake) -> None:
    publish(Rule(CAMPAIGN, "双", "D", STARTS, datetime(2027, 1, 1, tzinfo=UTC), (), control_share=200))
    for number in range(40):
        given(lake, f"p{number}")
        withheld(lake, f"c{number}")
    control = ask().body["control"]
    assert (control["growth_fen"]["difference"], control["retention_per_mille"]) == (0, None)


def test_the_three_groups_are_exactly_what_a_recount_finds(lake: Lake) -> None:
    publish(Rule(CAMPAIGN, "春", "Spring", *SPRING, (), control_share=200))
    made = made_mall(seed=9, receipts=2800, today=date(2026, 11, 21))
    made.put(lake.engine)
    rows = {table: list({repr(row): row for row in own}.values()) for table, own in made.rows.items()}
    told = ask().body
    groups = {what: members_of(rows, what) for what in ("awarded", "withheld")}
    assert told["participants"]["members"] == len(groups["awarded"]) > 50
    assert told["control"]["group"]["members"] == len(groups["withheld"]) > 30
    for group, members in zip((told["participants"], told["control"]["group"]), groups.values(), strict=True):
        grown = [
            spent(rows, one, date(2026, 3, 1), date(2026, 6, 1))
            - spent(rows, one, date(2025, 11, 28), date(2026, 2, 28))
            for one in members
        ]
        assert group["during"]["spend_fen"] - group["before"]["spend_fen"] == sum(grown)
        compared = told["control"]["growth_fen"]["participants" if group is told["participants"] else "control"]
        assert compared == round(mean(grown))


def spent(rows: dict[str, list[Any]], member: str, first: date, last: date) -> int:
    """Return what a member paid in a period, less what went back."""
    paid = sum(
        one["paid"] for one in rows["receipts"] if one["member_id"] == member and first <= one["biz_date"] <= last
    )
    back = sum(
        one["money_back"] for one in rows["returns"] if one["member_id"] == member and first <= one["biz_date"] <= last
    )
    return int(paid - back)


def test_the_control_group_is_in_the_table_too(lake: Lake) -> None:
    publish(COMPARED)
    withheld(lake, "bert")
    shopped(lake, "bert", 0, 300)
    event = http_event(f"GET /insight/campaigns/{CAMPAIGN}", caller=AUDITOR, query={"format": "csv"})
    serve: Any = reports_desk.handler
    lines = list(csv.reader(io.StringIO(serve(event, Context())["body"])))
    assert ["control", "", "share_per_mille", "200"] in lines
    assert ["control", "group", "members", "1"] in lines
    assert ["control", "during", "spend_fen", "300"] in lines
