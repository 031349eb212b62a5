"""Which legs belong to which event of an entry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.outbox.shares import Moved, Share, UnexplainedLegsError, shares
from loyalty.buckets import DEBT, BucketKey, Leg
from loyalty.entries import Reason
from loyalty.types import Purse

P = Purse.POINTS
OPEN = [BucketKey("270131"), BucketKey("270630"), BucketKey("271130/261220")]
PAST = [BucketKey("251031"), BucketKey("251130")]
amounts = st.integers(min_value=1, max_value=10_000)
purses = st.sampled_from(list(Purse))
debits = st.lists(st.tuples(st.sampled_from(OPEN), amounts), max_size=3, unique_by=lambda part: part[0])
credits_ = st.lists(st.tuples(st.sampled_from([*OPEN, *PAST]), amounts), max_size=3, unique_by=lambda part: part[0])


def total(legs: list[Leg]) -> int:
    return sum(leg.points for leg in legs)


def credited(purse: Purse, parts: list[tuple[BucketKey, int]]) -> tuple[list[Leg], list[Leg], list[Leg]]:
    """Credits as an account makes them: what lies in a bucket already past lapses in the same breath."""
    made, gained, lapsed = [], [], []
    for bucket, points in parts:
        gained.append(Leg(purse, bucket, points))
        made.append(gained[-1])
        if bucket in PAST:
            lapsed.append(Leg(purse, bucket, -points))
            made.append(lapsed[-1])
    return made, gained, lapsed


@given(purse=purses, spent=debits, earned=credits_, given_back=credits_, taken=debits, debt=st.integers(0, 500))
def test_every_leg_of_a_decision_lands_in_the_share_that_made_it(
    purse: Purse,
    spent: list[tuple[BucketKey, int]],
    earned: list[tuple[BucketKey, int]],
    given_back: list[tuple[BucketKey, int]],
    taken: list[tuple[BucketKey, int]],
    debt: int,
) -> None:
    redeemed = [Leg(purse, bucket, -points) for bucket, points in spent]
    earn_legs, gained, late = credited(purse, earned)
    return_legs, given, late_again = credited(purse, given_back)
    taken_legs = [Leg(purse, bucket, -points) for bucket, points in taken]
    taken_legs += [Leg(purse, DEBT, -debt)] if debt else []
    wanted = {
        Share.REDEEMED: ("redeemed", redeemed),
        Share.EARNED: ("base", gained),
        Share.EXPIRED: ("lapsed", [*late, *late_again]),
        Share.GIVEN_BACK: ("given_back", given),
        Share.TAKEN_BACK: ("taken_back", taken_legs),
    }
    reasons = [Reason(code, purse, total(own)) for code, own in wanted.values() if own]

    found = shares([*redeemed, *earn_legs, *return_legs, *taken_legs], reasons)

    assert {share: sorted(part.legs) for share, part in found.items()} == {
        share: sorted(own) for share, (_, own) in wanted.items() if own
    }


def test_what_campaigns_award_after_early_returns_is_earned_with_the_rest() -> None:
    """A purchase paid with points whose return came first: spent, earned, given and taken back, then awarded."""
    amounts = [("redeemed", -300), ("base", 710), ("given_back", 116), ("taken_back", -275), ("campaign", 20)]
    legs = [Leg(P, OPEN[n % 2], points) for n, (_, points) in enumerate(amounts)]
    reasons = [Reason(code, P, points) for code, points in amounts]

    found = shares(legs, reasons)

    assert found[Share.EARNED] == Moved((legs[1], legs[4]), (reasons[1], reasons[4]))
    assert found[Share.GIVEN_BACK] == Moved((legs[2],), (reasons[2],))
    assert (found[Share.REDEEMED].legs, found[Share.TAKEN_BACK].legs) == ((legs[0],), (legs[3],))


def test_shares_of_several_purses_do_not_mix() -> None:
    legs = [Leg(P, OPEN[0], -100), Leg(P, OPEN[1], 30), Leg(Purse.GROWTH, OPEN[1], 5)]
    reasons = [Reason("redeemed", P, -100), Reason("base", P, 30), Reason("growth", Purse.GROWTH, 5)]

    found = shares(legs, reasons)

    assert found[Share.REDEEMED] == Moved((legs[0],), (reasons[0],))
    assert found[Share.EARNED] == Moved((legs[1], legs[2]), (reasons[1], reasons[2]))
    assert found[Share.EARNED].points() == 30
    assert found[Share.EARNED].points(Purse.GROWTH) == 5


def test_an_announcement_moves_nothing() -> None:
    assert shares([], [Reason("expiring", P, 500)]) == {}


@pytest.mark.parametrize(
    ("legs", "reasons"),
    [
        ([Leg(P, OPEN[0], 10)], []),
        ([], [Reason("base", P, 10)]),
        ([Leg(P, OPEN[0], 10)], [Reason("base", P, 9)]),
        ([Leg(P, OPEN[0], 10)], [Reason("base", Purse.GROWTH, 10)]),
        ([Leg(P, OPEN[0], 10), Leg(P, OPEN[1], -10)], [Reason("base", P, 4), Reason("redeemed", P, -4)]),
        (
            [Leg(P, OPEN[0], 4), Leg(P, OPEN[0], 10), Leg(P, OPEN[1], -4), Leg(P, OPEN[1], -10)],
            [Reason("base", P, 4), Reason("redeemed", P, -4)],
        ),
        ([Leg(P, OPEN[0], 10), Leg(P, OPEN[1], -10)], [Reason("base", P, 20), Reason("redeemed", P, -20)]),
        ([Leg(P, OPEN[0], -7), Leg(P, OPEN[1], -3)], [Reason("redeemed", P, -3), Reason("taken_back", P, -7)]),
    ],
    ids=[
        "no reason",
        "no leg",
        "less explained",
        "other purse",
        "part unexplained",
        "two too many",
        "too much",
        "other amounts",
    ],
)
def test_legs_that_the_reasons_do_not_explain_are_refused(legs: list[Leg], reasons: list[Reason]) -> None:
    with pytest.raises(UnexplainedLegsError):
        shares(legs, reasons)
