"""Campaigns on the deployed mall: awarded at the till, told, taken back with the goods, never overspent."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.e2e.mall import Mall, line, new_key, receipt, wait_until

SECONDS_UNTIL_KNOWN = 35
BUDGET, STEP = 130, 50
STEPS = [
    {"at_least": 500_00, "gift": {"points": STEP}},
    {"at_least": 1000_00, "gift": {"points": 2 * STEP}},
]


@dataclass(frozen=True)
class Scene:
    """A tenant that doubles points and gives a coupon from 300 yuan on, and one that gives points over the day."""

    doubling: str
    giving: str
    template: str
    double: str
    coupon: str
    day: str


@pytest.fixture(scope="module")
def scene(mall: Mall) -> Iterator[Scene]:
    doubling, giving = mall.tenant("e2e-double"), mall.tenant("e2e-day")
    now = datetime.now(UTC)
    running = {"from": (now - timedelta(hours=1)).isoformat(), "until": (now + timedelta(days=2)).isoformat()}

    def campaign(till: str, effect: dict[str, Any], conditions: dict[str, Any], **more: Any) -> str:
        asked = {"scope": {"tenants": [till.removeprefix("till:")]}, **conditions}
        return mall.publish("/campaigns", {"conditions": asked, "effects": [effect], **running, **more})

    template = mall.template({"kind": "amount_off", "off_fen": 30_00}, claimable=False)
    found = Scene(
        doubling,
        giving,
        template,
        double=campaign(doubling, {"kind": "multiply", "factor": "2"}, {}),
        coupon=campaign(
            doubling, {"kind": "add", "gift": {"templates": [template]}}, {"at_least": 300_00}, limits={"awards": 5}
        ),
        day=campaign(
            giving, {"kind": "steps", "over": "day", "steps": STEPS}, {}, budget={"unit": "points", "amount": BUDGET}
        ),
    )
    _, stranger = mall.member()
    for till, rules in ((doubling, {found.double, found.coupon}), (giving, {found.day})):
        wait_until(partial(_promises, mall, till, stranger, rules), "the rules", SECONDS_UNTIL_KNOWN)
    yield found
    for one in (found.double, found.coupon, found.day):
        mall.api.expect(201, "marketer", "POST", f"/campaigns/{one}/endings", {})


def _promises(mall: Mall, till: str, member_id: str, rules: set[str]) -> bool:
    return rules <= promised(mall, till, member_id)


def promised(mall: Mall, till: str, member_id: str) -> set[str]:
    """The campaigns by which a basket of 500 yuan would bring something."""
    basket = {"member_id": member_id, "lines": [line("S1", 500_00)]}
    quote = mall.api.expect(200, till, "POST", "/quotes", basket)
    return {one["rule"] for one in quote["awards"]} | {one["campaign_id"] for one in quote["gifts"]}


def by_rule(answer: Mapping[str, Any]) -> dict[str, int]:
    return {one["rule"]: one["points"] for one in answer["awards"]}


def left(mall: Mall, campaign_id: str) -> int:
    found = mall.api.expect(200, "marketer", "GET", f"/campaigns/{campaign_id}")
    return int(found["budget"]["left"])


def test_what_runs_is_awarded_told_and_taken_back_with_the_goods(mall: Mall, scene: Scene) -> None:
    who, member_id = mall.member()
    basket = {"member_id": member_id, "lines": [line("S1", 600_00)]}
    quote = mall.api.expect(200, scene.doubling, "POST", "/quotes", basket)
    bought = mall.buy(scene.doubling, 600_00, member_id=member_id).body
    assert by_rule(bought) | {"growth": 0} == {"base": 600, scene.double: 600, "growth": 0}
    assert by_rule(bought) == by_rule(quote)
    assert bought["points_earned"] == quote["points_earned"] == 1200
    assert [one["template_id"] for one in bought["gifts"]] == [scene.template]
    (coupon,) = wait_until(lambda: mall.coupons(who, scene.template), "the coupon")
    assert coupon["code"] == bought["gifts"][0]["coupon"]
    (entry,) = mall.entries(who)
    assert [one["points"] for one in entry["reasons"] if one["code"] == "campaign"] == [600]
    assert any("E2E" in one["text"] or "端到端" in one["text"] for one in entry["reasons"])
    path = f"/purchases/{bought['receipt_no']}/refunds"
    back = mall.api.expect(201, scene.doubling, "POST", path, {"refund_no": "R-1", "amount": 600_00})
    assert back["points_taken_back"] == 1200
    assert {one["campaign_id"] for one in back["awards_taken_back"]} == {scene.double, scene.coupon}
    assert mall.points(who)["balance"] == 0
    wait_until(lambda: not mall.coupons(who, scene.template), "the coupon's end")


def test_the_figures_of_a_campaign_are_what_was_awarded(mall: Mall, scene: Scene) -> None:
    before = mall.api.expect(200, "marketer", "GET", f"/campaigns/{scene.double}/figures")
    _, member_id = mall.member()
    mall.buy(scene.doubling, 100_00, member_id=member_id)

    def counted() -> bool:
        after = mall.api.expect(200, "marketer", "GET", f"/campaigns/{scene.double}/figures")
        return bool(after["awards"] == before["awards"] + 1 and after["participants"] == before["participants"] + 1)

    wait_until(counted, "the figures")


def test_a_budget_is_given_to_the_last_award_and_never_beyond(mall: Mall, scene: Scene) -> None:
    buyers = [mall.member() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        bodies = [receipt(500_00, member_id=member_id) for _, member_id in buyers]
        answers = list(pool.map(lambda body: mall.api.call(scene.giving, "POST", "/purchases", body), bodies))
    assert {answer.status for answer in answers} == {201}
    given = [by_rule(answer.body).get(scene.day, 0) for answer in answers]
    assert sorted(given) == [0, 0, STEP, STEP]
    assert left(mall, scene.day) == BUDGET - 2 * STEP
    refused = mall.api.expect(
        200, scene.giving, "POST", "/quotes", {"member_id": buyers[0][1], "lines": [line("S1", 900_00)]}
    )
    assert "budget_exhausted" in {one["code"] for one in refused["missing"]}
    for answer, points in zip(answers, given, strict=True):
        path = f"/purchases/{answer.body['receipt_no']}/refunds"
        back = mall.api.expect(201, scene.giving, "POST", path, {"refund_no": "R-1", "amount": 500_00})
        assert back["points_taken_back"] == 500 + points
    assert left(mall, scene.day) == BUDGET


def test_a_days_receipts_reach_a_step_together_and_lose_it_together(mall: Mall, scene: Scene) -> None:
    who, member_id = mall.member()
    first, second = (mall.buy(scene.giving, 300_00, member_id=member_id).body for _ in range(2))
    assert (by_rule(first).get(scene.day, 0), by_rule(second)[scene.day]) == (0, STEP)
    path = f"/purchases/{first['receipt_no']}/refunds"
    back = mall.api.expect(201, scene.giving, "POST", path, {"refund_no": "R-1", "amount": 300_00})
    assert back["points_taken_back"] == 300 + STEP
    assert mall.points(who)["balance"] == 300
    assert left(mall, scene.day) == BUDGET


def test_a_draft_is_simulated_by_the_very_function_that_awards(mall: Mall, scene: Scene) -> None:
    who, member_id = mall.member()
    basket = {"tenant_id": scene.doubling.removeprefix("till:"), "lines": [line("S1", 600_00)], "member_id": member_id}
    simulated = mall.api.expect(200, "marketer", "POST", "/campaigns/simulations", basket)
    bought = mall.buy(scene.doubling, 600_00, member_id=member_id).body
    assert simulated["points"] == bought["points_earned"]
    assert mall.points(who)["balance"] == bought["balance"]


def test_nobody_approves_the_campaign_they_wrote(mall: Mall) -> None:
    both = mall.staff(f"both-{mall.run}", "marketer", "approver")
    now = datetime.now(UTC)
    body = {
        "name_zh": "端到端",
        "name_en": "E2E",
        "from": now.isoformat(),
        "until": (now + timedelta(days=1)).isoformat(),
        "effects": [{"kind": "multiply", "factor": "2"}],
    }
    drafted = mall.api.expect(201, both, "POST", "/campaigns", body, key=new_key())
    refused = mall.api.call(both, "POST", f"/campaigns/{drafted['campaign_id']}/approvals", {"version": 1})
    assert (refused.status, refused.body["code"]) == (403, "own_approval")
