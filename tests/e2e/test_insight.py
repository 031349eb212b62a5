"""Insight on the deployed mall: from receipts through the lake and a night to rules, predictions and recommendations.

regulars  o──o──o──o──o──o──o──o············(silence)   who stopped: the risk list
regulars            o──o──o──o──o──o──o──o  today       who goes on
anna                                     o  today       buys and looks around
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.demo.imports import import_file
from loyalty.remembering import HALF_A_MINUTE
from tests.e2e.mall import Mall, new_key, wait_until
from tests.e2e.test_segments import previewed

REGULARS, STOPPED, VISITS = 40, 12, 8
LAKE_SECONDS = 240
REFRESH_SECONDS = 300
PRICES = {"boot-1": 100_00, "boot-2": 200_00, "boot-3": 900_00, "sock-1": 20_00, "cake-1": 50_00}
MUCH = 9_000_00


@dataclass(frozen=True)
class Night:
    """What the refresh of a mall found that had some years of receipts: who to call as."""

    till: str
    anna: str


@pytest.fixture(scope="module")
def night(mall: Mall) -> Night:
    """The receipts are in the lake, Anna has been shopping, and a refresh has been made."""
    tenant_id = (till := mall.tenant("e2e-insight")).removeprefix("till:")
    phones = [mall.phone() for _ in range(REGULARS)]
    import_file(mall.api, "members", members(phones))
    import_file(mall.api, "purchases", receipts(tenant_id, phones))
    anna, member_id = mall.member(consents={"profiling": True})
    cakes = {"lines": [{"sku": "cake-1", "category": "cakes", "quantity": 1, "amount": MUCH}]}
    assert mall.buy(till, MUCH, member_id=member_id, **cakes).status == 201
    everybody = {"about": "visits", "at_least": VISITS, "tenants": [tenant_id]}
    wait_until(lambda: previewed(mall, everybody)["size"] == REGULARS, "the receipts in the lake", LAKE_SECONDS)
    refreshed(mall)
    return Night(till, anna)


def members(phones: list[str]) -> str:
    """A file of members who joined three years ago."""
    joined = (datetime.now(UTC) - timedelta(days=1095)).date()
    return "\n".join(["phone,name,enrolled_at", *(f"{phone},赵一,{joined}" for phone in phones)])


def receipts(tenant_id: str, phones: list[str]) -> str:
    """A file of purchases: boots with socks mostly, else cake; every regular came equally often."""
    rows = [
        f"{tenant_id},I-{number}-{visit},{phone},{at:%Y-%m-%d}T12:00:00+08:00,{PRICES[sku]},{sku[:4]}s,{sku},1,till"
        for number, phone in enumerate(phones)
        for visit, at in enumerate(days_of(number))
        for sku in basket(number, visit)
    ]
    return "\n".join(["tenant_id,receipt_no,phone,purchased_at,amount_fen,category,sku,quantity,channel", *rows])


def days_of(number: int) -> Iterator[datetime]:
    """The days a regular came on: the first ones stopped more than a year ago."""
    stopped = number < STOPPED
    gap = 8 + number % 7 if stopped else 30 + number % 7
    last = 420 + number if stopped else 2 + number % 20
    return (datetime.now(UTC) - timedelta(days=last + gap * (VISITS - 1 - visit)) for visit in range(VISITS))


def basket(number: int, visit: int) -> tuple[str, ...]:
    """What a regular bought at a visit."""
    if visit % 3 == 2:
        return ("cake-1",)
    return (f"boot-{1 + (number + visit) % 3}", "sock-1")


def refreshed(mall: Mall) -> Mapping[str, Any]:
    begun = mall.api.expect(202, "marketer", "POST", "/insight/refreshes", {}, key=new_key())

    def ended() -> Mapping[str, Any] | None:
        job = mall.api.expect(200, "marketer", "GET", begun["status_url"])
        return job if job["state"] in {"done", "failed"} else None

    job = wait_until(ended, "the end of the refresh", REFRESH_SECONDS)
    assert job["state"] == "done", job
    return job


def asked(mall: Mall, path: str) -> Mapping[str, Any]:
    return mall.api.expect(200, "marketer", "GET", path)


def test_who_buys_boots_buys_socks_and_a_till_is_told_so(mall: Mall, night: Night) -> None:
    found = asked(mall, "/insight/baskets?level=category&min_confidence=0.9&min_lift=1.2")
    (rule,) = (one for one in found["rules"] if one["if_bought"] == ["boots"])
    assert (rule["then_bought"], rule["confidence"], rule["p_value"] < 0.001) == ("socks", 1.0, True)
    _, member_id = mall.member()
    lines = [{"sku": "boot-1", "category": "boots", "quantity": 1, "amount": 100_00}]

    def told() -> list[Mapping[str, Any]]:
        quote = mall.api.expect(200, night.till, "POST", "/quotes", {"member_id": member_id, "lines": lines})
        return list(quote["others_add"])

    # A quote remembers for half a minute that there was nothing to add.
    assert "sock-1" in {one["sku"] for one in wait_until(told, "additions", HALF_A_MINUTE + 10)}


def test_what_was_foretold_is_held_against_what_happened(mall: Mall, night: Night) -> None:
    found = asked(mall, "/insight/predictions")
    assert (found["members"], found["came_again"]) == (REGULARS, REGULARS)
    # Who goes on came about three times in the quarter that was held out, and nobody else.
    assert found["actual"] == sum(bucket["actual"] for bucket in found["buckets"]) > REGULARS
    assert found["actual"] / 2 < found["expected"] < found["actual"] * 2


def test_the_risk_list_names_those_who_stopped_coming_and_no_others(mall: Mall, night: Night) -> None:
    items = asked(mall, "/insight/risk-list")["items"]
    regulars = [one for one in items if one["purchases"] == VISITS]  # the mall has other customers, too
    assert len(regulars) == STOPPED
    assert all(one["days_since_last"] >= 420 for one in regulars)
    first = items[0]
    own = asked(mall, f"/members/{first['member_id']}/predictions")
    assert {name: first[name] for name in own} == own
    table = list(csv.DictReader(io.StringIO(asked(mall, "/insight/risk-list?format=csv")["text"])))
    assert [row["member_id"] for row in table] == [one["member_id"] for one in items]


def test_a_member_is_shown_what_they_bought_and_looked_at_speak_for(mall: Mall, night: Night) -> None:
    at = datetime.now(UTC).isoformat()
    looked = {"actions": [{"what": "clicked", "kind": "category", "ref": "socks", "at": at}]}
    assert mall.api.expect(202, night.anna, "POST", "/me/activity", looked)["kept"] == 1
    told = mall.api.expect(200, night.anna, "GET", "/me/recommendations")
    assert told["basis"] == "own_purchases_and_looks"
    # Everybody who buys cake buys both; the click puts socks first.
    assert [(one["category"], one["because"]) for one in told["items"]] == [("socks", "cakes"), ("boots", "cakes")]
    found = {one["category"]: one for one in told["items"]}
    assert found["socks"]["score"] > found["boots"]["score"]
    # Anna spends more than four in five: the dearest boots come first, at everybody's price.
    assert (found["boots"]["items_by"], found["boots"]["items"][0]) == ("high_spend", "boot-3")
    exported = mall.api.expect(200, night.anna, "GET", "/me/export")
    assert [one["ref"] for one in exported["activity"]] == ["socks"]
    assert [line["sku"] for entry in exported["entries"] for line in entry["bought"]] == ["cake-1"]


def test_without_agreement_everybody_is_shown_the_same(mall: Mall, night: Night) -> None:
    who, _ = mall.member(consents={"profiling": True})
    mall.api.expect(200, who, "PATCH", "/me", {"consents": {"profiling": False}})
    told = mall.api.expect(200, who, "GET", "/me/recommendations")
    assert told["basis"] == "popular_without_profiling"
    assert {one["items_by"] for one in told["items"]} == {"popular"}
    boots = next(one for one in told["items"] if one["category"] == "boots")
    assert sorted(boots["items"]) == ["boot-1", "boot-2", "boot-3"]


def test_a_till_and_a_member_read_no_predictions(mall: Mall, night: Night) -> None:
    for who in (night.till, night.anna):
        for path in ("/insight/predictions", "/insight/risk-list", "/insight/baskets"):
            assert mall.api.call(who, "GET", path).status in {401, 403}
