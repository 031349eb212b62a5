"""The wallet and the offers: what a member sees, page by page, and that the first look counts once."""

from typing import Any

import pytest

from loyalty.catalogue import OfferState
from loyalty.coupons import codes
from loyalty.remembering import forget_everything
from tests.functions.coupons.conftest import ANNA, BEN, FIFTY_OFF, PARKING, Mall, broken, everything, stored
from tests.functions.members.faults import Fault

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


def listed(mall: Mall, who: str = ANNA, **query: str) -> Any:
    answer = mall.send("GET /me/coupons", who=who, query=query)
    assert answer.status == 200, answer.body
    return answer.body


def names(page: Any) -> list[str]:
    return [item["template_id"] for item in page["items"]]


def test_open_coupons_come_by_their_last_day_page_by_page(mall: Mall) -> None:
    for template_id, days in (("T20", 20), ("T5", 5), ("T10", 10)):
        mall.offer(template_id, validity={"days_after_issue": days})
        mall.claim(key=template_id, template_id=template_id)
    first_page = mall.send("GET /me/coupons", query={"limit": "2"})
    assert (names(first_page.body), 'rel="next"' in first_page.headers["link"]) == (["T5", "T10"], True)
    rest = listed(mall, limit="2", cursor=first_page.body["next"])
    assert (names(rest), rest["next"]) == (["T20"], None)


def test_a_coupon_is_shown_in_the_callers_language_and_as_it_stands(mall: Mall) -> None:
    mall.offer(terms=PARKING, name_zh="停车券", name_en="Parking")
    code = mall.claim().body["code"]
    mall.lock(code)
    (zh,) = listed(mall)["items"]
    assert (zh["name"], zh["terms"]["benefit"], zh["terms"]["units"]) == ("停车券", "停车 2 小时", 2)
    assert (zh["code"], zh["state"], zh["seen"], zh["hold"]["held_for"]) == (code, "issued", False, "till")
    english = mall.send("GET /me/coupons", headers={"accept-language": "en"}).body["items"][0]
    assert (english["name"], english["terms"]["benefit"]) == ("Parking", "Parking for 2 hours")
    mall.later(minutes=10)
    assert listed(mall)["items"][0]["hold"] is None


def test_what_is_over_is_on_the_other_shelf_newest_first(mall: Mall) -> None:
    used = [mall.coupon(**PARKING) for _ in range(2)]
    for n, code in enumerate(used):
        mall.later(minutes=n + 1)
        mall.redeem(code, f"R-{n}")
    still = mall.coupon()
    over = listed(mall, state="over")["items"]
    assert [codes.normalized(item["code"]) for item in over] == used[::-1]
    assert {(item["state"], item["used_at"] is not None) for item in over} == {("redeemed", True)}
    assert [codes.normalized(item["code"]) for item in listed(mall)["items"]] == [still]


def test_a_coupon_past_its_last_day_is_not_open_any_more_swept_or_not(mall: Mall) -> None:
    mall.coupon()
    mall.later(days=31)
    assert listed(mall)["items"] == []


def test_nobody_sees_another_wallet(mall: Mall) -> None:
    mall.coupon(BEN)
    mall.coupon(BEN)
    theirs = listed(mall, BEN, limit="1")["next"]
    assert listed(mall)["items"] == []
    answers = [mall.send("GET /me/coupons", query={"cursor": text}) for text in (theirs, "junk", "A" * 512)]
    assert {(answer.status, answer.code) for answer in answers} == {(400, "invalid_cursor")}
    assert mall.send("GET /me/coupons", query={"state": "stolen"}).status == 400
    assert mall.send("GET /me/coupons", who="stranger").code == "not_enrolled"


def test_the_first_look_counts_and_only_that(mall: Mall) -> None:
    code = mall.coupon()
    assert mall.send(f"POST /me/coupons/{codes.shown(code)}/views").status == 204
    seen, before = stored(code), everything()
    assert (seen.did, seen.seen_at is not None, seen.act.tier) == ("seen", True, "regular")
    mall.later(minutes=1)
    assert mall.send(f"POST /me/coupons/{code}/views").status == 204
    assert (everything(), listed(mall)["items"][0]["seen"]) == (before, True)


def test_looking_keeps_a_tills_hold_and_leaves_what_is_over(mall: Mall) -> None:
    held, used = mall.coupon(), mall.coupon(**PARKING)
    mall.lock(held)
    mall.send(f"POST /me/coupons/{held}/views")
    assert stored(held).hold is not None
    mall.redeem(used)
    assert mall.send(f"POST /me/coupons/{used}/views").status == 204
    assert stored(used).did == "redeemed"


def test_nobody_looks_into_another_wallet(mall: Mall) -> None:
    code = mall.coupon(BEN)
    answers = [mall.send(f"POST /me/coupons/{name}/views") for name in (code, "0" * 16, "ABCD")]
    assert {(answer.status, answer.code) for answer in answers} == {(404, "coupon_not_found")}
    assert stored(code).seen_at is None
    assert mall.send(f"POST /me/coupons/{'A' * 41}/views").status == 400


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(4))
def test_whichever_call_breaks_a_first_look_counts_once(mall: Mall, number: int, fault: Fault) -> None:
    code = mall.coupon()
    broken(number, fault, lambda: mall.send(f"POST /me/coupons/{code}/views"))
    assert mall.send(f"POST /me/coupons/{code}/views").status == 204
    assert stored(code).version == 2


def offered(mall: Mall, who: str = ANNA, **query: str) -> Any:
    forget_everything()
    answer = mall.send("GET /me/coupon-offers", who=who, query=query)
    assert answer.status == 200, answer.body
    return answer.body


def test_offers_are_what_my_tier_may_claim_today(mall: Mall) -> None:
    mall.offer("T1")
    mall.offer("T2", tiers=["gold"])
    mall.offer("T3", claimable=False)
    mall.offer("T4", state=OfferState.PAUSED)
    mall.offer("T5", validity={"until": "2026-11-20"})
    mall.member(BEN, tier="gold")
    assert names(offered(mall)) == ["T1"]
    assert names(offered(mall, BEN)) == ["T1", "T2"]
    (shown,) = offered(mall)["items"]
    assert (shown["valid_from"], shown["valid_until"], shown["had"], shown["per_member"]) == (
        "2026-11-21", "2026-12-21", 0, 1,
    )  # fmt: skip
    assert shown["terms"]["threshold_fen"] == FIFTY_OFF["threshold_fen"]


def test_offers_say_roughly_what_is_left_and_what_i_had(mall: Mall) -> None:
    mall.offer(quantity=20, per_member=20)
    levels = []
    for n in range(20):
        mall.claim(key=f"k{n}")
        levels.append(offered(mall)["items"][0]["left"])
    assert levels == ["plenty"] * 17 + ["few"] * 2 + ["none"]
    assert offered(mall)["items"][0]["had"] == 20


def test_offers_come_page_by_page(mall: Mall) -> None:
    for n in range(3):
        mall.offer(f"T{n}")
    page = offered(mall, limit="2")
    assert names(page) == ["T0", "T1"]
    assert names(offered(mall, limit="2", cursor=page["next"])) == ["T2"]
    assert mall.send("GET /me/coupon-offers", query={"cursor": "junk"}).code == "invalid_cursor"


def test_who_is_no_member_sees_no_offers(mall: Mall) -> None:
    assert mall.send("GET /me/coupon-offers", who="stranger").code == "not_enrolled"
    assert offered(mall)["items"] == []
