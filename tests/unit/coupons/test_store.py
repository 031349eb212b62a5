"""The coupons table: where a coupon is listed, when it is due, and what each write insists on."""

from typing import Any

import pytest

from loyalty import dynamo
from loyalty.coupons import coupon as c
from loyalty.coupons import store
from loyalty.coupons.coupon import Coupon, Use
from loyalty.types import Day
from tests.unit.coupons.builders import ACT, ANNA, TODAY, coupon

pytestmark = pytest.mark.usefixtures("cloud")
USE = Use("shoes", "R-1", ACT.at, 5000)


def read(code: str) -> Coupon | None:
    return store.coupon_of(dynamo.get("coupons", store.key(code), consistent=True))


def indexed(index: str, **keys: Any) -> list[str]:
    ((name, value),) = keys.items()
    found = dynamo.query(
        "coupons",
        IndexName=index,
        KeyConditionExpression="#name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues=dynamo.to_item({":value": value}),
    )
    return [row["coupon_id"] for row in found]


def refused(**arguments: Any) -> bool:
    try:
        dynamo.client().put_item(**arguments)
    except dynamo.client().exceptions.ConditionalCheckFailedException:
        return True
    return False


def test_a_code_is_issued_once() -> None:
    first, second = coupon(), coupon(name_en="another")
    assert not refused(**store.put_if_absent(first))
    assert refused(**store.put_if_absent(second))
    assert read(first.code) == first


def test_a_version_is_written_over_exactly_the_one_before_it() -> None:
    before = coupon()
    dynamo.client().put_item(**store.put_if_absent(before))
    seen, used = c.seen(before, ACT), c.redeemed(before, USE, ACT)
    assert not refused(**store.put_if_unchanged(seen))
    assert refused(**store.put_if_unchanged(used))
    assert not refused(**store.put_if_unchanged(c.redeemed(seen, USE, ACT)))
    assert read(before.code) == c.redeemed(seen, USE, ACT)


def test_no_version_is_written_over_a_coupon_that_is_not_there() -> None:
    assert refused(**store.put_if_unchanged(c.seen(coupon(), ACT)))


def test_an_open_coupon_is_due_and_one_that_is_over_is_not() -> None:
    row = store.row_of(coupon())
    assert (row["due_on"], row["placed"]) == ("261221", "open/261221/0123456789ABCDEF")
    dynamo.client().put_item(**store.put_if_absent(coupon()))
    assert indexed("due", due_shard=row["due_shard"]) == [coupon().code]
    dynamo.client().put_item(**store.put_if_unchanged(c.redeemed(coupon(), USE, ACT)))
    assert indexed("due", due_shard=row["due_shard"]) == []
    assert store.row_of(c.redeemed(coupon(), USE, ACT))["placed"] == f"over/{ACT.at}/0123456789ABCDEF"


def test_a_coupon_is_found_in_the_wallet_and_among_its_templates() -> None:
    dynamo.client().put_item(**store.put_if_absent(coupon()))
    assert indexed("by_member", member_id=ANNA) == [coupon().code]
    assert indexed("by_template", shelf=f"T1/{store.shard_of_template(coupon().code)}") == [coupon().code]


def test_open_coupons_are_those_that_have_not_lapsed_by_their_last_day() -> None:
    for code, until in (("A" * 16, "261225"), ("B" * 16, "261122"), ("C" * 16, "261120")):
        dynamo.client().put_item(**store.put_if_absent(coupon(code=code, valid_until=Day(until))))
    everything, _ = store.page(ANNA, store.Shelf.OPEN, 10, None, TODAY)
    assert [one.code[0] for one in everything] == ["B", "A"]
    first, following = store.page(ANNA, store.Shelf.OPEN, 1, None, TODAY)
    second, _ = store.page(ANNA, store.Shelf.OPEN, 1, following, TODAY)
    assert [one.code[0] for one in (*first, *second)] == ["B", "A"]


def test_a_member_is_counted_up_to_the_limit_and_no_further() -> None:
    part = {"Update": store.count_one("T1", ANNA, 2)}
    for _ in range(2):
        dynamo.client().transact_write_items(TransactItems=[part])
    with pytest.raises(dynamo.client().exceptions.TransactionCanceledException):
        dynamo.client().transact_write_items(TransactItems=[part])
    row = dynamo.get("coupons", store.count_key("T1", ANNA))
    assert row is not None
    assert row["taken"] == 2


def test_no_row_is_no_coupon() -> None:
    assert store.coupon_of(None) is None
    assert read("nothing") is None
