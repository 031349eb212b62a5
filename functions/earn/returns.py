"""Returns: goods that come back to a till, before or after their purchase reached us (requirements P9).

purchase known      query the receipt, read the account, decide, one transaction: entry, account and the guard
                    `return/<n>`, so two returns racing for one receipt never both see it untouched
purchase not known  the return claims the receipt's key with a placeholder; the purchase will find it and earn
                    only the remainder
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.earn.checkout import MOVEMENT
from functions.earn.errors import TooManyEarlyReturnsError
from functions.earn.receipt import Receipt, Return, recorded
from functions.earn.refund import decide
from loyalty import account_store, attempts, dynamo, ledger, programme_store
from loyalty.accounts import Account
from loyalty.clock import iso, local_day
from loyalty.coupons import store
from loyalty.coupons.coupon import Act, Coupon, CouponState, from_row
from loyalty.dynamo import Item
from loyalty.entries import Cause, EntryKey, fingerprint
from loyalty.errors import BusyError, IdempotencyKeyReusedError
from loyalty.ledger import Decision, Loaded, Outcome
from loyalty.settings import time_zone
from loyalty.types import Day, Kind, MemberId, Origin, TenantId

if TYPE_CHECKING:
    from functions.earn.given import Given, TakenBack
    from functions.earn.given_rows import GivenLookup

MAX_EARLY_RETURNS = 50
MAX_EARLY_LINES = 600
"""All lines together; with the limit of returns, it keeps the row below what DynamoDB holds."""


class EarlyReturn(NamedTuple):
    """A return that waits for its purchase."""

    asked: Return
    replayed: bool


class Movements(NamedTuple):
    """A receipt's rows: its purchase (or placeholder) and its returns.

    Attributes:
        coupons: those it redeemed, given: what campaigns gave it; where they were read.
    """

    purchase: Item | None
    refunds: dict[str, Item]
    coupons: tuple[Coupon, ...] = ()
    given: "Given | None" = None

    @property
    def is_recorded(self) -> bool:
        """Whether the purchase itself has arrived."""
        return ledger.is_entry(self.purchase)

    def receipt(self) -> Receipt:
        """Return the receipt as it stands."""
        assert self.purchase is not None  # noqa: S101 - callers ask `is_recorded` first
        return recorded(self.purchase["facts"], [row["facts"] for row in self.refunds.values()])

    def coupon_codes(self) -> tuple[str, ...]:
        """Return the coupons the purchase redeemed."""
        return tuple((self.purchase or {}).get("facts", {}).get("coupons", ()))

    def kept_early(self) -> dict[str, str]:
        """Return the fingerprints of the returns that came before the purchase, by their number."""
        row = self.purchase or {}
        if self.is_recorded:
            return dict(row["facts"].get("early", {}))
        return {kept["refund_no"]: kept["fingerprint"] for kept in row.get("returns", [])}


def read_movements(source: str) -> Movements:
    """Read a receipt's rows, consistently."""
    rows = {row["movement"]: row for row in ledger.movements(source)}
    refunds = {name: row for name, row in rows.items() if name.startswith("refund/")}
    return Movements(rows.get(MOVEMENT), refunds)


def record(source: str, tenant_id: TenantId, asked: Return, trace: str, now: datetime) -> Outcome | EarlyReturn:
    """Record a return exactly once, or keep it for the purchase that is still to come.

    Raises:
        LoyaltyError: the refusal, when nothing was recorded.
    """
    for _ in range(attempts.ATTEMPTS):
        found = read_movements(source)
        if known := found.kept_early().get(asked.refund_no):
            return _kept_before(asked, known)
        if found.is_recorded:
            return _settle(source, found, asked, _cause(source, tenant_id, asked, trace, now))
        if _claim(source, asked, found.purchase, now):
            return EarlyReturn(asked, replayed=False)
    raise BusyError(retry_after=1)


def _kept_before(asked: Return, known: str) -> EarlyReturn:
    if known != fingerprint(asked.request()):
        raise IdempotencyKeyReusedError
    return EarlyReturn(asked, replayed=True)


