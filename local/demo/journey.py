"""The journey's chapters at the tills, each told in a few lines: points, coupons, rewards."""

from collections.abc import Mapping, Sequence
from typing import Any

from local.demo import coupons, rewards
from local.demo.api import Api
from local.demo.days import DemoCalendar
from local.demo.offers import Published
from local.demo.visits import Visitor, bring_back, claim_membership, pay_with_points
from local.starter import Starter

SAVER, CATEGORY, FESTIVAL, LEAFLET = "spend-500-save-50", "stationery-12-off", "fathers-day", "leaflet-30-off-200"
GIFT, PARKING, VOUCHER = "folding-umbrella", "parking-2-hours", "voucher-30"
Offered = Mapping[int, Mapping[str, Any]]
"""The surveys that tills were told to show, by the visitors' numbers."""


def tell_points(api: Api, visitors: Sequence[Visitor], calendar: DemoCalendar) -> Offered:
    """Members claim their memberships and pay partly with points; one brings goods back."""
    offered = dict[int, Mapping[str, Any]]()
    for visitor in visitors:
        claim_membership(api, visitor)
        result = pay_with_points(api, visitor, calendar)
        print(
            f"  {visitor.name} at {visitor.tenant_id}: spent {result['points_spent']:,} points, "
            f"earned {result['points_earned']:,}, tier {result['tier']}"
        )
        if result.get("survey"):
            offered[visitor.number] = result["survey"]
    back = bring_back(api, visitors[0])
    print(
        f"  {visitors[0].name} returns the notebooks: {back['points_given_back']:,} points given back, "
        f"{back['points_taken_back']:,} taken back"
    )
    return offered


def tell_coupons(
    api: Api, visitors: Sequence[Visitor], calendar: DemoCalendar, offers: Published, starter: Starter
) -> None:
    """Coupons are claimed, combined, let go of and brought back; a festival word and unique codes are used."""
    _, leaver, returner, saver, _ = visitors
    _welcome(api)
    word = str(starter.coupons[FESTIVAL].word)
    for visitor in visitors:
        coupon = coupons.enter_word(api, visitor, word)
        coupons.look_at(api, visitor, coupon)
    print(f"  {len(visitors)} members type the festival code {word}, and look at what they got: {coupon['name']}")
    _save(api, saver, calendar, offers)
    held = coupons.claim(api, leaver, offers.coupons[SAVER])
    coupons.change_mind(api, leaver, held)
    print(f"  {leaver.name} leaves without buying: the till lets go of the coupon it held")
    held = coupons.claim(api, returner, offers.coupons[SAVER])
    coupons.buy_with_the_best(api, returner, calendar, held.code, receipt_no="COUPONS-2", points=0)
    back = coupons.bring_all_back(api, returner, "COUPONS-2")
    print(
        f"  {returner.name} returns everything: {_yuan(back['money_back'])} yuan, "
        f"and {len(back['coupons_returned'])} coupon is in the wallet again"
    )
    codes = coupons.unique_codes(api, offers.coupons[LEAFLET])
    print(f"  {len(codes)} unique codes for a leaflet, each good for one coupon: {codes[0]} ...")


def tell_rewards(api: Api, visitors: Sequence[Visitor], offers: Published) -> None:
    """A gift is reserved and handed over, a wish cancelled, points become a voucher."""
    chooser, _, _, saver, receiver = visitors
    wish = rewards.redeem(api, receiver, offers.rewards[GIFT], receiver.tenant_id)
    order = rewards.hand_over(api, receiver, wish["redemption_id"])
    print(f"  {receiver.name} redeems {wish['points_spent']:,} points: {order['name']}, {_said(order['state'])}")
    wish = rewards.redeem(api, chooser, offers.rewards[PARKING])
    undone = rewards.cancel(api, chooser, wish["redemption_id"])
    print(f"  {chooser.name} cancels two hours of parking: {undone['points_given_back']:,} points given back")
    voucher = rewards.redeem(api, saver, offers.rewards[VOUCHER])
    print(f"  {saver.name} makes {voucher['points_spent']:,} points a voucher: {voucher['coupon_code']}")


def _welcome(api: Api) -> None:
    newcomer = coupons.NEWCOMER
    if claim_membership(api, newcomer):
        pack = coupons.welcome_pack(api, newcomer)
        print(f"  {newcomer.name} joins, and finds in the wallet: {'; '.join(pack)}")


def _save(api: Api, saver: Visitor, calendar: DemoCalendar, offers: Published) -> None:
    held = coupons.claim(api, saver, offers.coupons[SAVER])
    coupons.claim(api, saver, offers.coupons[CATEGORY])
    receipt = coupons.buy_with_the_best(api, saver, calendar, held.code, receipt_no="COUPONS-1", points=coupons.POINTS)
    print(
        f"  {saver.name} pays {_yuan(receipt['paid'])} instead of {_yuan(receipt['gross'])} yuan with "
        f"{len(receipt['coupons'])} coupons and {receipt['points_spent']:,} points"
    )


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02}"


def _said(state: str) -> str:
    return state.replace("_", " ")
