"""The checkout's rule: what a purchase spends, earns and changes. Pure.

Points are spent from what is usable now, earned on the money paid, and the tier moves at once (requirements P1, P2,
P5, P6, T1, K7). The multiplier and the discount are those of the tier held before the purchase. Coupons are redeemed in
the same decision (C2).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from functions.earn import basket
from functions.earn.charge import Charge, Wallet, charge
from functions.earn.receipt import Receipt, Return
from functions.earn.refund import settle_return
from functions.earn.terms import Purchase, Terms
from loyalty import buckets, tiers
from loyalty.accounts import Account, credit
from loyalty.buckets import Leg
from loyalty.clock import day_of, iso
from loyalty.coupons.coupon import Act, Coupon, Use, redeemed
from loyalty.entries import Reason, fingerprint
from loyalty.errors import InsufficientPointsError
from loyalty.ledger import Decision
from loyalty.pricing.records import Priced, to_plain
from loyalty.programme import Programme
from loyalty.standing import entered, require
from loyalty.types import Day, Kind, Purse, Status

NO_COUPONS: Wallet = {}


def decide(
    account: Account, purchase: Purchase, terms: Terms, early: Sequence[Return] = (), wallet: Wallet = NO_COUPONS
) -> Decision:
    """Decide a purchase: price, spend, earn, move the tier; then apply the returns that came before it.

    Raises:
        MembershipStatusError: if the membership may not earn (or not redeem, when points or coupons are spent).
        InsufficientPointsError: with the points that are missing.
        LoyaltyError: what is wrong with amounts or coupons (see `charge`).
    """
    require(account.status, Kind.PURCHASE)
    if purchase.coupons:
        require(account.status, Kind.REDEEM)
    before = account.tidied(terms.today)
    rung = tiers.reviewed(before.rung, before.spend, day_of(terms.bought_on), terms.programme)
    charged = charge(purchase, terms.programme.tier(rung.code), terms, wallet)
    spent = _spend(before, purchase.points, terms.today)
    receipt = _receipt(purchase, charged.priced, spent, rung, terms)
    after, earned = _earn(before.moved(spent), receipt, rung, terms)
    receipt = replace(receipt, lapsed=-sum(leg.points for leg in earned if leg.points < 0))
    legs, reasons = [*spent, *earned], _reasons(receipt, purchase.points)
    for asked in early:
        settled = settle_return(after, receipt, receipt.capped(asked), terms.today, terms.programme)
        after, receipt = settled.account, settled.receipt
        legs += settled.legs
        reasons += settled.reasons
    after = _entered(after, terms.programme)
    coupons = _redeemed(charged, receipt, purchase, terms, rung.code)
    return Decision(
        account=after,
        legs=tuple(legs),
        reasons=tuple(reasons),
        answer=_answer(after, receipt, purchase.points, terms.today),
        facts=_facts(purchase, receipt, account, after, early) | _about_coupons(receipt, coupons),
        coupons=coupons,
    )


def _receipt(purchase: Purchase, priced: Priced, spent: Sequence[Leg], rung: tiers.Rung, terms: Terms) -> Receipt:
    lines = basket.recorded_lines(purchase.lines, priced, terms.tenant, terms.programme)
    nothing = (0,) * len(lines)
    return Receipt(
        lines=lines,
        multiplier=terms.programme.tier(rung.code).multiplier,
        bucket=buckets.bucket_for(terms.bought_on, terms.programme.expiry, terms.programme.pending),
        bought_on=day_of(terms.bought_on),
        spent=tuple((leg.bucket, -leg.points) for leg in spent),
        value=sum(priced.points),
        returned=nothing,
        settled=nothing,
        reductions=tuple(reduction for reduction in priced.reductions if reduction.off),
    )


def _redeemed(charged: Charge, receipt: Receipt, purchase: Purchase, terms: Terms, tier: str) -> tuple[Coupon, ...]:
    """Return the coupons as redeemed here; one whose goods have all come back before the receipt did stays unused."""
    act = Act(
        at=iso(purchase.purchased_at),
        recorded_at=iso(terms.now),
        actor=purchase.actor,
        origin=purchase.origin,
        correlation_id=purchase.correlation_id,
        tier=tier,
    )
    off = {one.source: one.off for one in charged.priced.reductions}
    unused = receipt.unused
    return tuple(
        redeemed(coupon, Use(purchase.tenant_id, purchase.receipt_no, act.at, off[coupon.code]), act)
        for coupon in charged.coupons
        if not (coupon.code in unused and coupon.terms.comes_back)
    )


def _entered(account: Account, programme: Programme) -> Account:
    """Make a member of somebody who has now spent what entry asks for (requirements M2)."""
    if account.status is not Status.QUALIFYING:
        return account
    return replace(account, status=entered(account.spend, programme.enrolment))


def _spend(account: Account, points: int, today: Day) -> list[Leg]:
    if not points:
        return []
    require(account.status, Kind.REDEEM)
    if (missing := points - account.spendable(Purse.POINTS, today)) > 0:
        raise InsufficientPointsError(missing_points=missing, balance=points - missing)
    return buckets.spend_earliest_first(Purse.POINTS, account.held(Purse.POINTS), points, today)


def _earn(account: Account, receipt: Receipt, rung: tiers.Rung, terms: Terms) -> tuple[Account, list[Leg]]:
    """Credit what the receipt earns and let its spend move the tier."""
    legs = credit(account, Purse.POINTS, receipt.earned_now, receipt.bucket, terms.today)
    spend = tiers.add_spend(account.spend, receipt.bought_on, receipt.spend_now)
    rung = tiers.upgraded(rung, spend, receipt.bought_on, terms.programme)
    return replace(account.moved(legs), spend=spend, rung=rung), legs


def _reasons(receipt: Receipt, points: int) -> list[Reason]:
    base = basket.base_points(receipt.lines)
    found = [
        Reason("redeemed", Purse.POINTS, -points),
        Reason("base", Purse.POINTS, base),
        Reason("tier_multiplier", Purse.POINTS, receipt.earned_now - base),
        Reason("lapsed", Purse.POINTS, -receipt.lapsed),
    ]
    return [reason for reason in found if reason.points]


def _answer(after: Account, receipt: Receipt, points: int, today: Day) -> dict[str, Any]:
    return {
        "points_earned": receipt.earned_now,
        "points_spent": points,
        "balance": after.balance(Purse.POINTS, today),
        "tier": after.rung.code,
    }


def _facts(
    purchase: Purchase, receipt: Receipt, before: Account, after: Account, early: Sequence[Return]
) -> dict[str, Any]:
    """Return what later returns, events and auditors need; parts that say nothing are left out."""
    facts: dict[str, Any] = {
        "tenant_id": purchase.tenant_id,
        "receipt_no": purchase.receipt_no,
        "gross": purchase.gross,
        "paid": purchase.paid,
        "multiplier": receipt.multiplier,
        "bucket": receipt.bucket,
        "bought_on": receipt.bought_on,
        "lines": [line.plain() for line in receipt.lines],
    }
    if purchase.points:
        facts |= {"points_value": receipt.value, "spent": [list(part) for part in receipt.spent]}
    if early:
        facts["early"] = {asked.refund_no: fingerprint(asked.request()) for asked in early}
        facts |= receipt.state()
    if receipt.lapsed:
        facts["lapsed"] = receipt.lapsed
    if before.status != after.status:
        facts |= {"status_before": before.status, "status_after": after.status}
    if before.rung.code != after.rung.code:
        facts |= {"tier_before": before.rung.code, "tier_after": after.rung.code}
    return facts


def _about_coupons(receipt: Receipt, coupons: Sequence[Coupon]) -> dict[str, Any]:
    """Return what reduced the price and the coupons it used up; nothing where there is nothing to say."""
    reductions = {"reductions": [to_plain(one) for one in receipt.reductions]} if receipt.reductions else {}
    return reductions | ({"coupons": [coupon.code for coupon in coupons]} if coupons else {})
