"""What is on offer at the moment: published templates, and roughly how much of each is left.

Both are remembered for a short while, because everybody looks and nothing is decided on it: whoever claims is told
by the template and the stock themselves.
"""

from dataclasses import dataclass
from typing import Literal

from loyalty import dynamo, stock
from loyalty.catalogue import OfferState
from loyalty.coupons import entitlement, issue, store
from loyalty.coupons.refusals import CouponExpiredError
from loyalty.coupons.template import Template
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.types import Day, MemberId

LEVEL_SECONDS = 5
FEW_PERCENT = 10

Left = Literal["plenty", "few", "none"]


@dataclass(frozen=True, slots=True)
class Published:
    """A published template; `shards`: over how many rows its stock lies, 0 where it has no limit."""

    template_id: str
    template: Template
    shards: int


@dataclass(frozen=True, slots=True)
class OnOffer:
    """What a member is shown: first and last day if claimed today, how many they had, how much there is."""

    published: Published
    first: Day
    last: Day
    had: int
    left: Left


@kept_for(HALF_A_MINUTE)
def templates() -> tuple[Published, ...]:
    """Return the published templates in order of id, as they were less than half a minute ago."""
    return as_of_now()


def as_of_now() -> tuple[Published, ...]:
    """Read the published templates: for what comes once, such as an event, half a minute ago is too old."""
    return tuple(
        Published(offer.offer_id, Template.model_validate(offer.definition), issue.shards_of(offer))
        for offer in issue.templates().everything()
        if offer.state is OfferState.PUBLISHED
    )


def offers(member_id: MemberId, tier: str, today: Day, limit: int, after: str) -> tuple[list[OnOffer], str | None]:
    """Return up to `limit` templates this member may claim, and the id after which the next page starts, if any."""
    found = [one for one in templates() if one.template_id > after and _is_for(one.template, tier, today)]
    page, following = found[:limit], found[limit - 1].template_id if len(found) > limit else None
    keys = [(store.table(), store.count_key(one.template_id, member_id)) for one in page]
    counts = dynamo.batch_get(*keys) if keys else []
    levels = _levels()
    shown = [
        OnOffer(one, *entitlement.days(one.template.validity, today), row["taken"] if row else 0, _left(one, levels))
        for one, row in zip(page, counts, strict=True)
    ]
    return shown, following


def _is_for(template: Template, tier: str, today: Day) -> bool:
    try:
        entitlement.days(template.validity, today)
    except CouponExpiredError:
        return False
    return template.claimable and (not template.tiers or tier in template.tiers)


def _left(one: Published, levels: dict[str, int]) -> Left:
    """Say how much is left: `plenty`, `few` (a tenth or less) or `none`."""
    quantity = one.template.quantity
    if quantity is None or not one.shards:
        return "plenty"
    left = levels.get(one.template_id, 0)
    if left <= 0:
        return "none"
    return "few" if left * 100 <= quantity * FEW_PERCENT else "plenty"


@kept_for(LEVEL_SECONDS)
def _levels() -> dict[str, int]:
    """Return how much is left by template."""
    limited = [one for one in templates() if one.shards and one.template.claimable]
    places = {one.template_id: issue.place(one.template_id, one.shards) for one in limited}
    found = stock.read_all(list(places.values()))
    return {name: sum(shard.left for shard in found[place.owner]) for name, place in places.items()}
