"""The checkout's rule: what a purchase spends, earns and changes. Pure.

Points are spent from what is usable now, earned on the money paid, and the tier moves at once (requirements P1, P2,
P5, P6, T1, K7). The multiplier and the discount are those of the tier held before the purchase. Coupons are redeemed,
and campaigns award, in the same decision (C2, P4); a tier that is reached welcomes at once (T4).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.earn.acceptance import require_within_limit
from functions.earn.charge import Charge, Wallet, charge
from functions.earn.crediting import credited
from functions.earn.receipt import Receipt, Return
from functions.earn.recent import with_purchase
from functions.earn.refund import settle_return
from functions.earn.terms import AT_THE_TILL, Purchase, Terms
from functions.earn.welcome import welcomed
from loyalty import buckets, tiers
from loyalty.accounts import Account
from loyalty.buckets import Leg
from loyalty.clock import day_of, iso
from loyalty.coupons.coupon import Act, Coupon, Use, redeemed
from loyalty.earning import lines as basket
from loyalty.entries import Reason, fingerprint
from loyalty.errors import InsufficientPointsError
from loyalty.ledger import Decision
from loyalty.pricing.records import Priced, to_plain
from loyalty.programme import Programme
from loyalty.standing import entered, require
from loyalty.types import Day, Kind, Purse, Status

if TYPE_CHECKING:
    from functions.earn.awards import Grants
    from loyalty.earning.state import State


class Beside(NamedTuple):
    """What a purchase is decided on beside the account.

    Attributes:
        wallet: the coupons the basket names, by code; those that do not exist are missing.
        state: what campaigns are decided on; None: none may apply.
        born: the member's birthday, `mmdd`; None where it is unknown or no discount campaign asks.
    """

    wallet: Wallet
    state: "State | None" = None
    born: str | None = None


NOTHING_BESIDE = Beside({})


class Sale(NamedTuple):
    """A purchase as decided, and what campaigns gave it: the caller puts budgets and tallies beside."""

    decision: Decision
    grants: "Grants | None"


class _Kept(NamedTuple):
    """A purchase on its way: what is left of it when the returns that came first are settled, and then its awards."""

    account: Account
    receipt: Receipt
    legs: tuple[Leg, ...]
    reasons: tuple[Reason, ...]
    points_earned: int


def decide(
    account: Account,
    purchase: Purchase,
    terms: Terms,
    early: Sequence[Return] = (),
    beside: Beside = NOTHING_BESIDE,
) -> Sale:
    """Decide a purchase: price, spend, earn; settle the returns that came before it; award what is kept.

    Raises:
        MembershipStatusError: if the membership may not earn (or not redeem, when points or coupons are spent).
        InsufficientPointsError: with the points that are missing.
        ReceiptAboveLimitError: if it earns more than a till may give.
        LoyaltyError: what is wrong with amounts or coupons (see `charge`).
    """
    require(account.status, Kind.PURCHASE)
    if purchase.coupons:
        require(account.status, Kind.REDEEM)
    before = account.tidied(terms.today)
    rung = tiers.reviewed(before.rung, before.record, day_of(terms.bought_on), terms.programme)
    charged = charge(purchase, terms.programme.tier(rung.code), terms, beside.wallet, beside.born)
    spent = _spend(before, purchase.points, terms.today)
    kept = _kept(before.moved(spent), _receipt(purchase, charged.priced, spent, rung, terms), rung, early, terms)
    grants = _grants(kept.receipt, account, rung.code, purchase, terms, beside.state)
    done = _awarded(kept, grants, rung, terms)
    coupons = _redeemed(charged, done.receipt, purchase, terms, rung.code)
    decision = Decision(
        account=done.account,
        legs=(*spent, *done.legs),
        reasons=(*_redeemed_points(purchase.points), *done.reasons),
        answer=_answer(done, purchase.points, terms.today),
        facts=_facts(purchase, done, account, early)
        | _about_coupons(done.receipt, coupons)
        | _about_member(purchase, rung.code, is_first=account.first_on is None and done.account.first_on is not None)
        | (grants.facts() if grants else {}),
        coupons=coupons,
    )
    return Sale(decision, grants)


def _grants(
    receipt: Receipt, account: Account, tier: str, purchase: Purchase, terms: Terms, state: "State | None"
) -> "Grants | None":
    source = terms.tenant.receipt_source(purchase.receipt_no, terms.bought_on)
    grants = _of_campaigns(receipt, state, source, tier, account.first_on is None, terms.today) if state else None
    awarded = grants.points[Purse.POINTS] if grants else 0
    require_within_limit(receipt.earned_now + awarded, purchase, terms.tenant)
    return grants


def _of_campaigns(receipt: Receipt, state: "State", source: str, tier: str, first: bool, today: Day) -> "Grants":
    from functions.earn.awards import granted  # a cold start must not wait for what is not running
    from loyalty.earning.evaluation import Shopper

    return granted(receipt, state, source, Shopper(tier, first), today)


def _kept(account: Account, receipt: Receipt, rung: tiers.Rung, early: Sequence[Return], terms: Terms) -> _Kept:
    """Earn, then apply the returns that came first."""
    after, earned = _earn(account, receipt, rung, terms)
    receipt = receipt._replace(lapsed=-sum(leg.points for leg in earned if leg.points < 0))
    legs, reasons = list(earned), _reasons(receipt)
    after = replace(after, welcomed={})  # the receipt has brought no welcome yet, so its returns take none
    for asked in early:
        settled = settle_return(after, receipt, receipt.capped(asked), terms.today, terms.programme)
        after, receipt = settled.account, settled.receipt
        legs += settled.legs
        reasons += settled.reasons
    after = replace(after, welcomed=account.welcomed)
    return _Kept(after, receipt, tuple(legs), tuple(reasons), receipt.earned_now)


def _awarded(kept: _Kept, grants: "Grants | None", rung: tiers.Rung, terms: Terms) -> _Kept:
    """Credit what campaigns give, and welcome to the tier that the purchase has reached with it."""
    account, points = kept.account, grants.points if grants else Counter[Purse]()
    after, legs = credited(account, points, kept.receipt.bucket, terms.today)
    day, programme = kept.receipt.bought_on, terms.programme
    record = tiers.with_purchase(account.record, day, programme, 0, points[Purse.POINTS], 0)
    after = replace(after, record=record, rung=tiers.upgraded(account.rung, record, day, programme))
    after, more, welcome = welcomed(after, rung.code, programme, terms.today)
    reasons = [*(grants.reasons() if grants else ()), *welcome]
    gained = sum(reason.points for reason in reasons if reason.purse is Purse.POINTS)
    recent = with_purchase(account.recent, day, gained, terms.today, terms.return_window_days)
    is_purchase = basket.counted_spend(kept.receipt.lines) > 0
    first_on = account.first_on or (day if is_purchase else None)
    after = _entered(replace(after, first_on=first_on, recent=recent), programme)
    return _Kept(
        after, kept.receipt, (*kept.legs, *legs, *more), (*kept.reasons, *reasons), kept.points_earned + gained
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
        growth=terms.programme.growth.points_per_yuan,
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
    return replace(account, status=entered(account.record.spend, programme.enrolment))


def _spend(account: Account, points: int, today: Day) -> list[Leg]:
    if not points:
        return []
    require(account.status, Kind.REDEEM)
    if (missing := points - account.spendable(Purse.POINTS, today)) > 0:
        raise InsufficientPointsError(missing_points=missing, balance=points - missing)
    return buckets.spend_earliest_first(Purse.POINTS, account.held(Purse.POINTS), points, today)


def _earn(account: Account, receipt: Receipt, rung: tiers.Rung, terms: Terms) -> tuple[Account, list[Leg]]:
    """Credit what the receipt earns and let its spend move the tier."""
    earned = {Purse.POINTS: receipt.earned_now, Purse.GROWTH: receipt.growth_now}
    moved, legs = credited(account, earned, receipt.bucket, terms.today)
    is_visit = int(receipt.returnable > 0)  # what costs nothing never comes back, so it could be rung up all day
    record = tiers.with_purchase(
        account.record, receipt.bought_on, terms.programme, receipt.spend_now, receipt.earned_now, is_visit
    )
    rung = tiers.upgraded(rung, record, receipt.bought_on, terms.programme)
    earned_on, window_days = receipt.bought_on, terms.return_window_days
    recent = with_purchase(account.recent, earned_on, receipt.earned_now, terms.today, window_days)
    return replace(moved, record=record, rung=rung, recent=recent), legs


def _redeemed_points(points: int) -> list[Reason]:
    return [Reason("redeemed", Purse.POINTS, -points)] if points else []


def _reasons(receipt: Receipt) -> list[Reason]:
    base = basket.base_points(receipt.lines)
    found = [
        Reason("base", Purse.POINTS, base),
        Reason("tier_multiplier", Purse.POINTS, receipt.earned_now - base),
        Reason("lapsed", Purse.POINTS, -receipt.lapsed),
        Reason("growth", Purse.GROWTH, receipt.growth_now),
    ]
    return [reason for reason in found if reason.points]


def _answer(done: _Kept, spent: int, today: Day) -> dict[str, Any]:
    return {
        "points_earned": done.points_earned,
        "points_spent": spent,
        "balance": done.account.balance(Purse.POINTS, today),
        "tier": done.account.rung.code,
    }


def _facts(purchase: Purchase, done: _Kept, before: Account, early: Sequence[Return]) -> dict[str, Any]:
    """Return what later returns, events and auditors need; parts that say nothing are left out."""
    receipt, after = done.receipt, done.account
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
    if receipt.growth:
        facts["growth"] = receipt.growth
    if before.status != after.status:
        facts |= {"status_before": before.status, "status_after": after.status}
    if before.rung.code != after.rung.code:
        facts |= {"tier_before": before.rung.code, "tier_after": after.rung.code}
    return facts


def _about_member(purchase: Purchase, tier: str, *, is_first: bool) -> dict[str, Any]:
    """Return how the receipt came, the tier held before it, and whether it was the first; silent where it goes without.

    Args:
        tier: the code of the tier that the receipt was decided with.
    """
    channel = {"channel": purchase.channel} if purchase.channel != AT_THE_TILL else {}
    till = {"till": purchase.till} if purchase.till else {}
    return {"tier": tier, **channel, **till, **({"first": True} if is_first else {})}


def _about_coupons(receipt: Receipt, coupons: Sequence[Coupon]) -> dict[str, Any]:
    """Return what reduced the price and the coupons it used up; nothing where there is nothing to say."""
    reductions = {"reductions": [to_plain(one) for one in receipt.reductions]} if receipt.reductions else {}
    return reductions | ({"coupons": [coupon.code for coupon in coupons]} if coupons else {})
