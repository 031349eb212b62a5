"""The daily sweep and its workers: whoever is due is settled, once, however often it runs (pitfall 5)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from loyalty import dynamo, sweeps
from loyalty.clock import local_date, utc_now
from loyalty.sweeps import FutureSweepError
from loyalty.types import Purse
from tests.functions.expiry.sweeping import records, run, settle, start
from tests.functions.till import (
    ANNA,
    BEN,
    WRITE,
    WRITTEN,
    account_of,
    bucket,
    everything,
    ledger_rows,
    ledger_sum,
    member,
    once,
    post,
    receipt,
)

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def test_only_who_is_due_is_swept(queue: str) -> None:
    member(ANNA, (bucket(-1), 100), (bucket(200), 5))
    member(BEN, (bucket(200), 7))
    assert run(queue) == 1
    (entry,) = ledger_rows()
    assert (entry["kind"], entry["member_id"], entry["actor"], entry["origin"]) == (
        "expire",
        ANNA,
        "schedule",
        "schedule",
    )
    assert account_of().held(Purse.POINTS) == {bucket(200): 5}
    assert ledger_sum() == -100


def test_pitfall_5_a_second_sweep_writes_nothing_more(queue: str) -> None:
    member(ANNA, (bucket(-1), 100), (bucket(20), 5))
    run(queue)
    before = everything()
    assert run(queue) == 0
    assert everything() == before
    assert [row["kind"] for row in sorted(ledger_rows(), key=lambda row: row["account_version"])] == [
        "expire",
        "remind",
    ]


def test_a_page_delivered_twice_settles_once(queue: str) -> None:
    member(ANNA, (bucket(-1), 100), (bucket(20), 5))
    start()
    pages = records(queue)
    assert settle(pages) == []
    before = everything()
    assert settle(pages) == []
    assert everything() == before


def test_a_reminder_is_written_once_and_moves_no_points(queue: str) -> None:
    member(ANNA, (bucket(20), 5))
    assert run(queue) == 1
    assert run(queue) == 0
    (entry,) = ledger_rows()
    assert (entry["kind"], entry["legs"], account_of().total(Purse.POINTS)) == ("remind", [], 5)


def test_missed_days_are_caught_up(queue: str) -> None:
    member(ANNA, (bucket(-90), 1), (bucket(-30), 10), (bucket(-1), 100))
    assert run(queue) == 1
    assert (len(ledger_rows()), ledger_sum()) == (1, -111)


def test_a_future_day_is_refused_where_the_stage_does_not_allow_it(queue: str) -> None:
    member(ANNA, (bucket(200), 100))
    before = everything()
    with pytest.raises(FutureSweepError):
        start((local_date(utc_now(), "Asia/Shanghai") + timedelta(days=1)).isoformat())
    assert (records(queue), everything() == before) == ([], True)


def test_a_future_day_is_swept_where_the_stage_allows_it(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUTURE_SWEEPS", "true")
    member(ANNA, (bucket(200), 100))
    ahead = (local_date(utc_now(), "Asia/Shanghai") + timedelta(days=365)).isoformat()
    assert start(ahead) == {"as_of": ahead, "members": 1, "pages": 1}
    assert settle(records(queue)) == []
    assert (ledger_rows()[0]["at"][:4], ledger_sum()) == (ahead[:4], -100)


@pytest.mark.parametrize("wrong", ["tomorrow", "2026-13-01", "2026-02-30"])
def test_a_day_that_cannot_be_is_refused(queue: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        start(wrong)
    assert records(queue) == []


def test_pitfall_14_everybody_due_is_found_page_after_page(queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "ITEMS_A_PAGE", 2)
    names = [f"member-{n:03d}" for n in range(23)]
    for name in names:
        member(name, (bucket(-1), 1))
    assert start() == {"as_of": local_date(utc_now(), "Asia/Shanghai").isoformat(), "members": 23, "pages": 12}
    found = [name for _ in range(2) for page in records(queue) for name in json.loads(page["body"])["members"]]
    assert sorted(found) == names


def test_a_purchase_between_finding_and_lapsing_keeps_both(queue: str) -> None:
    member(ANNA, (bucket(-1), 100))
    with once(WRITE, lambda **_: post("/purchases", receipt("R-1", ("S", "shoes", 5_000)))):
        run(queue)
    assert account_of().total(Purse.POINTS) == 100 + ledger_sum() == 50


@pytest.mark.parametrize("moment", [WRITE, WRITTEN])
def test_a_lapse_whose_call_fails_is_made_once(queue: str, moment: str) -> None:
    def lost(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="dynamodb")

    member(ANNA, (bucket(-1), 100))
    with once(moment, lost):
        run(queue)
    assert (len(ledger_rows()), ledger_sum()) == (1, -100)


def test_a_page_with_a_member_who_stays_busy_comes_back_and_the_others_are_settled(queue: str) -> None:
    def busy(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="dynamodb")

    member(ANNA, (bucket(-1), 100))
    start()
    pages = records(queue)
    dynamo.client().meta.events.register(WRITE, busy)
    assert settle(pages) == [{"itemIdentifier": pages[0]["messageId"]}]
    dynamo.client().meta.events.unregister(WRITE, busy)
    assert settle(pages) == []
    assert ledger_sum() == -100


def test_a_member_who_is_gone_is_passed_over(queue: str) -> None:
    page = {"messageId": "m", "body": json.dumps({"as_of": bucket(0), "members": ["nobody-1"]})}
    assert settle([page]) == []


def test_an_account_that_cannot_be_read_holds_up_no_other_and_brings_its_page_back(queue: str) -> None:
    for name in (ANNA, BEN):
        member(name, (bucket(-1), 100))
    row = dynamo.get("accounts", {"member_id": ANNA})
    assert row is not None
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item({**row, "status": "a status of tomorrow"}))
    start()
    assert len(settle(records(queue))) == 1
    assert [entry["member_id"] for entry in ledger_rows()] == [BEN]
