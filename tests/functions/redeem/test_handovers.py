"""Orders are handed over where their goods are, once; members see what is on offer and what they redeemed."""

from tests.functions.redeem import shop
from tests.functions.redeem.shop import LOUNGE, cancel, figures, hand_over, order, own, publish, rows
from tests.functions.till import everything


def test_a_gift_is_handed_over_once_and_only_its_own_request_is_repeated(scarf: str) -> None:
    done = order(scarf, "shoes").body["redemption_id"]
    first, before = hand_over(done, "shoes"), everything()
    again = hand_over(done, "shoes")
    assert (first.status, first.body["state"], first.body["name"]) == (201, "handed_over", "真丝围巾")
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    second = hand_over(done, "shoes", key="hand-2")
    assert (second.status, second.code, second.body["state"]) == (409, "order_state", "handed_over")
    assert cancel(done).code == "order_state"
    assert everything() == before
    assert (figures(scarf)["handed_over"], figures(scarf)["cost_fen"]) == (1, 12_000)


def test_goods_are_handed_over_only_where_they_are(scarf: str) -> None:
    here, there = order(scarf, "shoes").body["redemption_id"], order(scarf, key="k2").body["redemption_id"]
    used = order(publish(LOUNGE, "draft-2"), None, key="k3").body["redemption_id"]
    wrong = [hand_over(here, "bags"), hand_over(there, "shoes"), hand_over(used, "shoes"), hand_over("AAAA")]
    assert {(answer.status, answer.code) for answer in wrong} == {(404, "redemption_not_found")}
    assert [hand_over(one, group="marketer").status for one in (here, there)] == [403, 403]
    assert hand_over(here, "shoes", key=None).code == "idempotency_key_required"
    assert [hand_over(one).status for one in (here, there, used)] == [201, 201, 201]


def test_a_cancelled_order_is_not_handed_over(scarf: str) -> None:
    done = order(scarf).body["redemption_id"]
    cancel(done)
    assert hand_over(done).body["state"] == "cancelled"


def test_a_member_lists_their_orders_newest_first_page_by_page(scarf: str) -> None:
    made = [order(scarf, key=f"k{n}").body["redemption_id"] for n in range(3)]
    first = own("GET /me/redemptions", query={"limit": "2"}, headers={"accept-language": "en"})
    rest = own("GET /me/redemptions", query={"limit": "2", "cursor": first.body["next"]})
    assert [item["redemption_id"] for item in first.body["items"] + rest.body["items"]] == sorted(
        made, key=lambda one: [row["placed"] for row in rows(f"order/{one}")], reverse=True
    )
    assert (first.body["items"][0]["name"], rest.body["next"]) == ("Silk scarf", None)
    assert own("GET /me/redemptions", query={"cursor": "junk"}).code == "invalid_cursor"
    assert own("GET /me/redemptions", login="stranger").code == "not_enrolled"


def test_a_member_sees_what_is_on_offer_for_their_tier_and_what_is_left(scarf: str) -> None:
    publish({**LOUNGE, "tiers": ["gold"]}, "draft-2")
    publish({**LOUNGE, "from": "2090-01-01T00:00:00+08:00"}, "draft-3")
    shop.draft(LOUNGE, "draft-4")
    open_to_all = publish(LOUNGE, "draft-5")
    order(scarf, "shoes")
    items = {item["reward_id"]: item for item in own("GET /me/rewards").body["items"]}
    assert items.keys() == {scarf, open_to_all}
    points = [{"pick_up_point": "service-desk", "left": 5}, {"pick_up_point": "shoes", "left": 0}]
    assert (items[scarf]["pick_up_points"], items[scarf]["left"]) == (points, 5)
    assert (items[open_to_all]["left"], items[open_to_all]["name"]) == (None, "贵宾室")
    first = own("GET /me/rewards", query={"limit": "1"})
    rest = own("GET /me/rewards", query={"limit": "1", "cursor": first.body["next"]})
    assert [one["reward_id"] for one in first.body["items"] + rest.body["items"]] == sorted(items)
    assert rest.body["next"] is None
