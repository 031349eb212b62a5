"""Figures count each event once, the journal keeps each receipt once, whatever comes twice, late or half."""

import json
import random
from typing import Any

import pytest

from functions.campaigns import figures, journal_rows, reports
from loyalty import dynamo
from loyalty.dynamo import from_item
from loyalty.events.campaigns import CampaignAwarded
from tests.functions.campaigns_figures.conftest import CLEO
from tests.functions.campaigns_figures.mall import (
    AUDITOR,
    TEA,
    ask,
    buy,
    draft,
    give_back,
    hear,
    ledger_did,
    noon,
    published,
    same,
    told,
)
from tests.functions.members.faults import Fault, KilledError, broken_call, calls_through
from tests.functions.till import ANNA, BEN
from tests.support import Context, http_event, member_caller

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

EVERY = {
    "effects": [{"kind": "every", "fen": 10_000, "gift": {"points": 10, "templates": [TEA]}, "most": 3}],
    "limits": {"awards": 100},
}


def table() -> list[dict[str, Any]]:
    """Every row that figures and journal wrote, in order."""
    rows = map(from_item, dynamo.client().scan(TableName="campaigns")["Items"])
    mine = [row for row in rows if row["campaign_id"].split("/")[0] in {"figures", "seen", "took", "receipts"}]
    for row in mine:
        row.pop("ttl", None)
    return sorted(mine, key=lambda row: (row["campaign_id"], row["kind"]))


def traded() -> str:
    """A campaign, four receipts of three members at two tenants, a return."""
    campaign_id = published("every", **EVERY, budget={"unit": "points", "amount": 500})
    buy("R-1", ("S", "shoes", 25_000))
    buy("R-2", ("S", "shoes", 10_000), who=BEN)
    buy("R-3", ("T", "tea", 40_000), tenant_id="teas")
    buy("R-4", ("T", "tea", 9_000), who=CLEO, tenant_id="teas")
    give_back("R-3", "B", 15_000, "teas")
    return campaign_id


def test_figures_tell_what_the_ledger_did(mall: Any) -> None:
    campaign_id = traded()
    assert hear(told()) == []

    found = ask(f"GET /campaigns/{campaign_id}/figures", caller=AUDITOR).body

    assert same(found) == ledger_did(campaign_id).plain()
    assert (found["participants"], found["awards"], found["points"], found["points_back"]) == (
        2,
        3,
        {"points": 60},
        {"points": 10},
    )
    assert found["coupons_by_template"] == {TEA: 6}


def test_figures_are_told_by_tier_tenant_and_day(mall: Any) -> None:
    campaign_id = traded()
    hear(told())

    found = ask(f"GET /campaigns/{campaign_id}/figures").body

    assert {tenant: (own["awards"], own["points"]) for tenant, own in found["by_tenant"].items()} == {
        "shoes": (2, 30),
        "teas": (1, 30),
    }
    assert found["by_tenant"]["teas"]["points_back"] == 10
    assert found["by_tier"] == {
        "regular": {
            "awards": 3,
            "returns": 0,
            "spend_fen": 75_000,
            "points": 60,
            "points_back": 0,
            "coupons": 6,
            "coupons_back": 0,
        }
    }
    bought, returned = found["by_day"].values()
    assert (bought["awards"], bought["points_back"], returned["awards"], returned["points_back"]) == (3, 0, 0, 10)


@pytest.mark.parametrize("seed", range(3))
def test_order_and_repetition_of_events_change_nothing(mall: Any, seed: int) -> None:
    traded()
    messages = told()
    hear(messages)
    wanted = [row for row in table() if row["campaign_id"].split("/")[0] != "figures"]
    sums = figures.read(traded_id())
    clear()
    turned = [*messages, *messages]
    random.Random(seed).shuffle(turned)

    assert hear(turned) == []

    assert [row for row in table() if row["campaign_id"].split("/")[0] != "figures"] == wanted
    assert figures.read(traded_id()) == sums


def traded_id() -> str:
    """The one campaign there is."""
    (listed,) = [row for row in dynamo.client().scan(TableName="campaigns")["Items"] if "rule" in row]
    return str(listed["kind"]["S"])


def clear() -> None:
    """Forget what was counted and kept."""
    for row in table():
        key = {name: {"S": row[name]} for name in ("campaign_id", "kind")}
        dynamo.client().delete_item(TableName="campaigns", Key=key)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(7))
def test_whichever_call_breaks_everything_is_counted_once(mall: Any, number: int, fault: Fault) -> None:
    campaign_id = published("every", **EVERY)
    buy("R-1", ("S", "shoes", 25_000))
    give_back("R-1", "B", 15_000)
    messages = told()
    with broken_call(number, fault):
        try:
            hear(messages)
        except KilledError:
            assert fault is Fault.KILLED

    assert hear(messages) == []

    found = ask(f"GET /campaigns/{campaign_id}/figures").body
    assert same(found) == ledger_did(campaign_id).plain()
    assert found["participants"] == 1
    assert len([row for row in table() if row["campaign_id"].startswith("receipts/")]) == 2


def test_a_member_takes_part_once_also_when_two_workers_count_at_the_same_time(mall: Any) -> None:
    campaign_id = published("every", **EVERY)
    buy("R-1", ("S", "shoes", 10_000))
    buy("R-2", ("S", "shoes", 10_000))
    first, second = (message for message in told() if '"CampaignAwarded"' in message["body"])
    rivals: list[int] = []

    def meanwhile(_n: int, operation: str, call: Any) -> Any:
        if operation == "TransactWriteItems" and not rivals:
            rivals.append(1)
            assert hear([second]) == []
        return call()

    with calls_through(meanwhile):
        assert hear([first]) == []

    found = ask(f"GET /campaigns/{campaign_id}/figures").body
    assert (found["participants"], found["awards"]) == (1, 2)


