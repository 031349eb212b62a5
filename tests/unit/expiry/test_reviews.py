"""The sweep's rule for tiers: warned once before a fall, reviewed on the day after grace, one step a review."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.expiry.sweep import Due, what_is_due
from loyalty import tiers
from loyalty.accounts import Account, due_on
from loyalty.clock import day_of, days_after
from loyalty.programme import Programme
from loyalty.tiers import Record, Rung
from loyalty.types import Day, Kind, Month, Purse, Status
from tests.unit.earn.builders import TODAY, account
from tests.unit.kernel.test_tiers import RECORDS
from tests.unit.ledger.ladders import BY_POINTS, FREQUENT, LADDERS, WITH_GRACE
from tests.unit.ledger.programmes import MALL_A

GOLD_SPEND = 1_000_000
STATUSES = st.sampled_from(Status)


def gold(until: str = "261130", since: str = "251101", **changes: Any) -> Account:
    return replace(account(), rung=Rung("gold", Day(since), Day(until)), **changes)


def spent(month: str, fen: int) -> Record:
    return Record(spend={Month(month): fen})


def due(standing: Account, day: str, programme: Programme = MALL_A) -> Due:
    found = what_is_due(standing, programme, Day(day))
    assert found
    return found


def swept(standing: Account, day: Day, programme: Programme = MALL_A) -> tuple[Account, list[Kind]]:
    kinds = []
    while found := what_is_due(standing, programme, day):
        standing = found.decision.account
        kinds.append(found.kind)
        assert len(kinds) < 50
    return standing, kinds


def test_a_tier_is_reviewed_the_day_after_its_last_and_falls_one_step() -> None:
    assert what_is_due(gold(warned_on=Day("261101")), MALL_A, Day("261130")) is None
    review = due(gold(), "261201")
    assert (review.kind, review.decision.legs) == (Kind.REVIEW, ())
    assert review.decision.account.rung == Rung("silver", Day("261201"), Day("271130"))
    assert review.decision.facts == {
        "as_of": "261201",
        "until": "271130",
        "tier_before": "gold",
        "tier_after": "silver",
    }
    assert review.decision.answer == {"balance": 0, "tier": "silver"}


def test_a_review_that_keeps_the_tier_is_written_without_a_change() -> None:
    review = due(gold(record=spent("2605", GOLD_SPEND)), "261201")
    assert review.decision.account.rung == Rung("gold", Day("251101"), Day("271130"))
    assert review.decision.facts == {"as_of": "261201", "until": "271130"}
    assert [reason.code for reason in review.decision.reasons] == ["tier_kept"]


def test_a_tier_is_reviewed_only_when_its_grace_is_over() -> None:
    in_grace = gold(warned_on=Day("261101"))
    assert what_is_due(in_grace, WITH_GRACE, Day("261230")) is None
    assert due(in_grace, "261231", WITH_GRACE).kind is Kind.REVIEW


def test_every_missed_year_is_a_review_of_its_own() -> None:
    after, kinds = swept(gold(), Day("281205"))
    assert (after.rung.code, kinds) == ("regular", [Kind.REVIEW, Kind.REVIEW])
    diamond = replace(gold(), rung=Rung("diamond", Day("251101"), Day("261130")))
    tiers_passed = []
    while found := what_is_due(diamond, MALL_A, Day("291205")):
        diamond = found.decision.account
        tiers_passed.append(diamond.rung.code)
    assert tiers_passed == ["gold", "silver", "regular"]


def test_a_coming_fall_is_announced_once_with_what_is_missing() -> None:
    assert what_is_due(gold(record=spent("2610", 1)), MALL_A, Day("261030")) is None
    warning = due(gold(record=spent("2610", 1)), "261031")
    assert (warning.kind, warning.decision.legs) == (Kind.WARN, ())
    assert warning.decision.facts == {
        "as_of": "261031",
        "tier": "gold",
        "until": "261130",
        "keeps": "silver",
        "missing": GOLD_SPEND - 1,
    }
    assert what_is_due(warning.decision.account, MALL_A, Day("261130")) is None


def test_a_warning_says_until_when_what_is_spent_still_counts() -> None:
    assert due(gold(), "261031", WITH_GRACE).decision.facts["until"] == "261230"


@pytest.mark.parametrize(
    ("programme", "code", "missing"),
    [
        (FREQUENT, "frequent", {"missing_visits": 9}),
        (BY_POINTS, "both", {"missing": 300_000, "missing_points": 3000}),
    ],
)
def test_a_warning_tells_every_measure_the_tier_asks_for(
    programme: Programme, code: str, missing: dict[str, int]
) -> None:
    standing = replace(gold(), rung=Rung(code, Day("251101"), Day("261231")))
    facts = due(standing, "261201", programme).decision.facts
    assert {name: facts[name] for name in facts if name.startswith("missing")} == missing


def test_who_has_spent_enough_is_not_warned_and_not_due_before_the_review() -> None:
    safe = gold(record=spent("2605", GOLD_SPEND))
    assert what_is_due(safe, MALL_A, Day("261130")) is None
    assert due_on(safe, MALL_A) == "261201"
    assert due_on(gold(), MALL_A) == "261031"
    assert due_on(gold(warned_on=Day("261102")), MALL_A) == "261201"


def test_who_was_warned_a_year_ago_is_warned_again() -> None:
    kept = due(gold(record=spent("2605", GOLD_SPEND), warned_on=Day("251101")), "261201").decision.account
    assert due(kept, "271031").kind is Kind.WARN


def test_a_return_after_the_warning_day_is_warned_of_at_once() -> None:
    assert due(gold(record=spent("2605", GOLD_SPEND - 1)), "261125").kind is Kind.WARN


@pytest.mark.parametrize("status", [Status.ERASED, Status.AWAITING_APPROVAL])
def test_who_is_no_member_is_neither_warned_nor_reviewed(status: Status) -> None:
    assert what_is_due(gold(status=status), MALL_A, Day("281201")) is None
    assert due_on(gold(status=status), MALL_A) is None


def test_the_lowest_tier_is_never_due() -> None:
    assert what_is_due(account(), MALL_A, Day("391201")) is None


@given(
    record=RECORDS,
    rank=st.integers(0, 3),
    later=st.integers(-100, 1200),
    status=STATUSES,
    programme=st.sampled_from(LADDERS),
    held=st.dictionaries(st.integers(-60, 900), st.integers(1, 500), max_size=3),
)
def test_an_account_is_due_exactly_when_the_sweep_has_something_to_do_and_the_sweep_says_what_is_true(
    record: Record, rank: int, later: int, status: Status, programme: Programme, held: dict[int, int]
) -> None:
    day = days_after(day_of(TODAY), later)
    ladder = programme.tiers.ladder
    code = ladder[min(rank, len(ladder) - 1)].code
    points = ((days_after(day_of(TODAY), offset), number) for offset, number in held.items())
    standing = replace(account(*points), status=status, record=record, rung=Rung(code, Day("251101"), Day("261231")))
    was_due = due_on(standing, programme)
    assert (was_due is not None and was_due <= day) == (what_is_due(standing, programme, day) is not None)

    after, _ = swept(standing, day, programme)

    assert (due := due_on(after, programme)) is None or due > day
    assert after.spendable(Purse.POINTS, day) == standing.spendable(Purse.POINTS, day)
    if status not in {Status.ERASED, Status.AWAITING_APPROVAL} and programme.rank(after.rung.code):
        assert after.rung == tiers.reviewed(standing.rung, record, day, programme)
