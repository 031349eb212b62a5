"""How big and how parallel every function is, in one table.

Memory buys processor: 1,769 MB is one core, and a till waits for the checkout. What nobody waits for is smaller.
Functions behind the gateway are bounded by its throttle and take from the account's pool; consumers of queues are
bounded by their event source, so that a bulk file or a month end never takes the pool away from the tills.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """What one function gets.

    Attributes:
        memory_mb: memory, in MB.
        timeout_s: when a run is given up, in seconds.
        consumers: at most so many copies consume its queue; 2 is the least the service takes.
    """

    memory_mb: int
    timeout_s: int
    consumers: int | None = None


_ANSWERS = Size(memory_mb=512, timeout_s=10)

SIZES: dict[str, Size] = {
    "accounts-api": _ANSWERS,
    "accounts-desk": _ANSWERS,
    "audit-api": Size(memory_mb=1024, timeout_s=25),
    "audit-on-event": Size(memory_mb=256, timeout_s=60, consumers=2),
    "control-alarms-desk": _ANSWERS,
    "control-decisions-desk": _ANSWERS,
    "control-desk": _ANSWERS,
    "control-me": _ANSWERS,
    "control-on-event": Size(memory_mb=256, timeout_s=60, consumers=2),
    "control-on-receipt": Size(memory_mb=512, timeout_s=60, consumers=16),
    "books-daily": Size(memory_mb=512, timeout_s=900),
    "books-estimates-desk": _ANSWERS,
    "books-on-count": Size(memory_mb=512, timeout_s=60, consumers=16),
    # What a segment held when it was killed waits for two timeouts, so they are short.
    "books-on-job": Size(memory_mb=1769, timeout_s=300, consumers=8),
    "books-reports": Size(memory_mb=1769, timeout_s=29),
    "books-tenants-desk": _ANSWERS,
    "books-till": _ANSWERS,
    "campaigns-list-files-desk": Size(memory_mb=512, timeout_s=10),
    "campaigns-lists-desk": _ANSWERS,
    "campaigns-me": _ANSWERS,
    "campaigns-on-alert": Size(memory_mb=512, timeout_s=60, consumers=2),
    "campaigns-on-event": Size(memory_mb=512, timeout_s=60, consumers=2),
    "campaigns-on-job": Size(memory_mb=3008, timeout_s=900, consumers=2),
    "campaigns-on-receipt": Size(memory_mb=512, timeout_s=60, consumers=8),
    "campaigns-reports": _ANSWERS,
    "campaigns-simulations": Size(memory_mb=1024, timeout_s=10),
    "campaigns-staff": _ANSWERS,
    "campaigns-trials-desk": _ANSWERS,
    "coupons-care-desk": _ANSWERS,
    "coupons-daily": Size(memory_mb=512, timeout_s=900),
    "coupons-discounts-desk": _ANSWERS,
    "coupons-jobs-desk": _ANSWERS,
    "coupons-me": _ANSWERS,
    "coupons-on-count": Size(memory_mb=512, timeout_s=60, consumers=4),
    "coupons-on-event": Size(memory_mb=512, timeout_s=60, consumers=8),
    "coupons-on-job": Size(memory_mb=1024, timeout_s=900, consumers=2),
    "coupons-on-page": Size(memory_mb=512, timeout_s=120, consumers=8),
    "coupons-staff": _ANSWERS,
    "coupons-till": Size(memory_mb=1024, timeout_s=10),
    "earn-api": Size(memory_mb=1024, timeout_s=10),
    "earn-imports": _ANSWERS,
    "earn-on-partition": Size(memory_mb=1024, timeout_s=300, consumers=8),
    "earn-on-upload": Size(memory_mb=2048, timeout_s=900, consumers=2),
    "expiry-daily": Size(memory_mb=512, timeout_s=900),
    "expiry-on-page": Size(memory_mb=512, timeout_s=120, consumers=16),
    "insight-alerts-desk": _ANSWERS,
    # Its answers wait for the lake, longer than others may.
    "insight-baskets-desk": Size(memory_mb=512, timeout_s=29),
    "insight-me": _ANSWERS,
    "insight-nightly": Size(memory_mb=256, timeout_s=60),
    # As many at once as a day's sums have rows: more would only wait for each other.
    "insight-on-count": Size(memory_mb=512, timeout_s=60, consumers=4),
    "insight-on-event": Size(memory_mb=256, timeout_s=60, consumers=2),
    # It fits models in plain Python, and reads the figures of millions of members.
    "insight-on-job": Size(memory_mb=1769, timeout_s=900, consumers=2),
    "insight-panels": _ANSWERS,
    "insight-predictions-desk": Size(memory_mb=512, timeout_s=29),
    "insight-recommendations-me": _ANSWERS,
    "insight-reports-desk": Size(memory_mb=512, timeout_s=29),
    "insight-work-desk": _ANSWERS,
    # DuckDB merges some hundred MB of Parquet in memory.
    "lake-daily": Size(memory_mb=256, timeout_s=60),
    "lake-on-compaction": Size(memory_mb=4096, timeout_s=900, consumers=2),
    "lake-on-event": Size(memory_mb=512, timeout_s=60, consumers=8),
    "leaderboard-me": _ANSWERS,
    "leaderboard-on-event": Size(memory_mb=512, timeout_s=60, consumers=16),
    "leaderboard-staff": _ANSWERS,
    "lifecycle-daily": Size(memory_mb=512, timeout_s=900),
    "lifecycle-on-count": Size(memory_mb=512, timeout_s=60, consumers=4),
    "lifecycle-on-event": Size(memory_mb=512, timeout_s=60, consumers=8),
    "lifecycle-on-job": Size(memory_mb=1024, timeout_s=900, consumers=2),
    "lifecycle-on-page": Size(memory_mb=512, timeout_s=120, consumers=8),
    "lifecycle-reports": Size(memory_mb=512, timeout_s=29),
    "lifecycle-simulations-desk": _ANSWERS,
    "lifecycle-staff": _ANSWERS,
    "members-api": _ANSWERS,
    "members-birthdays": Size(memory_mb=512, timeout_s=900),
    "members-desk": _ANSWERS,
    "members-family-api": _ANSWERS,
    "members-wechat-api": Size(memory_mb=512, timeout_s=20),
    "members-imports": _ANSWERS,
    "members-on-partition": Size(memory_mb=1024, timeout_s=300, consumers=8),
    "members-on-upload": Size(memory_mb=2048, timeout_s=900, consumers=2),
    "notices-me": _ANSWERS,
    "notices-hourly": Size(memory_mb=512, timeout_s=900),
    "notices-on-callback": _ANSWERS,
    "notices-on-count": Size(memory_mb=512, timeout_s=60, consumers=4),
    "notices-on-event": Size(memory_mb=512, timeout_s=60, consumers=8),
    # How many at once call the providers, which take only so many messages a second.
    # What a broadcast held when it was killed waits for two timeouts, so they are short.
    "notices-on-job": Size(memory_mb=1024, timeout_s=300, consumers=4),
    "notices-on-page": Size(memory_mb=512, timeout_s=120, consumers=4),
    # A receipt may be faster than our own row: it has to come again soon, and the queue waits for two timeouts.
    "notices-on-receipt": Size(memory_mb=256, timeout_s=15, consumers=4),
    "notices-on-sms-log": Size(memory_mb=256, timeout_s=60),
    "notices-reports": Size(memory_mb=512, timeout_s=20),
    # A test asks a provider for a token, and then to take the message.
    "notices-staff": Size(memory_mb=512, timeout_s=29),
    "outbox-on-change": Size(memory_mb=512, timeout_s=60),
    "outbox-republish": Size(memory_mb=512, timeout_s=900),
    "program-api": _ANSWERS,
    "program-on-deploy": Size(memory_mb=256, timeout_s=30),
    "program-versions": _ANSWERS,
    "redeem-api": _ANSWERS,
    "redeem-handovers": _ANSWERS,
    "redeem-me": _ANSWERS,
    "redeem-on-job": Size(memory_mb=1024, timeout_s=900, consumers=2),
    "redeem-rewards": _ANSWERS,
    "redeem-stock-desk": _ANSWERS,
    "segments-members-desk": _ANSWERS,
    "segments-nightly": Size(memory_mb=256, timeout_s=60),
    "segments-on-alert": Size(memory_mb=512, timeout_s=60, consumers=2),
    "segments-on-event": Size(memory_mb=256, timeout_s=60, consumers=2),
    # It compares the results of ten million members in 40 seconds; as many copies move members at once. What a part
    # held when it was killed waits for two timeouts, so they are short.
    "segments-on-job": Size(memory_mb=1769, timeout_s=300, consumers=16),
    "segments-rfm-desk": Size(memory_mb=512, timeout_s=29),
    "segments-staff": _ANSWERS,
    "segments-work-desk": _ANSWERS,
    "survey-analyses-desk": _ANSWERS,
    "survey-answers-desk": _ANSWERS,
    "survey-findings-desk": _ANSWERS,
    "survey-hourly": Size(memory_mb=512, timeout_s=900),
    "survey-improvements": _ANSWERS,
    "survey-jobs-desk": _ANSWERS,
    "survey-links": _ANSWERS,
    "survey-me": _ANSWERS,
    "survey-on-answer": Size(memory_mb=512, timeout_s=60, consumers=4),
    "survey-on-campaign": Size(memory_mb=512, timeout_s=60, consumers=8),
    "survey-on-count": Size(memory_mb=512, timeout_s=60, consumers=2),
    "survey-on-event": Size(memory_mb=512, timeout_s=60, consumers=8),
    "survey-on-job": Size(memory_mb=1024, timeout_s=900, consumers=2),
    "survey-on-page": Size(memory_mb=512, timeout_s=120, consumers=8),
    "survey-page": _ANSWERS,
    "survey-reports": _ANSWERS,
    "survey-staff": _ANSWERS,
    "tenants-api": _ANSWERS,
    "tenants-authorizer": _ANSWERS,
    "tiers-desk": _ANSWERS,
    "tiers-me": _ANSWERS,
    "tiers-till": _ANSWERS,
    "transfer-api": _ANSWERS,
}
