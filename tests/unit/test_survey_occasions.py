"""Which occasion is one to ask a survey: by event, time, conditions and share, decided the same every time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.clock import iso
from loyalty.surveys.occasion import (
    MISSING,
    Occasion,
    holds,
    is_sampled,
    key_of,
    of_event,
    value_at,
    why_not,
)
from loyalty.surveys.running import Condition, Running, Trigger, from_plain, to_plain
from loyalty.surveys.settings import Settings

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
DATA = {"points": 500, "tenant_id": "shoes", "receipt": {"receipt_no": "R-1", "net": 0}, "tier": None, "gift": True}
TRIGGER = Trigger(("PointsRedeemed", "CouponRedeemed"), (Condition("points", "gte", 100),))
SURVEY = Running("s-1", "s-1", 1, "问卷", trigger=TRIGGER)
OCCASION = Occasion("PointsRedeemed", "member-anna", "one/e-1", NOON, "till", DATA)
RULES = Settings()
A_MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("survey", "occasion", "reason"),
    [
        ({}, {}, None),
        ({}, {"event": "CouponRedeemed"}, None),
        ({}, {"event": "RewardHandedOver"}, "other_event"),
        ({"trigger": None}, {}, "other_event"),
        ({}, {"origin": "import"}, "imported"),
        ({}, {"origin": "a partner of tomorrow"}, None),
        ({"starts": iso(NOON)}, {}, None),
        ({"starts": iso(NOON + A_MS)}, {}, "not_running"),
        ({"ends": iso(NOON + timedelta(hours=2))}, {}, None),
        ({"ends": iso(NOON + timedelta(hours=1))}, {}, "not_running"),
        ({}, {"at": NOON - timedelta(hours=71)}, None),
        ({}, {"at": NOON - timedelta(hours=71) - A_MS}, "late"),
        ({}, {"data": {"points": 99}}, "conditions"),
        ({}, {"data": {}}, "conditions"),
        ({"trigger": replace(TRIGGER, sample_percent=0)}, {}, "not_sampled"),
    ],
)
def test_why_a_survey_does_not_ask(survey: dict[str, Any], occasion: dict[str, Any], reason: str | None) -> None:
    now = NOON + timedelta(hours=1)
    assert why_not(replace(SURVEY, **survey), replace(OCCASION, **occasion), RULES, now) == reason


@pytest.mark.parametrize(
    ("field", "op", "value", "fulfilled"),
    [
        ("tenant_id", "eq", "shoes", True),
        ("tenant_id", "eq", "books", False),
        ("tenant_id", "ne", "books", True),
        ("tenant_id", "ne", "shoes", False),
        ("nothing", "ne", "books", False),
        ("tenant_id", "in", ("books", "shoes"), True),
        ("tenant_id", "in", ("books",), False),
        ("nothing", "in", ("books",), False),
        ("points", "gte", 500, True),
        ("points", "gte", 501, False),
        ("points", "lte", 500, True),
        ("points", "lte", 499, False),
        ("receipt.net", "gte", 0, True),
        ("receipt.receipt_no", "gte", 0, False),
        ("gift", "gte", 0, False),
        ("gift", "eq", True, True),
        ("tenant_id", "exists", True, True),
        ("tenant_id", "exists", False, False),
        ("tier", "exists", True, False),
        ("tier", "exists", False, True),
        ("receipt.tenant_id", "exists", False, True),
        ("points.of.what", "exists", True, False),
        ("points", "like", 500, False),
    ],
)
def test_a_condition(field: str, op: str, value: Any, fulfilled: bool) -> None:
    assert holds(Condition(field, op, value), DATA) is fulfilled


def test_all_conditions_must_hold() -> None:
    both = replace(TRIGGER, conditions=(*TRIGGER.conditions, Condition("tenant_id", "eq", "books")))
    assert why_not(replace(SURVEY, trigger=both), OCCASION, RULES, NOON) == "conditions"


def test_what_is_null_or_not_there_is_missing() -> None:
    assert [value_at(DATA, path) for path in ("tier", "receipt.none", "points.more", "")] == [MISSING] * 4
    assert value_at(DATA, "receipt.receipt_no") == "R-1"


IDS = st.text("abcdef0123456789-", min_size=8, max_size=20)


@given(IDS, IDS, st.integers(0, 100), st.integers(0, 100))
def test_whoever_is_in_a_small_share_is_in_every_larger_one(member: str, key: str, less: int, more: int) -> None:
    less, more = sorted((less, more))
    one = replace(OCCASION, member_id=member, key=key)
    small, large = (replace(SURVEY, trigger=replace(TRIGGER, sample_percent=share)) for share in (less, more))
    assert is_sampled(large, one) or not is_sampled(small, one)
    assert is_sampled(replace(SURVEY, trigger=replace(TRIGGER, sample_percent=100)), one)


@pytest.mark.parametrize("share", [1, 10, 25, 50, 90])
def test_the_share_of_those_asked_is_the_share_wanted(share: int) -> None:
    survey = replace(SURVEY, trigger=replace(TRIGGER, sample_percent=share))
    asked = sum(is_sampled(survey, replace(OCCASION, key=f"one/{n}")) for n in range(20_000))
    assert abs(asked / 200 - share) < 1.5


def test_surveys_draw_their_shares_apart() -> None:
    half = replace(TRIGGER, sample_percent=50)
    one, other = (replace(SURVEY, series_id=name, trigger=half) for name in ("a", "b"))
    both = sum(
        is_sampled(one, found) and is_sampled(other, found)
        for found in (replace(OCCASION, key=f"one/{n}") for n in range(10_000))
    )
    assert abs(both / 100 - 25) < 2


def test_a_later_version_draws_the_same_members() -> None:
    half = replace(SURVEY, trigger=replace(TRIGGER, sample_percent=50))
    later = replace(half, survey_id="s-2", version=2)
    drawn = [is_sampled(half, replace(OCCASION, key=f"one/{n}")) for n in range(100)]
    assert drawn == [is_sampled(later, replace(OCCASION, key=f"one/{n}")) for n in range(100)]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"tenant_id": "shoes", "receipt_no": "R-1", "entry_id": "e"}, "receipt/shoes/R-1"),
        ({"receipt": {"tenant_id": "shoes", "receipt_no": "R-1"}, "entry_id": "e"}, "receipt/shoes/R-1"),
        ({"tenant_id": "shoes", "receipt": {"tenant_id": "shoes", "receipt_no": "R-1"}}, "receipt/shoes/R-1"),
        ({"tenant_id": "shoes", "entry_id": "e"}, "one/e"),
        ({"redemption_id": "r", "points": 5}, "one/r"),
        ({"redemption_id": "r", "entry_id": "e"}, "one/r"),
        ({}, "one/event-1"),
    ],
)
def test_every_event_of_one_redemption_has_the_same_key(data: dict[str, Any], key: str) -> None:
    occasion = of_event("PointsRedeemed", "member-anna", NOON, "till", data, "event-1")
    assert occasion.key == key


def test_an_occasion_is_about_its_coupon_or_reward() -> None:
    about = [of_event("e", "m", NOON, "till", {name: "x"}, "1").about for name in ("template_id", "reward_id", "other")]
    assert about == ["x", "x", None]


def test_a_receipt_of_one_tenant_is_not_that_of_another() -> None:
    assert (
        len({key_of("a", "R-1", "x"), key_of("b", "R-1", "x"), key_of(None, "R-1", "x"), key_of("a", None, "x")}) == 3
    )


def test_a_survey_survives_its_plain_form() -> None:
    trigger = Trigger(("PointsRedeemed",), (Condition("tenant_id", "in", ("a", "b")),), 30, 50)
    survey = Running("s-2", "s-1", 2, "问卷", "Survey", "a", "b", trigger, 1, 2, None, "courtesy", 5, 9, False)
    assert from_plain(to_plain(survey)) == survey
    assert from_plain(to_plain(replace(SURVEY, trigger=None))).trigger is None