def _settle(source: str, first: Movements, asked: Return, cause: Cause) -> Outcome:
    now = datetime.fromisoformat(cause.recorded_at)
    programme, today = programme_store.current(now), local_day(now, time_zone())

    def load(certain: bool) -> Loaded[Movements]:
        found = read_movements(source) if certain else first
        if standing := found.refunds.get(cause.key.movement):
            return Loaded(None, standing, found)
        account, coupons, given = _beside(source, found, certain)
        return Loaded(account, None, found._replace(coupons=coupons, given=given))

    def decided(loaded: Loaded[Movements]) -> Decision:
        assert loaded.account is not None  # noqa: S101 - `settle` refuses unknown members itself
        found = loaded.extra
        act = Act(
            cause.at, cause.recorded_at, cause.actor, cause.origin, cause.correlation_id, loaded.account.rung.code
        )
        receipt = found.receipt()
        refund = decide(loaded.account, receipt, asked, source, today, programme, used_by(found), act, found.given)
        return replace(refund.decision, beside=_parts(refund.back, loaded.account.member_id, receipt.bought_on))

    return ledger.settle(cause, programme, load, decided)


def used_by(found: Movements) -> tuple[Coupon, ...]:
    """Return those coupons of a receipt that it still has redeemed: one that came back may have been used elsewhere."""
    facts = (found.purchase or {})["facts"]
    here = (facts["tenant_id"], facts["receipt_no"])
    return tuple(
        coupon
        for coupon in found.coupons
        if coupon.state is CouponState.REDEEMED and coupon.use and (coupon.use.tenant_id, coupon.use.receipt_no) == here
    )


def _parts(back: "TakenBack | None", member_id: MemberId, day: Day) -> tuple[Mapping[str, Any], ...]:
    """Return the parts of the transaction that give budgets and tallies back."""
    if back is None:
        return ()
    from loyalty.earning.state import gives_back, tally_puts

    budgets = [part for one in back.taken for part in gives_back(one.campaign_id, one.parts)]
    return (*budgets, *tally_puts(member_id, day, back.changes))


def _beside(source: str, found: Movements, certain: bool) -> "tuple[Account | None, tuple[Coupon, ...], Given | None]":
    """Read the account, the coupons a receipt redeemed and what campaigns gave it, in one call.

    Args:
        certain: whether everything must be of one instant.
    """
    purchase = found.purchase or {}
    member_id, codes = MemberId(purchase["member_id"]), found.coupon_codes()
    facts = purchase["facts"]
    lookup = _lookup(source, member_id, facts) if "awards" in facts or "counted" in facts else None
    refunds = [row["facts"] for row in found.refunds.values()]
    campaigns = lookup.keys() if lookup else []
    keys = [*((store.table(), store.key(code)) for code in codes), *campaigns]
    if not keys:
        account = account_store.read(member_id, consistent=certain)
        return account, (), lookup.given((), facts, refunds) if lookup else None
    reading = dynamo.transact_get if certain else dynamo.batch_get
    row, *rows = reading((account_store.table(), {"member_id": member_id}), *keys)
    return (
        account_store.from_row(row) if row else None,
        tuple(from_row(coupon) for coupon in rows[: len(codes)] if coupon),
        lookup.given(rows[len(codes) :], facts, refunds) if lookup else None,
    )


def _lookup(source: str, member_id: MemberId, facts: Mapping[str, Any]) -> "GivenLookup":
    from functions.earn.given_rows import lookup_of  # a cold start must not wait for what most receipts do not need

    return lookup_of(source, member_id, facts)


def _claim(source: str, asked: Return, placeholder: Item | None, now: datetime) -> bool:
    """Keep a return in the row its purchase must pass; False if that row has changed since it was read."""
    kept = list((placeholder or {}).get("returns", []))
    kept.append({**asked.request(), "fingerprint": fingerprint(asked.request())})
    if len(kept) > MAX_EARLY_RETURNS or sum(len(early["lines"]) for early in kept) > MAX_EARLY_LINES:
        raise TooManyEarlyReturnsError
    claim: Item = {
        **EntryKey(source, MOVEMENT).item(),
        "kind": ledger.PLACEHOLDER,
        "returns": kept,
        "returns_seen": len(kept),
        "recorded_at": iso(now),
    }
    try:
        dynamo.client().transact_write_items(TransactItems=[ledger.put_entry(claim, placeholder)])
    except attempts.CONFLICTS as error:
        if not attempts.is_conflict(error):
            raise
        return False
    return True


def _cause(source: str, tenant_id: TenantId, asked: Return, trace: str, now: datetime) -> Cause:
    return Cause(
        key=EntryKey(source, f"refund/{asked.refund_no}"),
        kind=Kind.REFUND,
        at=iso(now),
        recorded_at=iso(now),
        actor=f"till:{tenant_id}",
        origin=Origin.TILL,
        correlation_id=trace,
        fingerprint=fingerprint(asked.request()),
    )