def test_more_events_than_a_transaction_takes_are_counted(mall: Any) -> None:
    campaign_id = published("every", **EVERY)
    buy("R-1", ("S", "shoes", 10_000))
    (message,) = (one for one in told() if '"CampaignAwarded"' in one["body"])
    many = []
    for n in range(40):
        body = json.loads(message["body"])
        body["detail"] |= {"id": f"00000000-0000-5000-8000-{n:012d}", "subject": f"member-{n}"}
        body["detail"]["data"]["receipt"]["tenant_id"] = f"tenant-{n}"
        many.append({"messageId": str(n), "body": json.dumps(body)})

    events = [CampaignAwarded.model_validate(json.loads(one["body"])["detail"]) for one in many]
    assert figures.count(campaign_id, events, events[0].recordedat) == 40
    assert figures.count(campaign_id, events, events[0].recordedat) == 0

    found = ask(f"GET /campaigns/{campaign_id}/figures").body
    assert (found["participants"], found["awards"], len(found["by_tenant"])) == (40, 40, 40)


def test_an_event_nobody_can_read_comes_back_alone(mall: Any) -> None:
    campaign_id = traded()
    messages = told()
    bad = [{"messageId": f"bad-{n}", "body": body} for n, body in enumerate(("{", "{}", '{"detail": {"type": "X"}}'))]

    assert hear([*bad, *messages]) == ["bad-0", "bad-1", "bad-2"]

    assert same(ask(f"GET /campaigns/{campaign_id}/figures").body) == ledger_did(campaign_id).plain()


def test_a_return_whose_purchase_is_unknown_comes_back_alone(mall: Any) -> None:
    traded()
    messages = told()
    (refund,) = (one for one in messages if '"PointsRefunded"' in one["body"])
    dynamo.client().delete_item(
        TableName="ledger", Key={"source": {"S": "receipt/teas/R-3"}, "movement": {"S": "purchase"}}
    )

    assert hear(messages) == [refund["messageId"]]

    assert len([row for row in table() if row["campaign_id"].startswith("receipts/")]) == 4


def test_the_journal_names_nobody_and_is_kept_for_ten_weeks(mall: Any) -> None:
    buy("R-1", ("S-1", "shoes", 10_000))
    hear(told())

    (row,) = (from_item(item) for item in dynamo.client().scan(TableName="campaigns")["Items"])

    assert {name for name in row if "phone" in name or "name" in name} == set()
    assert row["member_id"] == ANNA
    noted = journal_rows.noted(row)
    assert row["ttl"] == int((noted.recorded_at + journal_rows.KEPT).timestamp())
    assert (noted.key, noted.tier, noted.first, noted.channel, noted.paid) == (
        "receipt/shoes/R-1",
        "regular",
        True,
        "till",
        10_000,
    )
    assert noted.at
    assert noted.at.isoformat().startswith(noon()[:19])


def test_events_that_mean_nothing_to_campaigns_write_nothing(mall: Any) -> None:
    buy("R-1", ("S-1", "shoes", 10_000))
    (message,) = told()
    old = json.loads(message["body"])
    del old["detail"]["data"]["receipt"]["tier"]
    opening = json.loads(message["body"])
    del opening["detail"]["data"]["receipt"]

    assert hear([{"messageId": "old", "body": json.dumps(old)}, {"messageId": "o", "body": json.dumps(opening)}]) == []
    assert table() == []


def test_a_report_tells_phase_cost_and_budget(mall: Any) -> None:
    campaign_id = traded()
    hear(told())

    found = ask(f"GET /campaigns/{campaign_id}/report", caller=AUDITOR).body

    assert (found["phase"], found["name_en"]) == ("running", "Double points")
    assert found["budget"] == {"unit": "points", "amount": 500, "used": 50, "left": 450, "cost_fen": 500}
    assert found["cost_fen"] == 50 + 5 * 3000, "fifty points at a fen, five coupons at thirty yuan"
    assert found["average_receipt_fen"] == 25_000
    assert found["figures"]["participants"] == 2


def test_a_report_is_a_table_for_spreadsheets_too(mall: Any) -> None:
    campaign_id = traded()
    hear(told())
    event = http_event(f"GET /campaigns/{campaign_id}/report", caller=AUDITOR, headers={"accept": "text/csv"})
    handler: Any = reports.handler
    answer = handler(event, Context())

    lines = answer["body"].splitlines()
    assert lines[0] == "section,item,figure,value"
    assert {"total,,participants,2", "by_tier,regular,awards,3", "by_tenant,teas,points_back,10"} <= set(lines)
    assert {"total,,points/points,60", "total,,cost_fen,15050", "budget,points,left,450"} <= set(lines)


def test_a_draft_has_a_report_without_a_budget(mall: Any) -> None:
    found = ask(f"GET /campaigns/{draft('d')}/report").body

    assert (found["phase"], found["budget"], found["cost_fen"], found["average_receipt_fen"]) == (
        "planned",
        None,
        0,
        None,
    )


@pytest.mark.parametrize("route", ["figures", "report"])
def test_staff_only_and_only_of_campaigns_there_are(mall: Any, route: str) -> None:
    assert ask(f"GET /campaigns/{'f' * 24}/{route}").status == 404
    assert ask(f"GET /campaigns/{draft('d')}/{route}", caller=member_caller("anna")).status == 403
