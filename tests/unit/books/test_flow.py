"""What an event adds to the books: both views of a day sum to what moved, whatever the event (requirement F3)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.books.counted import tally
from functions.books.flow import HEARD, Flow, MovedEvent, event_of, flow_of, moved_by, purchase_of, rung_up_by

ZONE = "Asia/Shanghai"


def told(event_type: str = "PointsEarned", number: int = 1, **data: Any) -> dict[str, Any]:
    facts = {"movement": "purchase", "legs": [], "reasons": [], **data}
    return {
        "id": f"event-{number}",
        "type": event_type,
        "time": "2026-11-02T15:30:00.000Z",
        "recordedat": "2026-11-02T16:30:00.000Z",
        "data": facts,
    }


def read(*given: Any, **data: Any) -> MovedEvent:
    event = event_of(told(*given, **data))
    assert event is not None
    return event


def leg(points: int, expires_on: str | None = "2027-11-30", purse: str = "points") -> dict[str, Any]:
    return {"purse": purse, "points": points, "expires_on": expires_on}


def why(code: str, points: int, purse: str = "points") -> dict[str, Any]:
    return {"code": code, "purse": purse, "points": points}


@pytest.mark.parametrize(
    ("event_type", "movement", "code", "points", "flow"),
    [
        ("PointsEarned", "purchase", "base", 5, Flow.EARNED),
        ("PointsEarned", "opening", "opening", 5, Flow.OPENED),
        ("PointsRedeemed", "redeem", "redeemed", -5, Flow.USED),
        ("PointsRefunded", "refund", "given_back", 5, Flow.GIVEN_BACK),
        ("PointsRefunded", "refund", "campaign_back", -5, Flow.TAKEN_BACK),
        ("PointsExpired", "erase", "erased", -5, Flow.EXPIRED),
        ("PointsTransferred", "transfer", "transfer_in", 5, Flow.TRANSFERRED_IN),
        ("PointsTransferred", "transfer", "transfer_out", -5, Flow.TRANSFERRED_OUT),
        ("PointsTransferred", "transfer", "transfer_fee", -5, Flow.USED),
        ("PointsAdjusted", "adjust", "adjusted", -5, Flow.ADJUSTED),
        ("PointsVoided", "void", "voided", -5, Flow.VOIDED),
        ("DrawsMoved", "purchase", "campaign", 1, Flow.EARNED),
        ("DrawsMoved", "refund", "campaign_back", -1, Flow.TAKEN_BACK),
        ("DrawsMoved", "refund", "welcome_back", -1, Flow.TAKEN_BACK),
        ("DrawsMoved", "draw", "drawn", -1, Flow.USED),
        ("DrawsMoved", "expire", "expired", -1, Flow.EXPIRED),
        ("PointsEarned", "tomorrow", "unheard_of", 5, Flow.EARNED),
    ],
)
def test_every_movement_has_its_line(event_type: str, movement: str, code: str, points: int, flow: Flow) -> None:
    assert flow_of(event_type, movement, code, points) is flow


def test_a_purchase_is_told_by_reason_and_by_month_of_expiry() -> None:
    event = read(
        legs=[leg(30, None), leg(70), leg(5, "2099-12-31", "growth")],
        reasons=[why("base", 80), why("campaign", 20), why("growth", 5, "growth")],
    )
    assert moved_by(event) == {
        "points": {"earned.base": 80, "earned.campaign": 20, "earned@debt": 30, "earned@2711": 70},
        "growth": {"earned.growth": 5, "earned@9912": 5},
    }


def test_chances_in_a_lottery_are_a_purse_of_their_own() -> None:
    legs = [{"points": 2, "expires_on": "2027-11-30"}, {"points": -1, "expires_on": "2026-12-31"}]
    reasons = [{"code": "campaign", "points": 2}, {"code": "lapsed", "points": -1}]
    assert moved_by(read("DrawsMoved", legs=legs, reasons=reasons)) == {
        "draws": {"earned.campaign": 2, "expired.lapsed": -1, "earned@2711": 2, "expired@2612": -1}
    }


def test_the_books_hear_every_event_that_moves_points_and_no_other() -> None:
    assert event_of(told("TierChanged")) is None
    assert {event_type for event_type in HEARD if event_of(told(event_type)) is None} == set()


def test_a_tenants_day_is_the_day_its_till_rang_the_receipt_up() -> None:
    receipt = {"tenant_id": "shoes", "receipt_no": "R-1", "gross": 100, "paid": 90}
    event = read(receipt=receipt, points=9)
    bought = purchase_of(event, ZONE)
    assert bought is not None
    assert (bought.day, bought.receipt_no) == ("261102", "R-1")  # recorded after midnight
    assert rung_up_by(event) == {"receipts": 1, "gross": 100, "paid": 90, "points_earned": 9}


def test_a_return_counts_in_money_and_in_points() -> None:
    receipt = {"tenant_id": "shoes", "receipt_no": "R-1"}
    event = read("PointsRefunded", receipt=receipt, taken_back=3, given_back=2, amount=500, money_back=480)
    assert rung_up_by(event) == {
        "refunds": 1,
        "refunded": 500,
        "money_back": 480,
        "points_taken_back": 3,
        "points_given_back": 2,
    }
    assert purchase_of(event, ZONE) is None


CODES = st.sampled_from(["base", "campaign", "given_back", "transfer_fee", "lapsed", "adjusted"])
MOVED = st.integers(-500, 500)
DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2099, 12, 31)).map(date.isoformat))


@given(st.sampled_from(HEARD), st.lists(st.tuples(CODES, MOVED), max_size=5), st.lists(DAYS, min_size=1, max_size=4))
def test_both_views_sum_to_what_moved(event_type: str, reasons: list[tuple[str, int]], days: list[str | None]) -> None:
    total = sum(points for _, points in reasons)
    share, rest = divmod(total, len(days))
    legs = [leg(share + (rest if n == 0 else 0), day) for n, day in enumerate(days)]
    event = read(event_type, legs=legs, reasons=[why(code, points) for code, points in reasons])
    for sums in moved_by(event).values():
        assert sum(points for name, points in sums.items() if "." in name) == total
        assert sum(points for name, points in sums.items() if "@" in name) == total


def test_packs_fit_a_transaction_and_an_expression(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKS_TABLE", "books")
    months = [f"20{27 + n // 12}-{n % 12 + 1:02d}-28" for n in range(100)]
    wide = [read(number=n, legs=[leg(1, day) for day in months], reasons=[why("base", 100)]) for n in range(7)]
    narrow = [read(number=n, legs=[leg(1)], reasons=[why(f"r{n}", 1)]) for n in range(10, 400)]
    found = list(tally(ZONE).packs([*wide, *narrow]))
    assert [event.id for pack in found for event in pack] == [event.id for event in (*wide, *narrow)]
    for pack in found:
        assert len(pack) + 1 <= 100
        sums = {name for event in pack for own in moved_by(event).values() for name in own}
        assert len(sums) <= 280
