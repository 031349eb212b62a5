"""To whom a reward is offered, and what becomes of its order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from functions.redeem import errors
from functions.redeem.order import (
    Chosen,
    Order,
    OrderState,
    cancelled,
    from_row,
    handed_over,
    ordered,
    redeemed,
    require_cancellable,
    to_row,
)
from functions.redeem.reward import Reward, definition_of, is_offered, offered, require_for, reward_of
from loyalty.catalogue import Offer, OfferState, Step, drafted, stepped
from loyalty.clock import iso
from loyalty.entries import Cause, EntryKey
from loyalty.errors import InsufficientPointsError
from loyalty.types import Day, Kind, MemberId, Origin, Purse
from tests.unit.earn.builders import account

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY = Day("261121")
SCARF = Reward.model_validate(
    {"name_zh": "围巾", "name_en": "Scarf", "kind": "gift", "points": 300, "pick_up_points": ["service-desk"]}
)
LOUNGE = Reward.model_validate({"name_zh": "贵宾室", "name_en": "Lounge", "kind": "lounge", "points": 200})
CAUSE = Cause(EntryKey("redeem/m/k", "redeem"), Kind.REDEEM, iso(NOW), iso(NOW), "member", Origin.MEMBER, "trace")


def offer(reward: Reward, *steps: Step) -> Offer:
    found = drafted("r1", definition_of(reward), "ann", iso(NOW))
    for step in (Step.APPROVE, Step.PUBLISH, *steps):
        found = stepped(found, step, "bob", iso(NOW))
    return found


def made(reward: Reward = SCARF) -> Order:
    return ordered(Chosen("r1", reward, reward.places()[0], 3), "id1", MemberId("m1"), CAUSE, Day("261122"))


def test_a_window_holds_from_its_first_to_before_its_last_instant() -> None:
    day = timedelta(days=1)
    reward = LOUNGE.model_copy(update={"starts": NOW, "until": NOW + day})
    assert offered(offer(reward), NOW) == reward
    assert is_offered(offer(reward), "regular", NOW + day - timedelta(milliseconds=1))
    with pytest.raises(errors.NotYetOfferedError):
        offered(offer(reward), NOW - timedelta(milliseconds=1))
    with pytest.raises(errors.NoLongerOfferedError):
        offered(offer(reward), NOW + day)
    assert not is_offered(offer(reward), "regular", NOW + day)


def test_only_what_is_published_is_offered() -> None:
    assert not is_offered(offer(LOUNGE, Step.PAUSE), "regular", NOW)
    assert is_offered(offer(LOUNGE, Step.PAUSE, Step.RESUME), "regular", NOW)
    with pytest.raises(errors.RewardPausedError):
        offered(offer(LOUNGE, Step.PAUSE), NOW)
    with pytest.raises(errors.NoLongerOfferedError):
        offered(offer(LOUNGE, Step.PAUSE, Step.END), NOW)
    with pytest.raises(errors.RewardNotFoundError):
        offered(replace(offer(LOUNGE), state=OfferState.APPROVED), NOW)


def test_a_definition_survives_being_stored() -> None:
    reward = LOUNGE.model_copy(update={"starts": NOW, "per_member": 2, "tiers": ("gold",)})
    assert reward_of(definition_of(reward)) == reward


def test_the_last_one_a_member_may_have_is_granted() -> None:
    reward = LOUNGE.model_copy(update={"per_member": 2})
    require_for(reward, "regular", 1, None)
    with pytest.raises(errors.MemberLimitError):
        require_for(reward, "regular", 2, None)


def test_an_order_survives_being_stored() -> None:
    for order in (made(), made(LOUNGE), cancelled(made(), CAUSE)):
        row = {name: value for name, value in to_row(order).items() if value is not None}
        assert from_row(row) == order


def test_redeeming_takes_exactly_the_price_from_its_purse() -> None:
    held = account(("270131", 1000))
    done = redeemed(held, Chosen("r1", SCARF, "service-desk", 3), made(), {"tenant_id": "t"}, TODAY)
    assert done.account.total(Purse.POINTS) == 700
    assert done.facts == {
        "tenant_id": "t", "kind": "gift", "reward_id": "r1", "purse": "points", "shard": 3, "cash_fen": 0,
        "point": "service-desk",
    }  # fmt: skip
    dear = SCARF.model_copy(update={"points": 1001})
    with pytest.raises(InsufficientPointsError) as refusal:
        redeemed(held, Chosen("r1", dear, "service-desk", 3), made(dear), {}, TODAY)
    assert refusal.value.params == {"missing_points": 1, "balance": 1000}


@pytest.mark.parametrize("state", [state for state in OrderState if state is not OrderState.RESERVED])
def test_only_what_is_reserved_is_handed_over_or_cancelled(state: OrderState) -> None:
    order = replace(made(), state=state)
    with pytest.raises(errors.OrderStateError):
        handed_over(order, "key", iso(NOW), "till:t", "till", "trace")
    for at_till in (True, False):
        with pytest.raises(errors.OrderStateError):
            require_cancellable(order, at_till=at_till)


def test_each_change_of_an_order_is_one_version() -> None:
    order = handed_over(made(), "key", "2026-11-22T00:00:00.000Z", "till:t", "till", "trace")
    assert (order.version, order.at, order.ordered_at) == (2, "2026-11-22T00:00:00.000Z", iso(NOW))
    assert (order.handed_over_at, order.actor) == ("2026-11-22T00:00:00.000Z", "till:t")


def test_a_limit_each_quarter_needs_a_limit_and_counts_in_its_own_quarter() -> None:
    with pytest.raises(ValueError, match="needs one"):
        Reward.model_validate({**definition_of(SCARF), "per_member": None, "per": "quarter"})
    voucher = Reward.model_validate({**definition_of(SCARF), "per_member": 1, "per": "quarter"})
    days = ("260930", "261001", "261231", "270101")
    assert [voucher.counted_in(Day(day)) for day in days] == ["26Q3", "26Q4", "26Q4", "27Q1"]
    assert made(voucher).counted_in == "26Q4"
