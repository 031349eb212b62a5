"""What one event adds to the live figures. Pure: sums, so the order in which events arrive means nothing.

Everything counts on the mall-local day and in the hour it happened in the world. A figure of a group is named
`<figure>@<group>`; what an event does not say (a tier nobody knew, say) is counted under `NOT_TOLD`, so that the groups
of every dimension sum to the same whole.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from functions.insight.store import SHARDS, SUMS
from loyalty.clock import day_of, zone
from loyalty.counting import Row, Sums
from loyalty.events import catalogue as c
from loyalty.events.campaigns import CampaignAwarded
from loyalty.events.coupons import (
    CouponClaimed,
    CouponExpired,
    CouponRedeemed,
    CouponReturned,
    CouponSeen,
    CouponSent,
    CouponVoided,
)
from loyalty.events.envelope import Event
from loyalty.events.insight import MemberBrowsed
from loyalty.events.rewards import RewardCancelled, RewardHandedOver, RewardReserved
from loyalty.types import Day

AT = "@"
"""Separates a figure from the group it is counted for."""
NOT_TOLD = "-"
OFFERS = frozenset({"coupon", "campaign", "reward"})
"""The kinds of things that can be used after they were looked at; each is counted by itself."""
MOST = 10**15
"""No sum of one event comes near it: a larger one is no event of ours."""

Groups = Mapping[str, Sums]
"""Sums by group."""


class Panel(StrEnum):
    """What is told on a panel of its own."""

    FUNNEL = "funnel"
    TRAFFIC = "traffic"
    ATTENTION = "attention"


BY: Mapping[Panel, tuple[str, ...]] = {
    Panel.FUNNEL: ("tier", "category", "channel", "hour", "template"),
    Panel.TRAFFIC: ("tier", "channel", "hour"),
    Panel.ATTENTION: ("kind",),
}
"""The dimensions each panel is counted by."""


class Fact(NamedTuple):
    """Something that happened, by panel: figures, and the group of each dimension the event tells.

    Attributes:
        without: dimensions it is not counted by, because no event of its kind tells them.
        ref: of the panel of attention: which thing.
    """

    panel: Panel
    at: datetime
    figures: Mapping[str, int]
    groups: Mapping[str, str | None]
    without: frozenset[str] = frozenset()
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What an event adds, row by row."""

    id: str
    recorded_at: datetime
    added: tuple[tuple[Row, Sums], ...]


def told_by(detail: Mapping[str, Any], zone_name: str) -> Told | None:
    """Return what an event of EventBridge's `detail` adds; None for a kind that no live figure counts.

    Raises:
        ValueError, TypeError, LookupError: if it is no event of ours.
    """
    if detail["type"] not in _READERS:
        return None
    model, facts_of = _READERS[detail["type"]]
    event = model.model_validate(detail)
    sums: defaultdict[Row, Sums] = defaultdict(Counter)
    for fact in facts_of(event):
        if max(map(abs, fact.figures.values()), default=0) > MOST:
            raise ValueError("no event of ours tells a sum like that")
        local = fact.at.astimezone(zone(zone_name))
        for row, names in _places(fact, day_of(local.date()), f"{local:%H}"):
            sums[row].update(names)
    return Told(event.id, event.recordedat, tuple(sums.items()))


def row_of(panel: Panel, by: str, day: Day) -> Row:
    """Return the row of a panel's day in one dimension."""
    return Row(f"{panel}/{by}/{day}", SUMS, SHARDS)


def _places(fact: Fact, day: Day, hour: str) -> Iterator[tuple[Row, Mapping[str, int]]]:
    groups = {**fact.groups, "hour": hour}
    for by in BY[fact.panel]:
        if by not in fact.without:
            group = groups.get(by) or NOT_TOLD
            yield row_of(fact.panel, by, day), {f"{name}{AT}{group}": n for name, n in fact.figures.items()}
    if fact.ref:
        yield Row(f"{fact.panel}/{fact.groups['kind']}/{fact.ref}", day, SHARDS), fact.figures


def _coupon(event: Any, **figures: int) -> Iterator[Fact]:
    data = event.data
    groups = {"tier": data.tier, "category": data.category, "channel": data.channel, "template": data.template_id}
    yield Fact(Panel.FUNNEL, event.time, figures, groups)


def _counted(**figures: int) -> Callable[[Any], Iterator[Fact]]:
    return lambda event: _coupon(event, **figures)


def _redeemed(event: CouponRedeemed) -> Iterator[Fact]:
    yield from _coupon(event, redeemed=1, **_money(event.data.off, event.data.unit_cost, 1))
    yield _used("coupon", event.data.template_id, event.time)


