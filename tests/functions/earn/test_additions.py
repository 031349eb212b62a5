"""What others add is told with a quote, from one small document, and costs a purchase nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from loyalty import additions, dynamo
from tests.functions.earn.test_campaigns import calls
from tests.functions.till import member, post, receipt

THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "injected"}}, "Query")
GOODS = [{"sku": "boots", "category": "shoes", "quantity": 1, "amount": 100_00}]
KNOWN = {
    "sku": {"boots": [["socks", 0.4], ["laces", 0.2]], "socks": [["boots", 0.9]]},
    "category": {"shoes": [["hosiery", 0.3], ["shoes", 0.2]]},
}


def told(known: Any = KNOWN) -> None:
    """A night has left its document."""
    row = {"insight_id": additions.BOOK, "kind": "newest", "text": json.dumps(known)}
    dynamo.client().put_item(TableName="insight", Item=dynamo.to_item(row))


def quoted(*skus: str) -> Any:
    member("member-anna")
    lines = [{**GOODS[0], "sku": sku} for sku in skus]
    return post("/quotes", {"member_id": "member-anna", "lines": lines}).body["others_add"]


def test_a_quote_shows_what_others_add(mall: Any) -> None:
    told()
    assert quoted("boots") == [
        {"sku": "socks", "category": None, "if_bought": "boots", "confidence": 0.4},
        {"sku": "laces", "category": None, "if_bought": "boots", "confidence": 0.2},
        {"sku": None, "category": "hosiery", "if_bought": "shoes", "confidence": 0.3},
    ]


def test_what_is_in_the_basket_is_not_proposed(mall: Any) -> None:
    told()
    assert [one["sku"] or one["category"] for one in quoted("boots", "socks")] == ["laces", "hosiery"]


def test_before_the_first_night_nothing_is_proposed(mall: Any) -> None:
    assert quoted("boots") == []


def test_the_document_is_read_once_in_half_a_minute(mall: Any) -> None:
    told()
    assert quoted("boots")
    told({})
    with calls() as seen:
        assert quoted("boots")
    assert "Query" not in seen


def test_a_purchase_does_not_ask_for_it(mall: Any) -> None:
    told()
    with insight_asked() as asked:
        assert post("/purchases", receipt("R-1")).status == 201
        assert asked == []
        assert quoted("boots")
        assert len(asked) == 1


@contextmanager
def insight_asked(error: Exception | None = None) -> Iterator[list[str]]:
    """What the table of insight is asked; it answers nothing where it is in trouble, and every other table does."""
    asked = list[str]()

    def hear(params: dict[str, Any], **_: Any) -> None:
        if b'"insight"' in params["body"]:
            asked.append(str(params["body"]))
            if error:
                raise error

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb.Query", hear)
    try:
        yield asked
    finally:
        events.unregister("before-call.dynamodb.Query", hear)


def test_a_quote_needs_no_table_of_additions(mall: Any, capsys: pytest.CaptureFixture[str]) -> None:
    dynamo.client().delete_table(TableName="insight")
    assert quoted("boots") == []
    assert '"AdditionsUnread":[1.0]' in capsys.readouterr().out


@pytest.mark.parametrize("error", [THROTTLED, ReadTimeoutError(endpoint_url="injected")], ids=["throttled", "silent"])
def test_a_quote_goes_without_additions_that_cannot_be_read(
    mall: Any, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    told()
    member("member-anna")
    with insight_asked(error):
        answer = post("/quotes", {"member_id": "member-anna", "lines": GOODS})
    assert (answer.status, answer.body["payable"], answer.body["others_add"]) == (200, 100_00, [])
    assert '"AdditionsUnread":[1.0]' in capsys.readouterr().out


def test_a_table_in_trouble_is_asked_once_in_half_a_minute(mall: Any) -> None:
    with insight_asked(THROTTLED) as asked:
        assert (quoted("boots"), quoted("boots")) == ([], [])
    assert len(asked) == 1


def test_the_surest_comes_first_and_nothing_twice() -> None:
    known: additions.Known = {"sku": {"a": [("c", 0.1), ("d", 0.9)], "b": [("c", 0.5)]}, "category": {}}
    found = additions.beside(known, ["a", "b"], [])
    assert [(one.item, one.if_bought, one.confidence) for one in found] == [("d", "a", 0.9), ("c", "b", 0.5)]
