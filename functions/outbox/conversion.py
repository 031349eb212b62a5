"""From a row to the events it means. Pure: no clock, no AWS, so publishing again gives the very same events.

ledger   purchase   PointsEarned  + PointsRedeemed, PointsExpired, PointsRefunded, TierChanged where it did that
         refund     PointsRefunded + PointsExpired, TierChanged
         either     + CampaignAwarded, CampaignTakenBack, CampaignWithheld for each campaign
         redeem     PointsRedeemed
         opening    PointsEarned  + PointsExpired
         expire     PointsExpired
         transfer   PointsTransferred, one for each side
         adjust     PointsAdjusted
         void       PointsVoided
         status     MembershipStatusChanged
         review     TierChanged, if it did
         warn       TierReviewNear
         use        EntitlementUsed
         erase      MemberErased + PointsExpired
         remind     PointsExpiring
         any        + DrawsMoved for purse `draws`, MembershipStatusChanged where the status changed
         guard, placeholder: nothing
members  profile    MemberEnrolled, when it is first written
         facts      MemberProfiled, each version (`functions.outbox.profiles`)
         consent, lookup and everything else: nothing
"""

from collections.abc import Callable, Iterator

from functions.outbox import accounts, campaigns
from functions.outbox.pieces import Split, envelope, last_day, moved, staff_login
from functions.outbox.receipts import receipt, receipt_ref
from functions.outbox.shares import ANNOUNCEMENTS, NOTHING, Share, shares
from loyalty.buckets import BucketKey, Leg
from loyalty.clock import date_of
from loyalty.dynamo import Item
from loyalty.entries import Entry, Reason, from_row
from loyalty.events import catalogue as c
from loyalty.events import memberships as m
from loyalty.events.envelope import Event, event_id
from loyalty.events.parts import Lot
from loyalty.events.parts import Purse as EventPurse
from loyalty.types import Day, Kind, Purse

SILENT = frozenset({"guard", "placeholder"})
"""Kinds of ledger rows that record no movement."""
PROFILE = "profile"
PROFILE_ATTRIBUTES = frozenset(
    {
        "member_id",
        "kind",
        "type",
        "status",
        "channel",
        "tier",
        "enrolled_at",
        "recorded_at",
        "origin",
        "correlation_id",
        "batch",
    }
)
"""Everything of a profile that events are made of: none of it says who the person is."""


def of_ledger(row: Item, mall: str) -> list[Event]:
    """Return the events of a ledger row; none for rows that record no movement.

    Raises:
        UnexplainedLegsError: if legs and reasons disagree.
        LookupError, TypeError, ValueError: if it is no row of ours.
    """
    if row["kind"] in SILENT:
        return []
    entry = from_row(row)
    split = shares(*_of_points(entry))
    return [event for make in _MAKERS for event in make(entry, split, mall)]


def of_new_member_row(row: Item, mall: str) -> list[Event]:
    """Return the event of a row that was first written to the members table."""
    if row["kind"] != PROFILE:
        return []
    return [
        c.MemberEnrolled(
            id=event_id((row["member_id"], PROFILE), 0, "MemberEnrolled"),
            source=f"/malls/{mall}/members",
            time=row["enrolled_at"],
            subject=row["member_id"],
            mall=mall,
            member_seq=0,
            correlationid=row.get("correlation_id"),
            origin=row["origin"],
            recordedat=row["recorded_at"],
            data=c.MemberEnrolledData(
                status=row["status"],
                channel=row.get("channel"),
                tier=row.get("tier"),
                member_kind=row["type"],
                batch=row.get("batch"),
            ),
        )
    ]


