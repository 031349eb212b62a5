"""What an entry says of campaigns: who gave what, what was taken back, which chances moved. Pure.

A purchase names its awards (`awards`, `vouchers`), the campaigns that keep the member out (`withheld`) and the coupons
of earlier receipts of the day that a higher step replaces (`vouchers_back`); a return names what it takes back
(`awards_back`, `vouchers_back`).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from functions.outbox.pieces import Split, days, envelope
from functions.outbox.receipts import receipt_ref
from functions.outbox.shares import ANNOUNCEMENTS
from loyalty.entries import Entry
from loyalty.events import campaigns as c
from loyalty.events.envelope import Event
from loyalty.events.points import DrawsLeg, DrawsMoved, DrawsMovedData, DrawsReason
from loyalty.types import Purse

Award = Sequence[Any]
"""`[campaign id, {purse: points}, units, [[shard, units] ...]]`, as facts hold it."""
Voucher = Sequence[str]
"""`[campaign id, template id, ref]`, as facts hold it."""


def awarded(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    """Tell what each campaign gave for a purchase."""
    about = entry.facts
    for campaign_id, told in _by_campaign(entry, about.get("awards", ()), about.get("vouchers", ())):
        data = c.CampaignAwardedData.model_validate(
            {**told, "purchased_at": entry.cause.at, "paid": about["paid"], "tier": about.get("tier")}
        )
        yield c.CampaignAwarded(**envelope(entry, "CampaignAwarded", mall, campaign_id), data=data)


def withheld(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    """Tell which campaigns would have given something, were the member not kept out to be compared with."""
    for campaign_id in entry.facts.get("withheld", ()):
        data = c.CampaignWithheldData(
            entry_id=entry.entry_id,
            campaign_id=campaign_id,
            tier=entry.facts.get("tier"),
            receipt=receipt_ref(entry),
            programme_version=entry.programme_version,
        )
        yield c.CampaignWithheld(**envelope(entry, "CampaignWithheld", mall, campaign_id), data=data)


def taken_back(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    """Tell what of each campaign's awards is taken back."""
    about = entry.facts
    for campaign_id, told in _by_campaign(entry, about.get("awards_back", ()), about.get("vouchers_back", ())):
        data = c.CampaignTakenBackData.model_validate(told)
        yield c.CampaignTakenBack(**envelope(entry, "CampaignTakenBack", mall, campaign_id), data=data)


def draws_moved(entry: Entry, _split: Split, mall: str) -> Iterator[Event]:
    """Tell what moved in purse `draws`, of which no event of points can speak (ADR 0810)."""
    legs = [leg for leg in entry.legs if leg.purse is Purse.DRAWS]
    if not legs:
        return
    reasons = [reason for reason in entry.reasons if reason.purse is Purse.DRAWS and reason.code not in ANNOUNCEMENTS]
    data = DrawsMovedData(
        entry_id=entry.entry_id,
        movement=entry.cause.kind,
        draws=sum(leg.points for leg in legs),
        legs=tuple(DrawsLeg.model_validate({"points": leg.points, **days(leg.bucket)}) for leg in legs),
        reasons=tuple(DrawsReason(code=one.code, points=one.points, about=one.about or None) for one in reasons),
        programme_version=entry.programme_version,
        batch=entry.cause.batch,
    )
    yield DrawsMoved(**envelope(entry, "DrawsMoved", mall), data=data)


def _by_campaign(
    entry: Entry, awards: Sequence[Award], vouchers: Sequence[Voucher]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each campaign an entry speaks of, with what every event about it tells."""
    points = {campaign_id: (by_purse, units) for campaign_id, by_purse, units, *_ in awards}
    for campaign_id in dict.fromkeys([*points, *(voucher[0] for voucher in vouchers)]):
        by_purse, units = points.get(campaign_id, ({}, 0))
        yield (
            campaign_id,
            {
                "entry_id": entry.entry_id,
                "movement": entry.cause.kind,
                "campaign_id": campaign_id,
                "points": [{"purse": purse, "points": amount} for purse, amount in sorted(by_purse.items()) if amount],
                "coupons": [{"template_id": one, "ref": ref} for owner, one, ref in vouchers if owner == campaign_id],
                "units": units,
                "receipt": receipt_ref(entry),
                "programme_version": entry.programme_version,
            },
        )
