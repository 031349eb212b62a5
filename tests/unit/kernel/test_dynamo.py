"""The storage layer: every page of a query is read (pitfall 14), and no float is ever stored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import dynamo, ledger
from loyalty.errors import BusyError

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(value=PLAIN)
def test_a_plain_value_is_read_back_as_it_was_stored(value: object) -> None:
    assert dynamo.from_attribute(dynamo.to_attribute(value)) == value


@pytest.mark.parametrize("value", [1.0, {"a": [0.5]}, {1, 2}, object()])
def test_what_is_not_plain_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        dynamo.to_attribute(value)


def test_pitfall_14_a_query_reads_every_page(cloud: Any) -> None:
    for number in range(7):
        row = {"source": "receipt/t/1", "movement": f"refund/{number}"}
        cloud.put_item(TableName="ledger", Item=dynamo.to_item(row))
    pages: list[int] = []

    def one_page_of_two(params: dict[str, Any], **_: Any) -> None:
        pages.append(len(pages))
        params["Limit"] = 2

    cloud.meta.events.register("provide-client-params.dynamodb.Query", one_page_of_two)
    assert len(ledger.movements("receipt/t/1")) == 7
    assert len(pages) == 4
    cloud.meta.events.unregister("provide-client-params.dynamodb.Query", one_page_of_two)


@pytest.mark.parametrize(("left_out", "calls"), [(1, 2), (4, 5)])
def test_keys_the_service_left_out_are_asked_for_again(
    cloud: Any, monkeypatch: pytest.MonkeyPatch, left_out: int, calls: int
) -> None:
    cloud.put_item(TableName="accounts", Item=dynamo.to_item({"member_id": "m"}))
    assert answered_late(cloud, monkeypatch, left_out) == ([{"member_id": "m"}], calls)


def test_a_service_that_keeps_leaving_keys_out_is_busy(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BusyError):
        answered_late(cloud, monkeypatch, 99)


def test_nothing_of_an_item_is_read_but_the_attributes_that_are_wanted(cloud: Any) -> None:
    row = {"member_id": "m", "kind": "profile", "name": "王小明", "revision": 1}
    cloud.put_item(TableName="members", Item=dynamo.to_item(row))
    keys = [("members", {"member_id": member, "kind": "profile"}) for member in ("nobody", "m")]
    found = dynamo.batch_get(*keys, attributes=("revision",))
    assert found == [None, {"member_id": "m", "kind": "profile", "revision": 1}]


def answered_late(cloud: Any, monkeypatch: pytest.MonkeyPatch, left_out: int) -> tuple[list[Any], int]:
    """Read one account from a service that leaves its key out so many times; what was read, in how many calls."""
    monkeypatch.setattr(dynamo, "FIRST_PAUSE_SECONDS", 0)
    calls: list[int] = []

    def leave_out(parsed: dict[str, Any], **_: Any) -> None:
        calls.append(1)
        if len(calls) <= left_out:
            parsed["UnprocessedKeys"] = {"accounts": {"Keys": [dynamo.to_item({"member_id": "m"})]}}
            parsed["Responses"] = {}

    cloud.meta.events.register("after-call.dynamodb.BatchGetItem", leave_out)
    try:
        return dynamo.batch_get(("accounts", {"member_id": "m"})), len(calls)
    finally:
        cloud.meta.events.unregister("after-call.dynamodb.BatchGetItem", leave_out)
