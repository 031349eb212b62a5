"""Offers by occasion on the deployed mall, IAM enforced: from joining or a birthday to the coupon, and what is told."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e.mall import Mall, new_key, wait_until

TERMS = {"kind": "amount_off", "off_fen": 10_00}
PATIENCE_SECONDS = 90


def today() -> datetime:
    """The present, on the mall's wall clock."""
    return datetime.now(UTC) + timedelta(hours=8)


@pytest.fixture(scope="module")
def coupon(mall: Mall) -> str:
    return mall.template(TERMS, claimable=False)


@pytest.fixture(scope="module")
def welcome(mall: Mall, coupon: str) -> Iterator[str]:
    wish = {"occasion": "welcome", "coupons": [coupon], "points": 20, "quantity": 500}
    offer_id = mall.publish("/occasion-offers", wish)
    yield offer_id
    mall.api.expect(201, "marketer", "POST", f"/occasion-offers/{offer_id}/endings", {})


def swept(mall: Mall, as_of: str) -> Mapping[str, Any]:
    """Let the daily sweep run as of a day."""
    answer = mall.aws("lambda").invoke(
        FunctionName=mall.stack.function("lifecycle-daily"), Payload=json.dumps({"as_of": as_of})
    )
    found: Mapping[str, Any] = json.loads(answer["Payload"].read())
    assert "people" in found, found
    return found


def total(mall: Mall, offer_id: str) -> Mapping[str, Any]:
    """What the offer's report says in all."""
    found: Mapping[str, Any] = mall.api.expect(200, "auditor", "GET", f"/occasion-offers/{offer_id}/report")["total"]
    return found


def test_who_joins_finds_the_welcome_pack_in_the_wallet(mall: Mall, welcome: str, coupon: str) -> None:
    who, member_id = mall.member()
    wait_until(lambda: mall.held_by(member_id, coupon), "the welcome pack", PATIENCE_SECONDS)
    assert mall.points(who)["balance"] == 20
    wait_until(lambda: total(mall, welcome)["given"] >= 1, "the gift to be counted", PATIENCE_SECONDS)
    offer = mall.api.expect(200, "marketer", "GET", f"/occasion-offers/{welcome}")
    assert offer["left"] == 500 - total(mall, welcome)["given"]


def test_a_birthday_gift_is_given_once_and_its_use_is_reported(mall: Mall) -> None:
    gift = mall.template(TERMS, claimable=False)
    day = (today() + timedelta(days=20)).date()
    who, member_id = mall.member(birthday=f"1990-{day:%m-%d}")
    wish = {"occasion": "birthday", "coupons": [gift], "greeting": True, "days_ahead": 30}
    offer_id = mall.publish("/occasion-offers", wish)
    for _ in range(2):
        swept(mall, today().date().isoformat())
    (held,) = wait_until(lambda: mall.held_by(member_id, gift), "the gift", PATIENCE_SECONDS)
    till = mall.tenant("cake")
    code = mall.api.expect(200, who, "GET", "/me/coupons")["items"]
    own = next(one["code"] for one in code if one["template_id"] == gift)
    session = mall.session(who, till)
    bought = mall.buy(till, 100_00, member_session=session, coupons=[own], paid=90_00)
    assert bought.status == 201, bought.body
    wait_until(lambda: total(mall, offer_id)["receipts"] == 1, "the receipt to be counted", PATIENCE_SECONDS)
    found = wait_until(lambda: (one := total(mall, offer_id))["used"] and one, "the use", PATIENCE_SECONDS)
    assert (found["given"], found["used"], found["off_fen"], found["paid_fen"]) == (1, 1, 1000, 9000)
    assert mall.held_by(member_id, gift) == []
    assert held["template_id"] == gift
    mall.api.expect(201, "marketer", "POST", f"/occasion-offers/{offer_id}/endings", {})


def test_a_simulation_says_whom_a_draft_would_reach(mall: Mall, coupon: str) -> None:
    day = (today() + timedelta(days=3)).date()
    mall.member(birthday=f"1988-{day:%m-%d}")
    draft = mall.draft("/occasion-offers", {"occasion": "birthday", "coupons": [coupon], "days_ahead": 0})
    path = f"/occasion-offers/{draft}/simulations"
    status_url = mall.api.expect(202, "marketer", "POST", path, {}, key=new_key())["status_url"]

    def ended() -> Mapping[str, Any] | None:
        job: Mapping[str, Any] = mall.api.expect(200, "marketer", "GET", status_url)
        return job if job["state"] in {"done", "failed"} else None

    job = wait_until(ended, "the simulation", PATIENCE_SECONDS)
    assert job["state"] == "done", job
    assert job["result"]["reached"] >= 1
    assert job["result"]["cost_fen"] == job["result"]["reached"] * 1000
