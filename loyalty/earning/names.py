"""What campaigns are called, by id: entries store ids, never text."""

from collections.abc import Iterable
from itertools import batched

from loyalty.earning import running

MOST_AT_ONCE = 100
"""As many as one reading takes; all of a member's years may speak of more."""


def names(campaign_ids: Iterable[str], language: str) -> dict[str, str]:
    """Return the names of campaigns in `zh` or `en`, running or not; a campaign nobody knows is missing."""
    wanted = dict.fromkeys(campaign_ids)
    rules = [rule for some in batched(wanted, MOST_AT_ONCE, strict=False) for rule in running.find(some).values()]
    return {rule.campaign_id: rule.name_en if language == "en" else rule.name_zh for rule in rules}
