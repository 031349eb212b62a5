"""The sweep of tiers: a warning before, a review on the day, each written once, killed wherever."""

from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from loyalty import account_store, dynamo
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Purse
from tests.functions.expiry.sweeping import records, run, settle, start
from tests.functions.till import (
    ANNA,
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
from tests.support import PROGRAMME

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def gold(last_day: int, fen: int = 0, *held: tuple[str, int]) -> None:
    """Give Anna a gold tier whose year is over in so many days."""
    member(ANNA, *held)
    until = bucket(last_day)
    record = Record(spend={account_of().rung.since[:4]: fen} if fen else {})  # type: ignore[dict-item]
    account = replace(account_of(), rung=Rung("gold", Day("240101"), Day(until)), record=record)
    dynamo.client().put_item(TableName="accounts", Item=dynamo.to_item(account_store.to_row(account, PROGRAMME)))


def kinds() -> list[str]:
    return [row["kind"] for row in sorted(ledger_rows(), key=lambda row: row["account_version"])]


def test_a_review_is_an_entry_of_the_ledger_and_is_made_once(queue: str) -> None:
    gold(-1)
    assert run(queue) == 1
    (entry,) = ledger_rows()
    assert (entry["kind"], entry["source"], entry["legs"]) == ("review", f"review/{ANNA}", [])
    assert (entry["facts"]["tier_before"], entry["facts"]["tier_after"]) == ("gold", "silver")
    assert (account_of().rung.code, entry["answer"]["tier"]) == ("silver", "silver")
    before = everything()
    assert run(queue) == 0
    assert everything() == before


def test_a_warning_is_an_entry_of_the_ledger_and_is_made_once(queue: str) -> None:
    gold(20, 300_000)
    assert run(queue) == 1
    (entry,) = ledger_rows()
    assert (entry["kind"], entry["source"], entry["legs"]) == ("warn", f"warn/{ANNA}", [])
    assert (entry["facts"]["missing"], entry["facts"]["until"]) == (700_000, bucket(20))
    assert account_of().rung.code == "gold"
    assert run(queue) == 0


def test_who_spends_enough_between_warning_and_review_keeps_the_tier(queue: str) -> None:
    gold(20)
    run(queue)
    post("/purchases", receipt("R-1", ("S", "shoes", 1_000_000)))
    assert run(queue) == 0
    assert kinds() == ["warn", "purchase"]


def test_everything_due_of_one_member_is_made_in_one_visit(queue: str) -> None:
    gold(-400, 0, (bucket(-1), 100), (bucket(20), 5))
    assert run(queue) == 1
    assert kinds() == ["expire", "review", "review", "remind"]
    assert (account_of().rung.code, ledger_sum()) == ("regular", -100)


@pytest.mark.parametrize("moment", [WRITE, WRITTEN])
@pytest.mark.parametrize("last_day", [-1, 20])
def test_a_review_or_warning_whose_call_fails_is_made_once(queue: str, moment: str, last_day: int) -> None:
    def lost(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="dynamodb")

    gold(last_day)
    with once(moment, lost):
        run(queue)
    assert len(ledger_rows()) == 1


def test_a_page_delivered_twice_reviews_once(queue: str) -> None:
    gold(-800)
    start()
    pages = records(queue)
    assert settle(pages) == settle(pages) == []
    assert kinds() == ["review", "review"]


def test_a_sweep_killed_between_two_movements_is_taken_up_where_it_stopped(queue: str) -> None:
    gold(-400, 0, (bucket(-1), 100))
    writes: list[int] = []

    def dies_at_the_second(**_: Any) -> None:
        writes.append(1)
        if len(writes) > 1:
            raise RuntimeError("killed")

    start()
    pages = records(queue)
    dynamo.client().meta.events.register(WRITE, dies_at_the_second)
    assert len(settle(pages)) == 1
    dynamo.client().meta.events.unregister(WRITE, dies_at_the_second)
    assert kinds() == ["expire"]
    assert settle(pages) == []
    assert kinds() == ["expire", "review", "review"]
    assert account_of().total(Purse.POINTS) == 100 + ledger_sum() == 0


def test_a_purchase_between_finding_and_reviewing_is_heard(queue: str) -> None:
    gold(-1)
    with once(WRITE, lambda **_: post("/purchases", receipt("R-1", ("S", "shoes", 5_000)))):
        run(queue)
    (entry,) = ledger_rows()
    assert (entry["kind"], entry["facts"]["tier_after"]) == ("purchase", "silver")
    assert (account_of().rung.code, len(ledger_rows())) == ("silver", 1)
