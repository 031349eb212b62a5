"""What a member sees of campaigns (requirements A1)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from functions.campaigns import showing, wording
from functions.campaigns.phases import Phase
from functions.campaigns.showing import Announced
from loyalty.clock import zone
from loyalty.earning.rule import Windows
from loyalty.http import Answer
from loyalty.settings import time_zone

_HOUR = 60
_CAMPAIGN: dict[str, Any] = {
    "campaign_id": "5f0c3e9a1b7d42e8a6c40b13",
    "name": "餐饮夜市双倍积分",
    "description": "每周五、六晚，到店用餐积分翻倍。",
    "phase": "running",
    "from": "2026-12-01T00:00:00+08:00",
    "until": "2027-01-01T00:00:00+08:00",
    "days": ["2026-12-04", "2026-12-05", "2026-12-11"],
    "hours": {"from": "18:00", "until": "22:00"},
    "birthday": None,
    "anniversary": False,
    "first_purchase": False,
    "gives": ["2 倍积分"],
    "at_least_fen": None,
    "tenants": [],
    "categories": ["dining"],
    "brands": [],
}


class CampaignHours(Answer):
    """Wall-clock times of the mall; a campaign whose `from` is later than its `until` passes midnight."""

    model_config = ConfigDict(populate_by_name=True)

    starts: str = Field(alias="from")
    until: str


class OwnCampaign(Answer):
    """A campaign that is announced (warm_up) or runs, open to the member.

    Attributes:
        days: the next days it falls on, within two months; null: every day of its window.
        birthday: whether it is for the member's birthday month, or the birthday itself.
        gives: sentences, one for each thing it gives.
        at_least_fen: what the lines that count must come to; tenants, categories, brands: which lines count; none: all.
    """

    model_config = ConfigDict(populate_by_name=True, json_schema_extra={"examples": [_CAMPAIGN]})

    campaign_id: str
    name: str
    description: str
    phase: Phase
    starts: str = Field(alias="from")
    until: str
    days: tuple[str, ...] | None
    hours: CampaignHours | None
    birthday: Literal["month", "day"] | None
    anniversary: bool
    first_purchase: bool
    gives: tuple[str, ...]
    at_least_fen: int | None
    tenants: tuple[str, ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]


class OwnCampaignsAnswer(Answer):
    """A page of campaigns."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_CAMPAIGN], "next": None}]})

    items: tuple[OwnCampaign, ...]
    next: str | None = None


def own_campaign(announced: Announced, now: datetime, language: str) -> OwnCampaign:
    """Return a campaign as a member sees it, in `zh` or `en`."""
    rule, is_english = announced.rule, language == "en"
    asked, place = rule.conditions, zone(time_zone())
    return OwnCampaign(
        campaign_id=rule.campaign_id,
        name=rule.name_en if is_english else rule.name_zh,
        description=announced.description_en if is_english else announced.description_zh,
        phase=announced.phase(now),
        starts=rule.starts.astimezone(place).isoformat(),
        until=rule.until.astimezone(place).isoformat(),
        days=showing.next_days(rule, now),
        hours=_hours(asked.windows),
        birthday="month" if asked.windows.birthday == "month" else ("day" if asked.windows.birthday else None),
        anniversary=asked.windows.anniversary,
        first_purchase=asked.first_purchase,
        gives=wording.gives(rule, announced.coupons, language),
        at_least_fen=asked.at_least,
        tenants=_sorted(asked.scope.tenants),
        categories=_sorted(asked.scope.categories),
        brands=_sorted(asked.scope.brands),
    )


def _hours(windows: Windows) -> CampaignHours | None:
    if windows.minutes is None:
        return None
    starts, until = (f"{minutes // _HOUR:02d}:{minutes % _HOUR:02d}" for minutes in windows.minutes)
    return CampaignHours(starts=starts, until=until)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
