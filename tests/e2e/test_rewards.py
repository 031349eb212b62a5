"""Points for rewards: reserved by members, handed over at tills, stocked and counted by staff, IAM enforced."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from local.demo.api import Answer
from tests.e2e.bus import Consumer, listening
from tests.e2e.mall import Mall, answered, new_key, receipt, wait_until

POINTS, BUYERS, UNITS = 1000, 8, 5


@dataclass(frozen=True)
class Scene:
    """Two tenants, and a scarf for 300 points that the first one hands over, three of them."""

    till: str
    other: str
    point: str
    scarf: str

    @property
    def path(self) -> str:
        """Where staff look at the scarf."""
        return f"/rewards/{self.scarf}"


@pytest.fixture(scope="module")
def scene(mall: Mall) -> Scene:
    till, other = mall.tenant("e2e-pick-up"), mall.tenant("e2e-no-pick-up")
    point = till.removeprefix("till:")
    scarf = {"kind": "gift", "points": 300, "pick_up_points": [point], "unit_cost_fen": 1000, "cash_fen": 9_00}
    found = Scene(till, other, point, mall.publish("/rewards", scarf))
    stock_in = {"point": point, "kind": "stock_in", "units": 3}
    for _ in range(2):
        mall.api.expect(201, "operator", "POST", f"{found.path}/stock/movements", stock_in, key="delivery-1")
    return found


@pytest.fixture(scope="module")
def consumer(mall: Mall) -> Iterator[Consumer]:
    with listening(mall, "e2e-rewards") as url:
        yield Consumer(mall, url)


def rich(mall: Mall, till: str) -> tuple[str, str]:
    """A member with a thousand points; returns who to call as and the member's id."""
    who, member_id = mall.member()
    assert mall.buy(till, POINTS * 100, member_id=member_id).body["balance"] == POINTS
    return who, member_id


def redeem(mall: Mall, who: str, reward: str, point: str | None = None, key: str | None = None) -> Answer:
    """Redeem points for a reward in the app."""
    wish = {"reward_id": reward} | ({"pick_up_point": point} if point else {})
    return mall.api.call(who, "POST", "/me/redemptions", wish, key=key or new_key())


def hand_over(mall: Mall, who: str, redemption_id: str, key: str) -> Answer:
    """Note that a reward was handed over."""
    return mall.api.call(who, "POST", f"/redemptions/{redemption_id}/handovers", {}, key=key)


def cancel(mall: Mall, who: str, redemption_id: str) -> Answer:
    """Cancel a reward in the app."""
    return mall.api.call(who, "POST", f"/me/redemptions/{redemption_id}/cancellations", {})


def test_a_reward_is_on_offer_once_another_person_has_approved_it(mall: Mall) -> None:
    both, (who, _) = mall.staff("e2e-both", "marketer", "approver"), mall.member()
    definition = {"name_zh": "休息室", "name_en": "Lounge", "kind": "lounge", "points": 100}
    draft = mall.api.expect(201, both, "POST", "/rewards", definition, key=new_key())
    path = f"/rewards/{draft['reward_id']}"
    assert answered(mall.api.call(both, "POST", f"{path}/approvals", {})) == (403, "own_approval")
    assert answered(redeem(mall, who, draft["reward_id"])) == (404, "reward_not_found")
    changed = mall.api.expect(200, both, "PATCH", path, {"points": 200})
    stale = mall.api.call("approver", "POST", f"{path}/approvals", {"version": draft["version"]})
    assert answered(stale) == (409, "changed_meanwhile")
    mall.api.expect(201, "approver", "POST", f"{path}/approvals", {"version": changed["version"]})
    mall.api.expect(201, "marketer", "POST", f"{path}/publications", {})
    poor = redeem(mall, who, draft["reward_id"])
    assert (*answered(poor), poor.body["missing_points"]) == (422, "insufficient_points", 200)
    mall.api.expect(201, "marketer", "POST", f"{path}/pauses", {})
    assert answered(redeem(mall, who, draft["reward_id"])) == (422, "reward_paused")
    mall.api.expect(201, "marketer", "POST", f"{path}/endings", {})
    assert answered(redeem(mall, who, draft["reward_id"])) == (422, "reward_over")


