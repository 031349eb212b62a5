"""Changes of a membership's status, as decisions about an account."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.members.errors import NotAwaitingApprovalError
from functions.members.masking import masked_name
from functions.members.membership import claimed, decided, forfeited
from loyalty.accounts import Account
from loyalty.buckets import BucketKey, bucket_key
from loyalty.programme import Enrolment
from loyalty.tiers import Rung
from loyalty.types import Day, MemberId, Purse, Status

TODAY = Day("261121")
KEYS = st.builds(
    bucket_key, st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1))
)
PURSES = st.dictionaries(st.sampled_from(Purse), st.dictionaries(KEYS, st.integers(1, 10**6), min_size=1))


def account(status: Status, buckets: dict[Purse, dict[BucketKey, int]] | None = None, owed: int = 0) -> Account:
    rung = Rung("gold", Day("261121"), Day("271130"))
    debt = {Purse.POINTS: owed} if owed else {}
    return Account(MemberId("m1"), status, rung, 7, buckets or {}, debt)


@given(PURSES, st.integers(0, 500), st.sampled_from(Status))
def test_erasing_takes_every_point_and_books_each(
    buckets: dict[Purse, dict[BucketKey, int]], owed: int, status: Status
) -> None:
    held = {purse: own for purse, own in buckets.items() if not (owed and purse is Purse.POINTS)}
    before = account(status, held, owed)
    decision = forfeited(before, TODAY)
    assert decision.account.status is Status.ERASED
    assert not decision.account.buckets
    assert decision.account.debt == before.debt
    assert decision.facts == {"status_before": status, "status_after": Status.ERASED}
    for purse in Purse:
        legs = sum(leg.points for leg in decision.legs if leg.purse == purse)
        reasons = sum(reason.points for reason in decision.reasons if reason.purse == purse)
        assert before.total(purse) + legs == decision.account.total(purse)
        assert reasons == legs


def test_a_change_of_status_shows_the_balance_it_left_alone() -> None:
    held = account(Status.UNCLAIMED, {Purse.POINTS: {bucket_key(date(2027, 1, 31)): 120}})
    decision = claimed(held, Enrolment(), TODAY)
    assert decision.account.buckets == held.buckets
    assert decision.answer == {
        "status": Status.ACTIVE,
        "points_earned": 0,
        "points_spent": 0,
        "balance": 120,
        "tier": "gold",
    }


def test_an_empty_account_closes_without_legs() -> None:
    decision = forfeited(account(Status.ACTIVE), TODAY)
    assert (decision.legs, decision.reasons) == ((), ())
    assert decision.facts == {"status_before": Status.ACTIVE, "status_after": Status.ERASED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.UNCLAIMED, Status.ACTIVE),
        (Status.ACTIVE, Status.ACTIVE),
        (Status.FROZEN, Status.FROZEN),
        (Status.AWAITING_APPROVAL, Status.AWAITING_APPROVAL),
        (Status.ERASED, Status.ERASED),
    ],
)
def test_a_claim_lifts_nothing_but_the_claim(before: Status, after: Status) -> None:
    assert claimed(account(before), Enrolment(), TODAY).account.status is after


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.AWAITING_APPROVAL])
def test_only_who_awaits_a_decision_gets_one(status: Status) -> None:
    with pytest.raises(NotAwaitingApprovalError) as refused:
        decided(account(status), Status.ACTIVE, TODAY)
    assert refused.value.params == {"status": status.value}


@given(st.text(min_size=1, max_size=64))
def test_a_masked_name_shows_one_character_and_no_length(name: str) -> None:
    assert masked_name(name) == name[0] + "*"
