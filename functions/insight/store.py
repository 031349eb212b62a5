"""The insight table: where every row of the capability lies.

(funnel/<by>/<yymmdd>/<shard>, "sums")      what happened to coupons on a mall-local day, `<figure>@<group>`
(traffic/<by>/<yymmdd>/<shard>, "sums")     what was bought, earned and spent, and who came, in the same way
(attention/kind/<yymmdd>/<shard>, "sums")   what was seen, clicked and used, by kind of thing
(attention/<kind>/<ref>, <yymmdd>/<shard>)  the same of one coupon template, campaign or reward
(seen/<event id>, "seen")                   an event that was counted
(activity/<member>, batch/<instant>/<digest>)  looks and clicks of a member, as they were sent; gone after 30 days
(limit/<digest>, "limit")                   how often somebody sent some (`loyalty.limits`)
(alert/average_receipt, <week>/<group>)     a group's average receipt fell for weeks; means `AverageReceiptFell`
(document/<name>, "newest")                 what a night found; quotes read one (`loyalty.additions`)
(job/<id>, "job")                           refreshes and fits, 90 days (`loyalty.jobs`)

Predictions, baskets and reports keep their rows under names of their own.
"""

from loyalty.limits import Counters
from loyalty.settings import setting

SUMS, SEEN = "sums", "seen"
SHARDS = 4
"""A day's sums of a panel lie over so many rows, as many as consumers may write at once."""


def table() -> str:
    """Return the insight table's name."""
    return setting("INSIGHT_TABLE")


def key(insight_id: str, kind: str) -> dict[str, str]:
    """Return a row's key."""
    return {"insight_id": insight_id, "kind": kind}


def counters() -> Counters:
    """Return where uses are counted against their limits."""
    return Counters(table(), "insight_id")