def _returned(event: CouponReturned) -> Iterator[Fact]:
    yield from _coupon(event, returned=1, **_money(event.data.off, event.data.unit_cost, -1))
    yield _used("coupon", event.data.template_id, event.time, -1)


def _money(off: int, unit_cost: int, sign: int) -> dict[str, int]:
    return {"off_fen": sign * off, "cost_fen": sign * (off + unit_cost)}


def _used(kind: str, ref: str, at: datetime, times: int = 1) -> Fact:
    return Fact(Panel.ATTENTION, at, {"used": times}, {"kind": kind}, ref=ref)


def _awarded(event: CampaignAwarded) -> Iterator[Fact]:
    yield _used("campaign", event.data.campaign_id, event.time)


def _ordered(event: RewardReserved | RewardHandedOver) -> Iterator[Fact]:
    """An order's first event is its use: what is handed over at once was never reserved."""
    if event.data.order_seq == 1:
        yield _used("reward", event.data.reward_id, event.time)


def _given_up(event: RewardCancelled) -> Iterator[Fact]:
    yield _used("reward", event.data.reward_id, event.time, -1)


def _browsed(event: MemberBrowsed) -> Iterator[Fact]:
    """Looks at coupons are in the funnel too; a look tells neither the template's category nor counts by template."""
    data = event.data
    for action in data.actions:
        ref = action.ref if action.kind in OFFERS else None
        yield Fact(Panel.ATTENTION, action.at, {action.what: 1}, {"kind": action.kind}, ref=ref)
        if action.kind == "coupon":
            groups = {"tier": data.tier, "channel": data.channel}
            figures = {f"offers_{action.what}": 1}
            yield Fact(Panel.FUNNEL, action.at, figures, groups, without=frozenset({"category", "template"}))


def _traffic(event: Event, tier: str | None, channel: str | None, **figures: int) -> Iterator[Fact]:
    yield Fact(Panel.TRAFFIC, event.time, figures, {"tier": tier, "channel": channel or event.origin})


def _earned(event: c.PointsEarned) -> Iterator[Fact]:
    data, receipt = event.data, event.data.receipt
    if receipt is None:
        return _traffic(event, data.tier, None, points_earned=data.points)
    figures = {"receipts": 1, "first_receipts": int(receipt.first), "gross_fen": receipt.gross}
    return _traffic(event, receipt.tier, receipt.channel, points_earned=data.points, paid_fen=receipt.paid, **figures)


def _spent(event: c.PointsRedeemed) -> Iterator[Fact]:
    return _traffic(event, event.data.tier, None, points_spent=event.data.points)


def _refunded(event: c.PointsRefunded) -> Iterator[Fact]:
    """Goods that came back; a redemption that was undone only gives points back."""
    data = event.data
    goods = {"returns": 1, "money_back_fen": data.money_back or 0} if data.receipt else {}
    points = {"points_taken_back": data.taken_back, "points_given_back": data.given_back}
    return _traffic(event, data.tier, None, **goods, **points)


def _expired(event: c.PointsExpired) -> Iterator[Fact]:
    return _traffic(event, event.data.tier, None, points_expired=event.data.points)


def _enrolled(event: c.MemberEnrolled) -> Iterator[Fact]:
    return _traffic(event, None, event.data.channel, enrolled=1)


def _left(event: c.MemberErased) -> Iterator[Fact]:
    return _traffic(event, None, None, left=1)


_READERS: Mapping[str, tuple[type[Event], Callable[[Any], Iterator[Fact]]]] = {
    model.__name__: (model, facts_of)
    for model, facts_of in (
        (CouponSent, _counted(issued=1, sent=1)),
        (CouponClaimed, _counted(issued=1, claimed=1)),
        (CouponSeen, _counted(seen=1)),
        (CouponRedeemed, _redeemed),
        (CouponReturned, _returned),
        (CouponExpired, _counted(expired=1)),
        (CouponVoided, _counted(voided=1)),
        (CampaignAwarded, _awarded),
        (RewardReserved, _ordered),
        (RewardHandedOver, _ordered),
        (RewardCancelled, _given_up),
        (MemberBrowsed, _browsed),
        (c.PointsEarned, _earned),
        (c.PointsRedeemed, _spent),
        (c.PointsRefunded, _refunded),
        (c.PointsExpired, _expired),
        (c.MemberEnrolled, _enrolled),
        (c.MemberErased, _left),
    )
}
HEARD = frozenset(_READERS)
"""The types of events that are counted."""
