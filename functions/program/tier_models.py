"""How the ladder is published: tiers, what reaches them, what they bring, what opens inside them."""

from typing import Annotated

from pydantic import Field

from loyalty.http import Answer
from loyalty.ladder import Match, Period, Window
from loyalty.types import Purse

Text = Annotated[str, Field(description="The same in words, in the caller's language.")]


class PublishedEntitlement(Answer):
    """A benefit with a number: so many uses in each period."""

    code: str
    name: str
    quota: int
    per: Period


class PublishedActivity(Answer):
    """Purchases that a rung asks for: in each of the last months, this one included, or in all of them together."""

    months: int
    purchases: int
    each_month: bool


class PublishedWelcome(Answer):
    """What reaching a rung brings at once, once in a membership."""

    points: int
    purse: Purse


class Tier(Answer):
    """One rung of the ladder: reached by all that it asks for, or by any of it, as `match` says."""

    code: str
    name: str
    spend_fen: Annotated[int, Field(description="The yearly spend that reaches it.")]
    points_earned: Annotated[int | None, Field(description="Points earned by purchases in the window.")] = None
    activity: PublishedActivity | None = None
    match: Match
    multiplier: Annotated[str, Field(description="A decimal as text.")]
    discount_percent: Annotated[int, Field(description="Off every basket, without a coupon; 0: none.")]
    benefits: tuple[str, ...]
    welcome: PublishedWelcome | None = None
    entitlements: tuple[PublishedEntitlement, ...]


class PublishedUnlock(Answer):
    """Benefits that a quarter's spend, or a points balance, opens inside the tiers named; none named: in all."""

    code: str
    name: str
    tiers: tuple[str, ...]
    quarter_spend_fen: int | None = None
    balance_points: int | None = None
    entitlements: tuple[PublishedEntitlement, ...]


class Tiers(Answer):
    """The ladder, lowest rung first."""

    window: Window
    grace_days: Annotated[int, Field(description="A tier is kept so many days after its last one.")]
    warning_days: Annotated[int, Field(description="So many days before the review a member is told; 0: never.")]
    text: Text
    ladder: tuple[Tier, ...]
    unlocks: tuple[PublishedUnlock, ...]
