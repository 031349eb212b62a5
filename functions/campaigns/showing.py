"""What a member sees of campaigns: those announced and those that run, open to them (requirements A1: warm-up).

Publication announces a campaign; what was published is remembered for half a minute, because everybody looks and
nothing is decided on it. Lists are asked about and never told: who is on none of a campaign's lists does not see it,
nor does who is kept out of it to be compared with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from datetime import time as wall_clock

from functions.campaigns import publication
from functions.campaigns.phases import Phase, phase_of
from loyalty import dynamo
from loyalty.accounts import Account
from loyalty.catalogue import OfferState
from loyalty.clock import local_date, zone
from loyalty.earning import running
from loyalty.earning.control import keeps_out
from loyalty.earning.rule import Rule
from loyalty.earning.state import list_key
from loyalty.earning.windows import hold
from loyalty.remembering import HALF_A_MINUTE, kept_for
from loyalty.settings import time_zone
from loyalty.stock import MOST_KEYS

SEEN_AHEAD = 62
"""Days ahead in which a campaign's next days are looked for."""
MOST_DAYS = 3
VISIBLE = frozenset({Phase.WARM_UP, Phase.RUNNING})


@dataclass(frozen=True, slots=True)
class Announced:
    """A published campaign; `coupons` are names by template, Chinese and English."""

    rule: Rule
    description_zh: str
    description_en: str
    coupons: Mapping[str, tuple[str, str]]

    def phase(self, now: datetime) -> Phase:
        """Return where it stands at an instant."""
        return phase_of(OfferState.PUBLISHED, self.rule.starts, self.rule.until, now)


def visible(account: Account, tier: str, now: datetime, limit: int, after: str) -> tuple[list[Announced], str | None]:
    """Return up to `limit` campaigns this member may take part in, and the id after which the next page starts."""
    found = [one for one in _announced() if one.phase(now) in VISIBLE]
    open_ones = [one for one in found if one.rule.campaign_id > after and _is_for(one.rule, account, tier)]
    on = _lists_of(account, (name for one in open_ones for name in one.rule.conditions.lists))
    mine = [one for one in open_ones if not one.rule.conditions.lists or on & one.rule.conditions.lists]
    return mine[:limit], mine[limit - 1].rule.campaign_id if len(mine) > limit else None


def next_days(rule: Rule, now: datetime) -> tuple[str, ...] | None:
    """Return the next mall-local days a campaign falls on, ISO dates; None where it is every day of its window."""
    windows = rule.conditions.windows
    if windows.recurrence is None and windows.dates is None:
        return None
    place, all_day = zone(time_zone()), replace(windows, minutes=None)
    first = max(local_date(now, time_zone()), local_date(rule.starts, time_zone()))
    last = local_date(rule.until - timedelta(microseconds=1), time_zone())
    days = (first + timedelta(days=n) for n in range(min(SEEN_AHEAD, (last - first).days + 1)))
    noon = wall_clock(12)
    found = (day for day in days if hold(all_day, rule.starts, datetime.combine(day, noon, place)))
    return tuple(day.isoformat() for day, _ in zip(found, range(MOST_DAYS), strict=False))


def _is_for(rule: Rule, account: Account, tier: str) -> bool:
    asked = rule.conditions
    if keeps_out(rule, account.member_id):
        return False
    if asked.channels and "till" not in asked.channels:
        return False
    if asked.first_purchase and account.first_on is not None:
        return False
    return not asked.tiers or tier in asked.tiers


def _lists_of(account: Account, list_ids: Iterable[str]) -> frozenset[str]:
    """Return those of some lists that a member is on."""
    wanted = tuple(dict.fromkeys(list_ids))
    found: set[str] = set()
    for first in range(0, len(wanted), MOST_KEYS):
        some: Sequence[str] = wanted[first : first + MOST_KEYS]
        rows = dynamo.batch_get(*((running.table(), list_key(one, account.member_id)) for one in some))
        found |= {one for one, row in zip(some, rows, strict=True) if row}
    return frozenset(found)


@kept_for(HALF_A_MINUTE)
def _announced() -> tuple[Announced, ...]:
    """Return the published campaigns in order of id."""
    offers = (offer for offer in publication.catalogue().everything() if offer.state is OfferState.PUBLISHED)
    return tuple(
        Announced(
            rule=rule,
            description_zh=offer.definition.get("description_zh", ""),
            description_en=offer.definition.get("description_en", ""),
            coupons={name: (zh, en) for name, (zh, en) in (offer.facts or {}).get(publication.COUPONS, {}).items()},
        )
        for offer in offers
        if (rule := publication.rule_of(offer))
    )
