"""The days of a campaign, and those it is compared with (requirement I4). Pure."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from loyalty.clock import local_date
from loyalty.earning.rule import Rule
from loyalty.errors import ConflictError


class CampaignNotBegunError(ConflictError):
    """The campaign was never published, or its first day is not there yet."""

    code = "campaign_not_begun"
    zh = "活动尚未开始，还没有效果报告。"
    en = "The campaign has not begun; there is nothing to report yet."


class Published(NamedTuple):
    """A campaign that was published: its rule, and the first instant it was over."""

    rule: Rule
    until: datetime


class Periods(NamedTuple):
    """The days of a campaign and those it is compared with; both ends of each belong to it.

    Attributes:
        before_first: the first day of the period before, which ends the day before `first`.
        last: the campaign's last day, or today while it runs.
        after_last: the last day of the period after, which follows `last`; `last` where there is none yet.
        whole_after: whether the period after is as long as it shall be.
    """

    before_first: date
    first: date
    last: date
    after_last: date
    whole_after: bool


def periods(campaign: Published, today: date, zone_name: str) -> Periods:
    """Return the periods of a campaign as far as they have gone.

    Before is as long as the campaign so far, after as long as the whole campaign.

    Args:
        today: the mall-local day; `zone_name` the mall's IANA time zone.

    Raises:
        CampaignNotBegunError: its first day is not there yet.
    """
    first = local_date(campaign.rule.starts, zone_name)
    until = max(first, local_date(campaign.until - timedelta(microseconds=1), zone_name))
    if today < first:
        raise CampaignNotBegunError
    last = min(until, today)
    length = timedelta(days=(last - first).days + 1)
    after_last = min(last + length, today) if today > until else last
    return Periods(first - length, first, last, after_last, after_last == last + length)