def _earned(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    """A purchase always says so, also when it earned nothing: the receipt itself is news."""
    kind, share = entry.cause.kind, split.get(Share.EARNED, NOTHING)
    if kind not in {Kind.PURCHASE, Kind.OPENING} and not share.legs:
        return
    data = c.PointsEarnedData(
        **moved(entry, share),
        points=share.points(),
        receipt=receipt(entry) if kind is Kind.PURCHASE else None,
    )
    yield c.PointsEarned(**envelope(entry, "PointsEarned", mall), data=data)


def _redeemed(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    if Share.REDEEMED not in split:
        return
    share, facts, is_purchase = split[Share.REDEEMED], entry.facts, entry.cause.kind is Kind.PURCHASE
    data = c.PointsRedeemedData(
        **moved(entry, share),
        points=-share.points(),
        redeemed_for="purchase" if is_purchase else facts.get("kind", "cash"),
        value=facts.get("points_value", entry.answer.get("value_fen")),
        tenant_id=facts.get("tenant_id"),
        receipt=receipt_ref(entry),
    )
    yield c.PointsRedeemed(**envelope(entry, "PointsRedeemed", mall), data=data)


def _refunded(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    """A return always says so; in a purchase, those that came before it say so together."""
    given, taken = split.get(Share.GIVEN_BACK, NOTHING), split.get(Share.TAKEN_BACK, NOTHING)
    is_return, early = entry.cause.kind is Kind.REFUND and not accounts.is_use(entry), "early" in entry.facts
    if not (is_return or early or given.legs or taken.legs):
        return
    data = c.PointsRefundedData(
        **moved(entry, given, taken),
        taken_back=-taken.points(),
        given_back=given.points(),
        debt=entry.answer.get("debt"),
        amount=sum(entry.facts["returned"]) if early else entry.answer.get("amount"),
        money_back=entry.answer.get("money_back"),
        receipt=receipt_ref(entry),
        nets=entry.facts.get("nets") if is_return else None,
    )
    yield c.PointsRefunded(**envelope(entry, "PointsRefunded", mall), data=data)


def _expiring(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    lots = [lot for lot in entry.facts.get("expiring", ()) if lot[0] in TOLD]
    if not lots:
        return
    announced = [reason for reason in entry.reasons if reason.code in ANNOUNCEMENTS]
    data = c.PointsExpiringData(
        entry_id=entry.entry_id,
        points=sum(reason.points for reason in announced if reason.purse is Purse.POINTS),
        lots=tuple(_lot(*lot) for lot in lots),
        programme_version=entry.programme_version,
    )
    yield c.PointsExpiring(**envelope(entry, "PointsExpiring", mall), data=data)


def _expired(entry: Entry, split: Split, mall: str) -> Iterator[Event]:
    if Share.EXPIRED not in split:
        return
    share = split[Share.EXPIRED]
    data = c.PointsExpiredData(**moved(entry, share), points=-share.points())
    yield c.PointsExpired(**envelope(entry, "PointsExpired", mall), data=data)


def _tier_changed(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    if entry.facts.get("tier_after") in {None, entry.facts.get("tier_before")}:
        return
    data = c.TierChangedData(
        entry_id=entry.entry_id,
        movement=entry.cause.kind,
        tier_before=entry.facts["tier_before"],
        tier_after=entry.facts["tier_after"],
        programme_version=entry.programme_version,
    )
    yield c.TierChanged(**envelope(entry, "TierChanged", mall), data=data)


def _review_near(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    if entry.cause.kind is not Kind.WARN:
        return
    facts, missing = entry.facts, ("missing", "missing_points", "missing_visits")
    data = m.TierReviewNearData.model_validate(
        {
            "entry_id": entry.entry_id,
            "tier": facts.get("tier") or entry.answer["tier"],
            "until": date_of(Day(facts["until"])),
            "keeps": facts.get("keeps"),
            **{name: facts[name] for name in missing if name in facts},
            "programme_version": entry.programme_version,
        }
    )
    yield m.TierReviewNear(**envelope(entry, "TierReviewNear", mall), data=data)


def _erased(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    if entry.cause.kind is Kind.ERASE:
        data = c.MemberErasedData(entry_id=entry.entry_id, actor=staff_login(entry))
        yield c.MemberErased(**envelope(entry, "MemberErased", mall), data=data)


Maker = Callable[[Entry, Split, str], Iterator[Event]]
_MAKERS: tuple[Maker, ...] = (
    _redeemed,
    _earned,
    _refunded,
    _expired,
    _expiring,
    accounts.transferred,
    accounts.adjusted,
    accounts.voided,
    campaigns.draws_moved,
    campaigns.awarded,
    campaigns.taken_back,
    campaigns.withheld,
    accounts.status_changed,
    accounts.entitlement_used,
    _tier_changed,
    _review_near,
    _erased,
)
TOLD = frozenset(purse.value for purse in EventPurse)
"""The purses that events of points may name."""


def _of_points(entry: Entry) -> tuple[list[Leg], list[Reason]]:
    """Return the legs and reasons of an entry that events of points tell: those of purse `draws` are told apart."""
    legs = [leg for leg in entry.legs if leg.purse in TOLD]
    return legs, [reason for reason in entry.reasons if reason.purse in TOLD]


def _lot(purse: str, bucket: str, points: int) -> Lot:
    return Lot(purse=EventPurse(purse), points=points, expires_on=last_day(BucketKey(bucket)))
