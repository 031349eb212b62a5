"""Coupons at work: claimed, held by a till, redeemed two at a time, let go of, and back after a return."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from local.demo.api import Api, DemoError, fetch
from local.demo.days import DemoCalendar
from local.demo.visits import Visitor, open_session, visited_at

POINTS = 2_000
CODES = 200
BASKET = (
    {"sku": "DEMO-DESK", "category": "furniture", "quantity": 1, "amount": 399_00},
    {"sku": "DEMO-PAPER", "category": "office_supplies", "quantity": 4, "amount": 240_00},
)
GROSS = sum(int(str(line["amount"])) for line in BASKET)
NEWCOMER = Visitor(6, "NEW-00006", "Lin Xiaoman", "wenhua-stationery")
WELCOME_PACK = 3
_POLL_SECONDS = 0.5
_MAX_SECONDS = 180


@dataclass(frozen=True)
class Claimed:
    """A coupon on offer, now in a wallet; `again`: an earlier run had put it there."""

    code: str
    again: bool


def claim(api: Api, visitor: Visitor, template_id: str) -> Claimed:
    """The member claims a coupon on offer; asked again, the same one."""
    wish = {"template_id": template_id, "channel": "app"}
    answer = api.answer(201, visitor.login, "POST", "/me/coupons", wish, key=f"demo-{template_id}")
    return Claimed(str(answer.body["code"]), answer.replayed)


def enter_word(api: Api, visitor: Visitor, word: str) -> Mapping[str, Any]:
    """The member types a festival code, and has a coupon for it."""
    return api.expect(201, visitor.login, "POST", "/me/coupons", {"code": word, "channel": "app"})


def look_at(api: Api, visitor: Visitor, coupon: Mapping[str, Any]) -> None:
    """The member opens a coupon of the wallet; the first look counts."""
    api.expect(204, visitor.login, "POST", f"/me/coupons/{coupon['code']}/views", {})


def welcome_pack(api: Api, newcomer: Visitor) -> list[str]:
    """The names of what a new member finds in the wallet, some seconds after joining.

    Raises:
        DemoError: it did not arrive.
    """
    deadline = time.monotonic() + _MAX_SECONDS
    while len(found := [coupon["name"] for coupon in api.items(newcomer.login, "/me/coupons")]) < WELCOME_PACK:
        if time.monotonic() > deadline:
            raise DemoError(f"The welcome pack has {len(found)} coupons after {_MAX_SECONDS} seconds.")
        time.sleep(_POLL_SECONDS)
    return found


def buy_with_the_best(
    api: Api, visitor: Visitor, calendar: DemoCalendar, code: str, *, receipt_no: str, points: int
) -> Mapping[str, Any]:
    """The till holds a coupon, asks which of the member's coupons cost least together, and records that receipt.

    A till that finds the receipt recorded has nothing to do.

    Args:
        code: the coupon to hold meanwhile.
        points: to pay with beside.
    """
    known = api.call(visitor.till, "GET", f"/purchases/{receipt_no}")
    if known.status == 200:
        return known.body
    session = open_session(api, visitor)
    hold = {"receipt_no": receipt_no, "member_session": session}
    api.expect(201, visitor.till, "POST", f"/coupons/{code}/locks", hold)
    at = visited_at(visitor, calendar) + timedelta(minutes=20)
    basket = {"lines": list(BASKET), "purchased_at": at.isoformat(), "points": points, **hold}
    quote = api.expect(200, visitor.till, "POST", "/quotes", {**basket, "coupons": "best"})
    receipt = {**basket, "coupons": quote["coupons"], "gross": GROSS, "paid": quote["payable"]}
    return api.expect(201, visitor.till, "POST", "/purchases", receipt)


def change_mind(api: Api, visitor: Visitor, coupon: Claimed) -> None:
    """A till holds a coupon; the customer leaves without buying, and it lets go.

    Once: holds are counted, and a rerun shall change no number.
    """
    if coupon.again:
        return
    code = coupon.code
    receipt = {"receipt_no": f"LEFT-{visitor.number}"}
    hold = {**receipt, "member_session": open_session(api, visitor)}
    api.expect(201, visitor.till, "POST", f"/coupons/{code}/locks", hold)
    api.expect(201, visitor.till, "POST", f"/coupons/{code}/rollbacks", receipt)


def bring_all_back(api: Api, visitor: Visitor, receipt_no: str) -> Mapping[str, Any]:
    """The whole receipt is returned: money and points as paid, and the coupon."""
    back = {"refund_no": f"{receipt_no}-R1", "amount": GROSS}
    return api.expect(201, visitor.till, "POST", f"/purchases/{receipt_no}/refunds", back)


def unique_codes(api: Api, template_id: str) -> list[str]:
    """A batch of codes is made, and its file fetched; asked again, it is the same batch.

    Raises:
        DemoError: the job failed, or did not end.
    """
    path = f"/coupon-templates/{template_id}/codes"
    started = api.expect(202, "marketer", "POST", path, {"count": CODES}, key="demo")
    deadline = time.monotonic() + _MAX_SECONDS
    while (job := api.expect(200, "marketer", "GET", started["status_url"]))["state"] not in {"done", "failed"}:
        if time.monotonic() > deadline:
            raise DemoError(f"The codes were not made within {_MAX_SECONDS} seconds: {dict(job)}")
        time.sleep(_POLL_SECONDS)
    if job["state"] == "failed":
        raise DemoError(f"The codes could not be made: {dict(job)}")
    return str(fetch(job["download_url"])["text"]).splitlines()[1:]
