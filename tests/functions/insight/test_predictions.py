"""Predictions: a fit of a period against what came after it, members, the risk list, and who is in none of them."""

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pytest

from functions.insight.nights import documents
from functions.insight.predictions.fitting import LEAST_MEMBERS, PURCHASES, VALUE
from functions.insight.predictions.nightly import TESTED
from loyalty import dynamo, tested_models
from tests.functions.campaigns.desk import enrol
from tests.functions.insight.nights import AUDITOR, MARKETER, TODAY, ask, refreshed, table
from tests.functions.insight.nights import pump as work_off
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import Lake, decided
from tests.lake.engine import Engine, Row

pytestmark = pytest.mark.usefixtures("nights")

FIRST, LAST = TODAY - timedelta(days=300), TODAY - timedelta(days=150)
PERIOD = {"from": FIRST.isoformat(), "to": LAST.isoformat()}
REGULAR, GONE = "member-regular", "member-gone"


def bought_by(lake: Lake, luck: random.Random, number: int) -> None:
    """A member who comes every few weeks until they stop."""
    member, day = f"member-{number:04d}", FIRST + timedelta(days=luck.randrange(60))
    lake.member(member, day)
    while day <= TODAY:
        lake.bought(member, luck.randrange(50_00, 300_00), day)
        day += timedelta(days=1 + int(luck.expovariate(1 / 25)))
        if luck.random() < 0.15:
            return


def habit(lake: Lake, member: str, until: date, fen: int = 500_00) -> None:
    """A member who came every week for long."""
    lake.member(member, FIRST)
    enrol(member)
    day = FIRST
    while day <= until:
        lake.bought(member, fen, day)
        day += timedelta(days=7)


class Quiet(Engine):
    """Takes rows for later: one by one they are slow to put."""

    def __init__(self) -> None: ...

    def put(self, table: str, rows: Iterable[Row], day: str = "") -> None: ...


@pytest.fixture
def habits(lake: Lake, nights: Athena) -> None:
    """A hundred members by chance, one who still comes every week, one who stopped."""
    luck, told = random.Random(9), Lake(Quiet())
    for number in range(100):
        bought_by(told, luck, number)
    habit(told, REGULAR, TODAY)
    habit(told, GONE, TODAY - timedelta(days=120))
    for name, rows in told.rows.items():
        lake.rows[name] += rows
        lake.engine.put(name, rows)


@pytest.fixture
def long_habits(habits: None) -> None:
    """The same, in a mall that has had its first night."""
    assert refreshed()["state"] == "done"


def fitted(key: str = "fit-1", **period: Any) -> Any:
    """Fit a period and return what the status route says."""
    headers = {"idempotency-key": key}
    begun = ask("POST /insight/predictions/fits", caller=MARKETER, headers=headers, body=period or PERIOD)
    assert begun.status == 202, begun.body
    work_off()
    return ask(f"GET /insight/predictions/fits/{begun.body['fit_id']}").body


def actual(lake: Lake, last: date, until: date) -> dict[str, list[int]]:
    """Recount: by member, repeat purchase days in the period and in the hold-out."""
    days: dict[str, set[date]] = {}
    for row in lake.rows["receipts"]:
        days.setdefault(row["member_id"], set()).add(row["biz_date"])
    return {
        member: [sum(day <= last for day in own) - 1, sum(last < day <= until for day in own)]
        for member, own in days.items()
    }


@pytest.mark.usefixtures("habits")
def test_a_fit_says_what_it_expected_and_what_happened(lake: Lake) -> None:
    told = fitted()
    found, counted = told["fit"], actual(lake, LAST, TODAY)
    assert (told["state"], found["time_unit"], found["hold_out_until"]) == ("done", "week", TODAY.isoformat())
    assert found["members"] == len(counted) == 102
    assert found["came_again"] == sum(again > 0 for again, _ in counted.values())
    assert found["actual"] == sum(later for _, later in counted.values())
    assert set(found["parameters"]) == {"r", "alpha", "a", "b"}
    assert found["log_likelihood"] < 0
    for bucket in found["buckets"]:
        own = [later for again, later in counted.values() if min(again, 7) == bucket["purchases"]]
        assert (bucket["members"], bucket["actual"]) == (len(own), sum(own))
    assert found["expected"] == pytest.approx(sum(one["expected"] for one in found["buckets"]), abs=0.01)
    assert 0.5 < found["expected"] / found["actual"] < 2
    assert set(found["value"]["parameters"]) == {"p", "q", "v"}
    assert str(found["actual"]) in found["meaning"]


@pytest.mark.usefixtures("habits")
def test_the_newest_fit_is_shown_be_it_a_nights_or_one_asked_for() -> None:
    assert ask("GET /insight/predictions").status == 404
    assert ask("GET /insight/predictions").code == "not_found"
    refreshed()
    assert ask("GET /insight/predictions").body["hold_out_days"] == 91
    fit = fitted()["fit"]
    assert ask("GET /insight/predictions").body == fit


@pytest.mark.usefixtures("habits")
def test_a_night_fits_who_first_bought_up_to_five_years_before_the_quarter_it_holds_out(lake: Lake) -> None:
    ends = TODAY - timedelta(days=91)
    begins = {
        "five-years": timedelta(days=1825),
        "longer-ago": timedelta(days=1826),
        "four-years": timedelta(days=1461),
    }
    for member, ago in begins.items():
        lake.member(member, ends - ago)
        lake.bought(member, 100_00, ends - ago)
    refreshed()
    found = ask("GET /insight/predictions").body
    assert (found["first_day"], found["last_day"]) == ((ends - begins["five-years"]).isoformat(), ends.isoformat())
    assert found["members"] == 102 + 2