def test_what_is_reserved_is_handed_over_where_it_is_picked_up_or_cancelled(
    mall: Mall, scene: Scene, consumer: Consumer
) -> None:
    who, member_id = rich(mall, scene.till)
    assert answered(redeem(mall, who, scene.scarf, "nowhere")) == (422, "pick_up_point")
    reserved = redeem(mall, who, scene.scarf, scene.point, "first")
    assert (reserved.status, reserved.body["state"], reserved.body["balance"]) == (201, "reserved", POINTS - 300)
    assert redeem(mall, who, scene.scarf, scene.point, "first").body == reserved.body
    first = reserved.body["redemption_id"]
    assert answered(hand_over(mall, scene.other, first, "a")) == (404, "redemption_not_found")
    handed = hand_over(mall, scene.till, first, "a")
    assert (handed.status, handed.body["state"], handed.body["cash_fen"]) == (201, "handed_over", 9_00)
    assert hand_over(mall, scene.till, first, "a").body == handed.body
    again = hand_over(mall, scene.till, first, "b")
    assert (*answered(again), again.body["state"]) == (409, "order_state", "handed_over")
    assert answered(cancel(mall, who, first)) == (409, "order_state")
    second = redeem(mall, who, scene.scarf, scene.point).body["redemption_id"]
    back = cancel(mall, who, second)
    assert (back.status, back.body["points_given_back"], back.body["balance"]) == (201, 300, POINTS - 300)
    assert cancel(mall, who, second).body == back.body
    assert answered(hand_over(mall, "operator", second, "a")) == (409, "order_state")
    orders = mall.api.expect(200, who, "GET", "/me/redemptions")["items"]
    assert [(one["redemption_id"], one["state"]) for one in orders] == [(second, "cancelled"), (first, "handed_over")]
    assert sum(entry["points"] for entry in mall.entries(who)) == POINTS - 300
    told = {"RewardReserved", "RewardHandedOver", "RewardCancelled", "PointsRedeemed", "PointsRefunded"}
    wait_until(lambda: consumer.of(member_id).keys() >= told, "the events of two orders")


def test_staff_see_what_became_of_a_reward_and_what_is_left_of_it(mall: Mall, scene: Scene) -> None:
    point = mall.tenant("e2e-figures")
    who, member_id = rich(mall, point)
    place = point.removeprefix("till:")
    reward = mall.publish("/rewards", {"kind": "gift", "points": 100, "pick_up_points": [place], "unit_cost_fen": 1000})
    path = f"/rewards/{reward}"
    for key, movement in (("in", {"kind": "stock_in", "units": 9}), ("count", {"kind": "stock_take", "counted": 8})):
        mall.api.expect(201, "operator", "POST", f"{path}/stock/movements", {"point": place, **movement}, key=key)
    at_till = {"reward_id": reward, "pick_up_point": place, "member_session": mall.session(who, point)}
    orders = [mall.api.expect(201, point, "POST", "/redemptions", at_till, key=f"{n}") for n in range(3)]
    ids = [order["redemption_id"] for order in orders]
    mall.api.expect(201, point, "POST", f"/redemptions/{ids[0]}/refunds", {})
    assert mall.api.call(scene.till, "POST", f"/redemptions/{ids[1]}/refunds", {}).status == 404
    assert hand_over(mall, "operator", ids[1], "desk").status == 201
    figures = mall.api.expect(200, "auditor", "GET", f"{path}/figures")
    assert figures == {
        "issued": 3, "handed_over": 1, "cancelled": 1, "left": 6, "points": 200, "cost_fen": 2000, "currency": "CNY",
    }  # fmt: skip
    stock = mall.api.expect(200, "auditor", "GET", f"{path}/stock")["items"]
    assert stock == [{"pick_up_point": place, "left": 6, "reserved": 1, "handed_over": 1}]
    moved = mall.api.expect(200, "auditor", "GET", f"{path}/stock/movements")["items"]
    assert [(one["kind"], one["change"]) for one in moved] == [("stock_take", -1), ("stock_in", 9)]
    assert mall.points(who)["balance"] == POINTS - 200
    _, (names, *rows) = mall.job("operator", f"{path}/exports", {})
    listed = [dict(zip(names.split(","), row.split(","), strict=True)) for row in rows]
    states = {row["redemption_id"]: row["state"] for row in listed if row["member_id"] == member_id}
    assert states == dict(zip(ids, ("cancelled", "handed_over", "reserved"), strict=True))


