"""A new version changes what comes, not what was earned: expiry stays, entries keep their version (K5)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from loyalty import programme_store
from loyalty.accounts import Account
from loyalty.clock import iso
from loyalty.tiers import Record, Rung
from loyalty.types import Day, MemberId, Month, Purse, Status
from tests.functions.program.office import NOON, Calendar, announced
from tests.functions.till import account_of, ledger_rows, member, post, receipt, tenant

NEW_RULES = {
    "points_per_yuan": "2",
    "expiry": {"kind": "calendar_year", "months": 12},
    "redemption": {"fen": 50},
    "exclusions": {"categories": ["shoes"]},
}


def buy(number: str, at: datetime) -> Any:
    answer = post("/purchases", receipt(number, ("S-1", "bags", 60_000), purchased_at=iso(at - timedelta(minutes=1))))
    assert answer.status == 201, answer.body
    return answer.body


@pytest.fixture
def mall(calendar: Calendar) -> Calendar:
    tenant()
    member()
    return calendar


def test_points_already_earned_keep_their_expiry(mall: Calendar) -> None:
    buy("R-1", NOON)
    assert account_of().held(Purse.POINTS) == {"271130": 600}
    announced(NEW_RULES)
    buy("R-2", mall.days_pass(8))
    assert account_of().held(Purse.POINTS) == {"271130": 600, "261231": 1200}


def test_entries_name_the_version_they_were_made_under(mall: Calendar) -> None:
    buy("R-1", NOON)
    announced(NEW_RULES)
    buy("R-2", mall.days_pass(8))
    assert {row["source"][-3:]: row["programme"] for row in ledger_rows()} == {"R-1": 1, "R-2": 2}
    assert programme_store.by_version(1).points_per_yuan == 1000
    assert programme_store.by_version(2).points_per_yuan == 2000


@pytest.mark.parametrize(("amount", "taken"), [(60_000, 600), (30_000, 300)])
def test_a_return_is_computed_under_what_the_entry_says(mall: Calendar, amount: int, taken: int) -> None:
    buy("R-1", NOON)
    announced(NEW_RULES | {"exclusions": {"categories": ["bags"]}})
    mall.days_pass(8)
    answer = post("/purchases/R-1/refunds", {"refund_no": "F-1", "amount": amount})
    assert (answer.status, answer.body["points_taken_back"]) == (201, taken)
    assert account_of().total(Purse.POINTS) == 600 - taken


def renamed(*, silver: int = 3000) -> dict[str, Any]:
    rungs = [("regular", 0), ("silver", silver), ("sun", 10_000)]
    ladder = [{"code": code, "name_zh": code, "name_en": code, "spend_yuan": spend} for code, spend in rungs]
    return {"tiers": {"ladder": ladder}}


def gold(spent: int = 0) -> Account:
    record = Record(spend={Month("2611"): spent * 100} if spent else {})
    return Account(MemberId("m"), Status.ACTIVE, Rung("gold", Day("261001"), Day("271031")), record=record)


def test_members_of_a_renamed_tier_hold_it_under_its_new_name_from_that_day(mall: Calendar) -> None:
    announced(renamed())
    assert programme_store.tier_of(gold(), NOON) == "gold"
    assert programme_store.tier_of(gold(), mall.days_pass(8)) == "sun"


def test_members_of_a_dropped_tier_stand_no_lower_than_their_record(mall: Calendar) -> None:
    rungs = renamed(silver=500)["tiers"]["ladder"][:2]
    announced({"tiers": {"ladder": [*rungs, {**rungs[1], "code": "star", "spend_yuan": 12_000}]}})
    now = mall.days_pass(8)
    assert programme_store.tier_of(gold(), now) == "silver"
    assert programme_store.tier_of(gold(spent=12_000), now) == "star"


def test_who_holds_a_tier_that_is_still_there_keeps_it(mall: Calendar) -> None:
    silver = Account(MemberId("m"), Status.ACTIVE, Rung("silver", Day("261001"), Day("271031")))
    announced(renamed())
    assert programme_store.tier_of(silver, mall.days_pass(8)) == "silver"