def test_too_few_members_give_no_parameters() -> None:
    found = fitted()["fit"]
    assert (found["members"], found["parameters"], found["expected"], found["buckets"]) == (0, None, None, [])
    assert LEAST_MEMBERS > 0


@pytest.mark.usefixtures("habits")
def test_who_refused_profiling_is_in_no_fit(lake: Lake) -> None:
    before = fitted("before")["fit"]["members"]
    lake.profiled(REGULAR, "refused")
    assert fitted("after")["fit"]["members"] == before - 1


@pytest.mark.usefixtures("habits")
def test_only_who_agreed_is_in_a_fit_where_the_mall_wants_that(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSIGHT_PROFILING", "granted")
    lake.profiled(REGULAR, "granted")
    assert fitted()["fit"]["members"] == 1


@pytest.mark.parametrize(
    "period",
    [
        {"from": "2026-05-01", "to": "2026-05-01"},
        {"from": "2026-05-01", "to": "2026-06-01", "hold_out_to": "2026-05-20"},
        {"from": "2026-05-01", "to": "2030-01-01"},
        {"from": "2026-05-01", "to": "2026-06-01", "hold_out_to": "2030-01-01"},
    ],
)
def test_what_is_no_period_is_refused(period: Any) -> None:
    answer = ask("POST /insight/predictions/fits", caller=MARKETER, headers={"idempotency-key": "k"}, body=period)
    assert answer.status == 400


def test_only_marketers_fit_and_all_staff_read() -> None:
    asked = {"headers": {"idempotency-key": "k"}, "body": PERIOD}
    assert ask("POST /insight/predictions/fits", caller=AUDITOR, **asked).status == 403
    assert ask("GET /insight/risk-list", caller=AUDITOR).body == {"as_of": None, "items": []}


@pytest.mark.usefixtures("long_habits")
def test_a_member_is_predicted_from_their_own_purchases() -> None:
    regular, gone = (ask(f"GET /members/{one}/predictions").body for one in (REGULAR, GONE))
    assert regular["alive"] > 0.8 > 0.3 > gone["alive"]
    assert regular["expected_purchases"] > 5 > 1 > gone["expected_purchases"]
    assert regular["days_since_last"] == (TODAY - FIRST).days % 7
    assert 300_00 < regular["value_fen"] <= 500_00
    assert regular["purchases"] == (TODAY - FIRST).days // 7 + 1


@pytest.mark.usefixtures("long_habits")
def test_of_who_refuses_profiling_leaves_or_never_came_nothing_is_said() -> None:
    decided(REGULAR, granted=False)
    for member in (REGULAR, "member-0001", "member-nobody"):
        assert ask(f"GET /members/{member}/predictions").status == 404


@pytest.mark.usefixtures("long_habits")
def test_the_risk_list_holds_who_was_worth_much_and_stays_away() -> None:
    told = ask("GET /insight/risk-list").body
    assert (told["as_of"], [item["member_id"] for item in told["items"]]) == (TODAY.isoformat(), [GONE])
    (item,) = told["items"]
    assert item["at_stake_fen"] > 10 * item["value_fen"] * 0.5
    assert table("GET /insight/risk-list").splitlines()[1].startswith(GONE)


@pytest.mark.usefixtures("long_habits")
def test_who_refuses_profiling_after_the_night_is_on_no_list() -> None:
    decided(GONE, granted=False)
    assert ask("GET /insight/risk-list").body["items"] == []


@pytest.mark.usefixtures("habits")
def test_a_night_without_an_answer_keeps_the_one_before_and_does_the_rest(nights: Athena) -> None:
    refreshed("first")
    before = ask("GET /insight/bundles").body
    nights.failures.append(("FAILED", False))
    told = refreshed("second", TODAY - timedelta(days=1))
    assert (told["state"], told["failed"], told["reason"]) == ("failed", ["baskets"], "lake_failed")
    assert ask("GET /insight/bundles").body == before
    assert ask("GET /insight/predictions").body["hold_out_until"] == (TODAY - timedelta(days=1)).isoformat()


@pytest.mark.usefixtures("habits")
def test_a_night_that_a_later_one_overtook_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    refreshed("first")
    row = {"insight_id": {"S": "document/bundles"}, "kind": {"S": "newest"}}
    dynamo.client().update_item(
        TableName="insight",
        Key=row,
        UpdateExpression="SET made_at = :later",
        ExpressionAttributeValues={":later": {"S": "2026-12-01T00:00:00.000Z"}},
    )
    assert refreshed("second", TODAY - timedelta(days=1))["state"] == "done"
    assert ask("GET /insight/bundles").body["as_of"] == TODAY.isoformat()


@pytest.mark.usefixtures("long_habits")
def test_segments_foretell_by_what_the_night_tested_and_not_by_a_fit_that_was_asked_for() -> None:
    kept = documents.read(TESTED)
    assert kept is not None
    night = tested_models.models_in(kept.body)
    assert night is not None
    assert night.buying == tuple(kept.body["parameters"][name] for name in PURCHASES)
    assert night.spending == tuple(kept.body["value"]["parameters"][name] for name in VALUE)
    fitted()
    assert tested_models.newest() == night