def test_a_voucher_is_a_coupon_at_once_and_a_checkout_takes_it(mall: Mall, scene: Scene) -> None:
    who, _ = rich(mall, scene.till)
    terms = {"kind": "amount_off", "off_fen": 30_00, "scope": {"tenants": [scene.point]}}
    template = mall.template(terms, claimable=False)
    voucher = mall.publish("/rewards", {"kind": "voucher", "points": 400, "template_id": template})
    redeemed = redeem(mall, who, voucher, key="voucher")
    assert (redeemed.status, redeemed.body["state"], redeemed.body["balance"]) == (201, "done", POINTS - 400)
    assert redeem(mall, who, voucher, key="voucher").body == redeemed.body
    code = redeemed.body["coupon_code"]
    assert [one["code"] for one in mall.coupons(who, template)] == [code]
    assert answered(redeem(mall, who, voucher)) == (422, "coupon_limit")
    assert answered(cancel(mall, who, redeemed.body["redemption_id"])) == (409, "order_state")
    body = receipt(100_00, coupons=[code], paid=70_00, member_session=mall.session(who, scene.till))
    assert mall.api.expect(201, scene.till, "POST", "/purchases", body)["coupons"] == [code]
    assert [one["state"] for one in mall.coupons(who, template, "over")] == ["redeemed"]
    assert mall.points(who)["balance"] == POINTS - 400 + 70


def test_eight_members_at_once_get_the_five_there_are(mall: Mall, scene: Scene) -> None:
    flash = mall.publish("/rewards", {"kind": "experience", "points": 100, "quantity": UNITS, "per_member": 1})
    buyers = [rich(mall, scene.till)[0] for _ in range(BUYERS)]
    with ThreadPoolExecutor(BUYERS) as pool:
        answers = list(pool.map(lambda who: redeem(mall, who, flash, key="flash"), buyers))
    got = [who for who, answer in zip(buyers, answers, strict=True) if answer.status == 201]
    assert len(got) == UNITS, [answered(answer) for answer in answers]
    assert {answered(answer) for answer in answers if answer.status != 201} == {(422, "sold_out")}
    assert [mall.points(who)["balance"] for who in buyers] == [POINTS - 100 * (who in got) for who in buyers]
    figures = mall.api.expect(200, "auditor", "GET", f"/rewards/{flash}/figures")
    assert (figures["issued"], figures["left"], figures["points"]) == (UNITS, 0, 100 * UNITS)
    winner = got[0]
    assert redeem(mall, winner, flash, key="flash").status == 201
    assert answered(redeem(mall, winner, flash)) == (422, "reward_per_member")
    assert answered(redeem(mall, rich(mall, scene.till)[0], flash)) == (422, "sold_out")


def test_members_are_shown_what_is_left_at_each_pick_up_point(mall: Mall, scene: Scene) -> None:
    who, _ = mall.member()
    left = mall.api.expect(200, "auditor", "GET", f"{scene.path}/stock")["items"][0]["left"]

    (scarf,) = (one for one in mall.pages(who, "/me/rewards") if one["reward_id"] == scene.scarf)
    assert (scarf["points"], scarf["cash_fen"], scarf["left"]) == (300, 9_00, left)
    assert scarf["pick_up_points"] == [{"pick_up_point": scene.point, "left": left}]
