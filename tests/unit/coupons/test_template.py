"""Templates: what marketers may define, for whom it is, and for which days."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from loyalty.clock import date_of, day_of
from loyalty.coupons.coupon import Way
from loyalty.coupons.entitlement import (
    CouponLimitError,
    CouponNotOfferedError,
    CouponTierError,
    days,
    require_entitled,
)
from loyalty.coupons.refusals import CouponExpiredError
from loyalty.coupons.template import Template, Validity
from loyalty.errors import MembershipStatusError
from loyalty.types import Day, Status
from tests.unit.coupons.builders import TODAY

DATES = st.dates(date(2000, 1, 1), date(2098, 12, 31))


def template(**changes: Any) -> Template:
    body = {
        "name_zh": "满500减50",
        "name_en": "50 off 500",
        "terms": {"kind": "amount_off", "off_fen": 5000},
        "validity": {"days_after_issue": 30},
        **changes,
    }
    return Template.model_validate(body)


@pytest.mark.parametrize(
    ("validity", "first", "last"),
    [
        ({"days_after_issue": 0}, "261121", "261121"),
        ({"days_after_issue": 30}, "261121", "261221"),
        ({"until": "2026-11-21"}, "261121", "261121"),
        ({"from": "2026-12-01", "until": "2026-12-31"}, "261201", "261231"),
        ({"from": "2026-01-01", "until": "2026-12-31"}, "261121", "261231"),
        ({"from": "2026-01-01", "until": "2026-12-31", "days_after_issue": 5}, "261121", "261126"),
        ({"until": "2026-11-25", "days_after_issue": 30}, "261121", "261125"),
    ],
)
def test_a_coupon_is_valid_for_the_days_its_template_says(validity: dict[str, Any], first: str, last: str) -> None:
    assert days(Validity.model_validate(validity), TODAY) == (first, last)


@pytest.mark.parametrize(
    "validity",
    [
        {"until": "2026-11-20"},
        {"from": "2026-12-01", "days_after_issue": 5},
        {"from": "2026-12-01", "days_after_issue": 5, "until": "2026-12-31"},
    ],
)
def test_a_coupon_without_a_day_left_is_not_issued(validity: dict[str, Any]) -> None:
    with pytest.raises(CouponExpiredError):
        days(Validity.model_validate(validity), TODAY)


@given(
    today=DATES,
    starts=st.none() | DATES,
    until=st.none() | DATES,
    after=st.none() | st.integers(min_value=0, max_value=400),
)
def test_the_days_of_a_coupon_lie_within_what_its_template_says(
    today: date, starts: date | None, until: date | None, after: int | None
) -> None:
    if (until is None and after is None) or (starts and until and until < starts):
        return
    validity = Validity(starts=starts, until=until, days_after_issue=after)
    try:
        first, last = map(date_of, days(validity, day_of(today)))
    except CouponExpiredError:
        return
    assert max(today, starts or today) == first <= last
    assert until is None or last <= until
    assert after is None or (last - today).days <= after


@pytest.mark.parametrize(
    "changes",
    [
        {"validity": {}},
        {"validity": {"from": "2026-01-01"}},
        {"validity": {"from": "2026-02-01", "until": "2026-01-01"}},
        {"validity": {"until": 1790000000}},
        {"validity": {"until": "2026-01-01T00:00:00Z"}},
        {"validity": {"until": "2199-01-01"}},
        {"validity": {"days_after_issue": -1}},
        {"validity": {"days_after_issue": 1.5}},
        {"quantity": 0},
        {"quantity": "100"},
        {"per_member": 0},
        {"tiers": ["Gold!"]},
        {"word": "dad"},
        {"word": "A" * 16},
        {"issued_on": {"event": "MemberErased"}},
        {"issued_on": {"event": "MemberEnrolled", "tier_after": "gold"}},
        {"unit_cost_fen": -1},
        {"funded_by": "nobody"},
        {"name_zh": ""},
        {"terms": {"kind": "amount_off"}},
        {"secret": 1},
    ],
)
def test_what_makes_no_sense_is_no_template(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        template(**changes)


def test_a_template_is_read_back_as_it_was_written() -> None:
    full = template(
        validity={"from": "2026-06-01", "until": "2026-06-21", "days_after_issue": 7},
        quantity=1000, per_member=2, tiers=["gold"], claimable=True, word="CHILDREN26", unit_cost_fen=300,
        funded_by="tenant", issued_on={"event": "TierChanged", "tier_after": "gold"}, category="festival",
    )  # fmt: skip
    written = full.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert written["validity"]["from"] == "2026-06-01"
    assert Template.model_validate(written) == full
    assert (full.reserved, template().reserved) == ("CH11DREN26", None)


def test_a_coupon_is_for_those_its_template_names() -> None:
    gold = template(tiers=["gold"], claimable=True, per_member=2)
    require_entitled(gold, Way.CLAIM, Status.ACTIVE, "gold", had=1)
    with pytest.raises(CouponTierError):
        require_entitled(gold, Way.CLAIM, Status.ACTIVE, "silver", had=0)
    with pytest.raises(CouponLimitError):
        require_entitled(gold, Way.PUSH, Status.ACTIVE, "gold", had=2)
    with pytest.raises(MembershipStatusError):
        require_entitled(gold, Way.PUSH, Status.FROZEN, "gold", had=0)


@pytest.mark.parametrize("way", list(Way))
def test_only_claims_need_a_template_that_is_claimable(way: Way) -> None:
    if way is Way.CLAIM:
        with pytest.raises(CouponNotOfferedError):
            require_entitled(template(), way, Status.ACTIVE, "gold", had=0)
    else:
        require_entitled(template(), way, Status.ACTIVE, "gold", had=0)


@pytest.mark.parametrize("status", list(Status))
def test_what_an_event_brings_reaches_everybody_who_is_still_there(status: Status) -> None:
    if status is Status.ERASED:
        with pytest.raises(MembershipStatusError):
            require_entitled(template(), Way.EVENT, status, "regular", had=0)
    else:
        require_entitled(template(), Way.EVENT, status, "regular", had=0)


def test_days_go_on_over_the_end_of_a_year() -> None:
    assert days(Validity(days_after_issue=1), Day("261231")) == ("261231", "270101")
