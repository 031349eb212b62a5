"""Simulations price as the checkout does: a discount for birthdays is for whose birthday it is (A10, A11, B1)."""

from typing import Any

import pytest

from loyalty import discounts, dynamo
from loyalty.catalogue import Offer, OfferState
from loyalty.remembering import forget_everything
from tests.functions.campaigns.desk import AUDITOR, enrol, put_tenant, send

pytestmark = pytest.mark.usefixtures("_shop")
MEMBER = "member-anna"
NOODLES = {"sku": "N-1", "category": "dining", "quantity": 1, "amount": 10_000}
LAMP = NOODLES | {"category": "furniture"}
CAMPAIGN: dict[str, Any] = {
    "name_zh": "生日月餐饮九折",
    "name_en": "Birthday dining",
    "percent": 10,
    "birthday": "month",
    "scope": {"categories": ["dining"]},
    "from": "2026-01-01T00:00:00+08:00",
    "until": "2036-01-01T00:00:00+08:00",
}


@pytest.fixture
def _shop(desk: None) -> None:
    put_tenant("tea-house")
    offer = Offer("d" * 24, CAMPAIGN, "mei", OfferState.PUBLISHED)
    dynamo.client().transact_write_items(TransactItems=list(discounts.catalogue().put_if_absent(offer)))
    forget_everything()


def paid(line: dict[str, Any] = NOODLES, **who: Any) -> int:
    """What a receipt would cost on 31 May at half past eleven in the mall's evening, or at another time."""
    asked = {"tenant_id": "tea-house", "lines": [line], "at": "2027-05-31T15:30:00Z", **who}
    answer = send("POST /campaigns/simulations", asked, AUDITOR)
    assert answer.status == 200, answer.body
    return int(answer.body["paid"])


@pytest.mark.parametrize(("birthday", "expected"), [("05-17", 9_000), ("06-01", 10_000), (None, 10_000)])
def test_an_assumed_shopper_has_the_birthday_that_was_given(birthday: str | None, expected: int) -> None:
    assert paid(shopper={"birthday": birthday}) == expected
    assert paid(LAMP, shopper={"birthday": birthday}) == 10_000


def test_the_day_is_the_malls() -> None:
    assert paid(shopper={"birthday": "05-17"}, at="2027-05-31T16:00:00Z") == 10_000
    assert paid(shopper={"birthday": "06-01"}, at="2027-05-31T16:00:00Z") == 9_000


def test_a_member_has_the_birthday_that_is_known() -> None:
    enrol(MEMBER)
    assert paid(member_id=MEMBER) == 10_000
    dates = {"member_id": MEMBER, "kind": "dates", "born": "0501", "joined": "240314"}
    dynamo.client().put_item(TableName="members", Item=dynamo.to_item(dates))
    assert paid(member_id=MEMBER) == 9_000


def test_a_birthday_is_read_only_where_a_discount_asks() -> None:
    enrol(MEMBER)
    tables: list[str] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        tables.extend(params["RequestItems"])

    events = dynamo.client().meta.events
    events.register("provide-client-params.dynamodb.BatchGetItem", note)
    try:
        paid(LAMP, member_id=MEMBER)
        assert tables == []
        paid(member_id=MEMBER)
        assert tables == ["members"]
    finally:
        events.unregister("provide-client-params.dynamodb.BatchGetItem", note)
