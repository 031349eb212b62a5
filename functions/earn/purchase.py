"""The checkout's rule: what a purchase spends, earns and changes. Pure.

Points are spent from what is usable now, earned on the money paid, and the tier moves at once (requirements P1, P2,
P5, P6, T1, K7). The multiplier is that of the tier held before the purchase.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from functions.earn import basket
from functions.earn.basket import Line
from functions.earn.errors import AmountsDoNotAddUpError, PointsExceedBasketError
from functions.earn.receipt import Receipt, Return
from functions.earn.refund import settle_return
from loyalty import buckets, tiers
from loyalty.accounts import Account, credit
from loyalty.buckets import Leg
from loyalty.clock import day_of
from loyalty.entries import Reason, fingerprint
from loyalty.errors import InsufficientPointsError, PointsNotConvertibleError
from loyalty.ledger import Decision
from loyalty.programme import Programme
from loyalty.standing import entered, require
from loyalty.tenants import TenantTerms
from loyalty.types import Day, Fen, Kind, MemberId, Origin, Points, Purse, ReceiptNo, Status, TenantId


@dataclass(frozen=True, slots=True)
class Purchase:
    """One receipt as it reached us, its member resolved.

    Attributes:
        points: points to redeem for money off.
        gross: the sum of the lines, in fen; `paid` is what was paid in money.
        batch: the import it came with, if any.
    """

    tenant_id: TenantId
    receipt_no: ReceiptNo
    member_id: MemberId
    purchased_at: datetime
    lines: tuple[Line, ...]
    gross: Fen
    points: Points
    paid: Fen
    actor: str
    origin: Origin
    correlation_id: str
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything besides the account that a purchase is decided under.

    Attributes:
        bought_on: the mall-local date of the purchase; `today` is the mall-local day of the decision.
    """

    tenant: TenantTerms
    programme: Programme
    bought_on: date
    today: Day


def check_amounts(purchase: Purchase, programme: Programme) -> None:
    """Refuse amounts that disagree.

    Raises:
        PointsNotConvertibleError: if the points do not make whole fen.
        PointsExceedBasketError: if they are worth more than the lines they may pay for.
        AmountsDoNotAddUpError: if gross is not the sum of the lines, or paid not what is left of it.
    """
    rate = programme.redemption
    if purchase.points % rate.step or 0 < purchase.points < rate.min_points:
        raise PointsNotConvertibleError(step=rate.step, minimum=max(rate.min_points, rate.step))
    excluded = programme.excluded
    payable = sum(line.amount for line in purchase.lines if line.category not in excluded)
    value = rate.value_of(purchase.points)
    if value > payable:
        raise PointsExceedBasketError(most_points=rate.points_within(payable))
    gross = sum(line.amount for line in purchase.lines)
    if purchase.gross != gross or purchase.paid != gross - value:
        raise AmountsDoNotAddUpError(expected_gross=gross, expected_paid=gross - value)


def decide(account: Account, purchase: Purchase, terms: Terms, early: Sequence[Return] = ()) -> Decision:
    """Decide a purchase: spend, earn, move the tier; then apply the returns that came before it.

    Raises:
        MembershipStatusError: if the membership may not earn (or not redeem, when points are spent).
        InsufficientPointsError: with the points that are missing.
    """
    require(account.status, Kind.PURCHASE)
    before = account.tidied(terms.today)
    value = terms.programme.redemption.value_of(purchase.points)
    lines = basket.price(purchase.lines, value, terms.tenant, terms.programme)
    spent = _spend(before, purchase.points, terms.today)
    rung = tiers.reviewed(before.rung, before.spend, day_of(terms.bought_on), terms.programme)
    receipt = Receipt(
        lines=tuple(lines),
        multiplier=terms.programme.tier(rung.code).multiplier,
        bucket=buckets.bucket_for(terms.bought_on, terms.programme.expiry, terms.programme.pending),
        bought_on=day_of(terms.bought_on),
        spent=tuple((leg.bucket, -leg.points) for leg in spent),
        value=value,
        returned=(0,) * len(lines),
        settled=(0,) * len(lines),
    )
    after, earned = _earn(before.moved(spent), receipt, rung, terms)
    receipt = replace(receipt, lapsed=-sum(leg.points for leg in earned if leg.points < 0))
    legs, reasons = [*spent, *earned], _reasons(receipt, purchase.points)
    for asked in early:
        settled = settle_return(after, receipt, receipt.capped(asked), terms.today, terms.programme)
        after, receipt = settled.account, settled.receipt
        legs += settled.legs
        reasons += settled.reasons
    after = _entered(after, terms.programme)
    return Decision(
        account=after,
        legs=tuple(legs),
        reasons=tuple(reasons),
        answer=_answer(after, receipt, purchase.points, terms.today),
        facts=_facts(purchase, receipt, account, after, early),
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
        "lines": [list(line) for line in receipt.lines],
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
