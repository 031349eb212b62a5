"""What a member may like next: by what they did, with their leave; from five reads; prices are not its business."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from functions.insight import recommendations_me
from functions.insight.recommending.ranking import Bought, Known, personal
from loyalty import dynamo
from tests.functions.insight.nights import TODAY, receipt, refreshed
from tests.functions.insight.test_activity import LOGIN, agree, put
from tests.functions.segments.office import Lake
from tests.functions.till import ANNA, member, post, tenant
from tests.functions.till import receipt as at_the_till
from tests.support import HttpAnswer, call, http_event, member_caller

KNOWN = Known(
    popular=[("dining", 100), ("shoes", 50), ("hosiery", 20)],
    followers={"shoes": [("hosiery", 0.8), ("bags", 0.4)], "dining": [("tea", 0.6), ("hosiery", 0.1)]},
    items={"hosiery": ["socks"], "bags": ["tote", "purse", "sack"]},
    dearer={"bags": ["trunk", "purse"]},
    high_spend=50_000_00,
)


@pytest.fixture
def anna(nights: Any) -> None:
    """A member who agrees to profiling, in a mall that has had its night."""
    member(ANNA)
    put("members", {"member_id": f"login/{LOGIN}", "kind": "lookup", "target": ANNA})
    agree(granted=True)


@pytest.fixture
def night(lake: Lake, anna: None) -> None:
    """Eight members bought shoes and socks, six dining."""
    for number in range(8):
        receipt(lake, number, {"boots": "shoes"}, TODAY - timedelta(days=number), f"member-{number}")
        receipt(lake, 100 + number, {"socks": "hosiery"}, TODAY, f"member-{number}")
    for number in range(6):
        receipt(lake, 200 + number, {"cake": "dining"}, TODAY, f"guest-{number}")
    receipt(lake, 300, {"ring": "jewellery", "boots": "shoes"}, TODAY, "member-0")
    refreshed()


def bought(category: str, days_ago: int, number: int = 1) -> None:
    """Anna's account moved because she bought something."""
    day = f"{TODAY - timedelta(days=days_ago):%y%m%d}"
    facts = {"bought_on": day, "lines": [["S", category, 1, 1000, 1000, 1000, True]]}
    cause = {"source": f"receipt/{number}", "movement": "purchase"}
    put("ledger", {**cause, "member_id": ANNA, "account_version": number, "facts": facts})


def ask() -> HttpAnswer:
    return call(recommendations_me.handler, http_event("GET /me/recommendations", caller=member_caller(LOGIN)))


@contextmanager
def reads() -> Iterator[list[str]]:
    calls: list[str] = []
    events = dynamo.client().meta.events

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    events.register("before-call.dynamodb", note)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", note)


@pytest.mark.usefixtures("night")
def test_a_member_is_shown_what_others_bought_beside_what_they_bought() -> None:
    bought("shoes", 30)
    told = ask().body
    assert (told["basis"], told["as_of"]) == ("own_purchases", TODAY.isoformat())
    why = {"because": "shoes", "why": "bought"}
    assert told["items"] == [
        {"category": "hosiery", "score": 1.0, **why, "items": ["socks"], "items_by": "popular"},
    ]


@pytest.mark.usefixtures("night")
def test_what_the_checkout_recorded_is_what_is_looked_at() -> None:
    tenant()
    assert post("/purchases", at_the_till("R-1", ("S", "shoes", 100_00))).status == 201
    assert [item["category"] for item in ask().body["items"]] == ["hosiery"]


@pytest.mark.usefixtures("night")
def test_without_agreement_everybody_is_shown_the_same_and_no_purchase_is_read() -> None:
    bought("shoes", 30)
    agree(granted=False)
    with reads() as calls:
        told = ask().body
    assert told["basis"] == "popular_without_profiling"
    assert [(item["category"], item["because"]) for item in told["items"]] == [
        ("hosiery", None),
        ("shoes", None),
        ("dining", None),
    ]
    assert "Query" not in calls


@pytest.mark.usefixtures("night")
def test_who_never_bought_is_shown_what_is_popular() -> None:
    assert ask().body["basis"] == "popular"


@pytest.mark.usefixtures("night")
def test_what_few_members_bought_is_recommended_to_nobody() -> None:
    bought("shoes", 30)
    assert "jewellery" not in str(ask().body)
    agree(granted=False)
    assert "jewellery" not in str(ask().body)


@pytest.mark.usefixtures("night")
def test_an_answer_is_five_reads_beside_finding_who_asks() -> None:
    bought("shoes", 30)
    ask()
    with reads() as calls:
        ask()
    assert sorted(calls) == ["BatchGetItem", "BatchGetItem", "GetItem", "Query", "Query"]


def test_before_the_first_night_nothing_is_recommended(anna: None) -> None:
    assert ask().body == {"basis": "popular", "as_of": None, "items": []}


def test_nobody_but_a_member_has_recommendations(nights: Any) -> None:
    assert ask().code == "not_enrolled"


def test_what_was_bought_lately_counts_most() -> None:
    lately = personal([Bought("shoes", 10), Bought("dining", 200)], [], KNOWN)
    long_ago = personal([Bought("shoes", 200), Bought("dining", 10)], [], KNOWN)
    assert (lately[0].category, lately[0].because) == ("hosiery", "shoes")
    assert (long_ago[0].category, long_ago[0].because) == ("tea", "dining")


def test_equal_ages_give_the_average_of_the_shares() -> None:
    found = {one.category: one.score for one in personal([Bought("shoes", 30), Bought("dining", 30)], [], KNOWN)}
    assert found == {"hosiery": 0.45, "tea": 0.3, "bags": 0.2}


def test_what_was_bought_this_week_is_not_proposed_again() -> None:
    found = personal([Bought("shoes", 30), Bought("hosiery", 3)], [], KNOWN)
    assert [one.category for one in found] == ["bags"]
