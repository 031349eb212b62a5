"""A campaign's life by API: planned, approved by another, published with rule and budget, paused, closed (A1)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.campaigns import publication, staff
from functions.campaigns.phases import phase_of
from loyalty import dynamo, stock
from loyalty.catalogue import OfferState
from loyalty.earning.rule import Multiply
from tests.functions.campaigns.desk import (
    APPROVER,
    AUDITOR,
    BUDGET,
    CAMPAIGN,
    MARKETER,
    NOW,
    OPERATOR,
    approved,
    draft,
    everything,
    naming,
    partition,
    published,
    put_template,
    running_rules,
    send,
    step,
)
from tests.support import staff_caller

pytestmark = pytest.mark.usefixtures("desk")
NOBODY = "0" * 24
STARTS, UNTIL, SECOND = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), timedelta(seconds=1)
LIFE = {"approvals": "approved", "publications": "published", "pauses": "paused", "resumptions": "published"}
BIG = {"unit": "points", "amount": 1_000_000}


def read(campaign_id: str) -> Any:
    return send(f"GET /campaigns/{campaign_id}", caller=AUDITOR).body


def shards() -> list[dict[str, Any]]:
    return [row for row in everything() if row["kind"] == "stock"]


def test_a_campaign_is_drafted_once_however_often_it_is_sent() -> None:
    campaign_id = draft("k")
    before = everything()
    again = send("POST /campaigns", CAMPAIGN, key="k")
    assert (again.status, again.body["campaign_id"], again.headers["idempotent-replayed"]) == (201, campaign_id, "true")
    assert send("POST /campaigns", CAMPAIGN | {"priority": 5}, key="k").code == "idempotency_key_reused"
    assert send("POST /campaigns", CAMPAIGN).code == "idempotency_key_required"
    assert everything() == before


def test_nobody_approves_what_they_wrote() -> None:
    both = staff_caller("marketer", "approver", login="bo")
    campaign_id = send("POST /campaigns", CAMPAIGN, both, key="k").body["campaign_id"]
    answer = step(campaign_id, "approvals", both)
    assert (answer.status, answer.code) == (403, "own_approval")
    assert step(campaign_id, "publications", both).code == "wrong_state"
    assert step(campaign_id, "approvals").body["approved_by"] == "an"


def test_a_change_after_the_approval_needs_another_one() -> None:
    campaign_id = approved()
    changed = send(f"PATCH /campaigns/{campaign_id}", {"budget": BUDGET, "from": "2027-01-01T00:00:00+08:00"}).body
    assert (changed["state"], changed["phase"], changed["approved_by"]) == ("draft", "planned", None)
    assert changed["definition"]["from"] == "2027-01-01T00:00:00+08:00"
    assert changed["definition"]["effects"] == [{"kind": "multiply", "factor": "2", "purse": "points"}]
    assert step(campaign_id, "publications").code == "wrong_state"
    blind = send(f"POST /campaigns/{campaign_id}/approvals", {"version": 1}, APPROVER)
    assert (blind.code, blind.body["version"]) == ("changed_meanwhile", 3)


def test_a_change_that_makes_no_valid_campaign_changes_nothing() -> None:
    campaign_id = draft()
    before = everything()
    wrongs: list[dict[str, Any]] = [
        {"until": "2020-01-01T00:00:00+08:00"}, {"effects": []}, {"name_zh": None}, {"stacking": "best"}, {}
    ]  # fmt: skip
    for wrong in wrongs:
        answer = send(f"PATCH /campaigns/{campaign_id}", wrong)
        assert (answer.status, bool(answer.body["errors"])) == (400, True), wrong
    assert everything() == before


def test_publication_lets_the_rule_run_and_opens_the_budget() -> None:
    campaign_id = published(budget=BIG)
    rule = running_rules()[campaign_id]
    assert rule.effects == (Multiply(2000),)
    assert rule.budget is not None
    assert (rule.budget.shards, len(shards())) == (stock.MOST_SHARDS, stock.MOST_SHARDS)
    assert sum(row["left"] for row in shards()) == 1_000_000
    assert read(campaign_id)["budget"] == {"unit": "points", "amount": 1_000_000, "left": 1_000_000}


def test_publication_is_one_transaction_that_fails_as_a_whole() -> None:
    campaign_id = approved(budget=BIG)
    taken = {"campaign_id": f"stock/campaign/{campaign_id}/07", "kind": "stock", "left": 1, "taken": 0}
    dynamo.client().put_item(TableName="campaigns", Item=dynamo.to_item(taken))
    before = everything()
    assert step(campaign_id, "publications").status == 503
    assert everything() == before
    assert running_rules() == {}


def test_a_publication_whose_answer_was_lost_is_found_done(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_id = approved(budget=BUDGET)
    calls = []

    def lose_the_answer(http_response: object, parsed: Mapping[str, Any], **_: Any) -> None:
        calls.append(parsed)
        if len(calls) == 1:
            raise ConnectionError

    events = dynamo.client().meta.events
    events.register("after-call.dynamodb.TransactWriteItems", lose_the_answer)
    try:
        first = step(campaign_id, "publications")
    finally:
        events.unregister("after-call.dynamodb.TransactWriteItems", lose_the_answer)
    before = everything()
    again = step(campaign_id, "publications")
    assert again.body["state"] == "published", first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert everything() == before
    assert sum(row["left"] for row in shards()) == BUDGET["amount"]


def test_a_campaign_runs_while_it_is_published_and_not_while_it_is_paused() -> None:
    campaign_id = draft(budget=BUDGET)
    for name, state in [*LIFE.items(), ("endings", "ended")]:
        answer = step(campaign_id, name)
        assert (answer.status, answer.body["state"]) == (201, state)
        before = everything()
        again = step(campaign_id, name)
        assert (again.body["state"], again.headers["idempotent-replayed"]) == (state, "true")
        assert everything() == before
        assert (campaign_id in running_rules()) is (state == "published"), name


def test_what_goes_on_is_the_rule_that_was_published() -> None:
    template = put_template()
    campaign_id = published(**naming(template=template))
    rule = running_rules()[campaign_id]
    step(campaign_id, "pauses")
    dynamo.client().delete_item(
        TableName="coupons", Key=dynamo.to_item({"coupon_id": f"template/{template}", "kind": "definition"})
    )
    assert step(campaign_id, "resumptions").status == 201
    assert running_rules()[campaign_id] == rule
    assert rule.worth == {template: 5_000}


def test_a_closed_campaign_keeps_the_rule_that_returns_need() -> None:
    campaign_id = published()
    rule = running_rules()[campaign_id]
    step(campaign_id, "endings")
    assert partition("running/campaign") == []
    assert publication.rule_of(publication.catalogue().read(campaign_id, consistent=True)) == rule  # type: ignore[arg-type]


def test_taken_units_are_missing_from_what_is_left() -> None:
    campaign_id = published(budget=BUDGET)
    place = publication.place(running_rules()[campaign_id])
    assert place is not None
    dynamo.client().transact_write_items(TransactItems=[stock.take(place, 0, 30)])
    assert read(campaign_id)["budget"]["left"] == BUDGET["amount"] - 30
    (listed,) = send("GET /campaigns", caller=AUDITOR).body["items"]
    assert listed["budget"]["left"] is None


@pytest.mark.parametrize(("year", "phase"), [(2025, "warm_up"), (2027, "running"), (2029, "follow_up")])
def test_the_phase_follows_the_clock(year: int, phase: str, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign_id = draft()
    assert read(campaign_id)["phase"] == "planned"
    assert step(campaign_id, "approvals").body["phase"] == "approved"
    assert step(campaign_id, "publications").status == 201
    monkeypatch.setattr(staff, "utc_now", lambda: NOW.replace(year=year))
    assert read(campaign_id)["phase"] == phase
    assert step(campaign_id, "pauses").body["phase"] == "paused"
    assert step(campaign_id, "endings").body["phase"] == "closed"


@pytest.mark.parametrize(("instant", "phase"), [(STARTS, "running"), (STARTS - SECOND, "warm_up")])
def test_a_campaign_runs_from_its_first_instant(instant: datetime, phase: str) -> None:
    assert phase_of(OfferState.PUBLISHED, STARTS, UNTIL, instant).value == phase


@pytest.mark.parametrize(("instant", "phase"), [(UNTIL, "follow_up"), (UNTIL - SECOND, "running")])
def test_a_campaign_is_over_at_its_end(instant: datetime, phase: str) -> None:
    assert phase_of(OfferState.PUBLISHED, STARTS, UNTIL, instant).value == phase


def test_a_campaign_whose_window_is_over_is_not_published() -> None:
    campaign_id = approved(**{"from": "2020-01-01T00:00:00+08:00", "until": "2020-02-01T00:00:00+08:00"})
    before = everything()
    answer = step(campaign_id, "publications")
    assert (answer.status, answer.code) == (422, "campaign_over")
    assert everything() == before


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        ((), "publications"),
        ((), "pauses"),
        (("approvals", "publications"), "resumptions"),
        (("approvals", "publications", "endings"), "pauses"),
        (("approvals", "publications", "endings"), "resumptions"),
        (("endings",), "publications"),
    ],
)
def test_a_step_needs_its_state(steps: tuple[str, ...], refused: str) -> None:
    campaign_id = draft()
    for name in steps:
        assert step(campaign_id, name).status == 201
    before = everything()
    answer = step(campaign_id, refused, staff_caller("marketer", login="zoe"))
    assert (answer.status, answer.code) == (409, "wrong_state")
    assert everything() == before


def test_what_was_published_never_changes() -> None:
    campaign_id = published()
    assert send(f"PATCH /campaigns/{campaign_id}", {"priority": 3}).code == "wrong_state"


def test_the_list_has_pages_and_a_filter() -> None:
    drafts = {draft(f"key-{n}") for n in range(3)}
    live = published("live")
    seen: list[str] = []
    query = {"limit": "2", "state": "draft"}
    while True:
        answer = send("GET /campaigns", caller=AUDITOR, query=query)
        seen += [item["campaign_id"] for item in answer.body["items"]]
        if answer.body["next"] is None:
            break
        query["cursor"] = answer.body["next"]
    assert (len(seen), set(seen)) == (3, drafts)
    (only,) = send("GET /campaigns", caller=AUDITOR, query={"state": "published"}).body["items"]
    assert only["campaign_id"] == live


@pytest.mark.parametrize(
    ("route", "body", "allowed"),
    [
        ("POST /campaigns", CAMPAIGN, MARKETER),
        ("PATCH /campaigns/{id}", {"priority": 2}, MARKETER),
        ("POST /campaigns/{id}/approvals", None, APPROVER),
        ("POST /campaigns/{id}/publications", None, MARKETER),
        ("POST /campaigns/{id}/pauses", None, MARKETER),
        ("POST /campaigns/{id}/resumptions", None, MARKETER),
        ("POST /campaigns/{id}/endings", None, MARKETER),
    ],
)
def test_who_may_write_is_decided_by_group(route: str, body: object, allowed: Mapping[str, Any]) -> None:
    campaign_id = draft()
    before = everything()
    for caller in (MARKETER, APPROVER, OPERATOR, AUDITOR, staff_caller(login="guest")):
        if caller is not allowed:
            assert send(route.format(id=campaign_id), body, caller, key="k").status == 403
    assert everything() == before


@pytest.mark.parametrize("name", ["..%2F..", "a/b", "0" * 23, "A" * 24, "list/campaign", f"{'0' * 24}%0a", NOBODY])
def test_a_hostile_id_reaches_nothing(name: str) -> None:
    draft()
    assert send(f"GET /campaigns/{name}").status in {400, 404}
