"""Which columns tell the rows of a table of the lake apart, so that a row that arrives twice is known again.

The day it happened never changes, so it may be among them: then engines look at a condition on the day before they
group, and leave out the files of other days (ADR 0905).
"""

KEYS: dict[str, tuple[str, ...]] = {
    "events": ("event_id", "biz_date"),
    "receipts": ("event_id", "biz_date"),
    "lines": ("event_id", "line_no", "biz_date"),
    "returns": ("event_id", "biz_date"),
    "points": ("event_id", "reason_no", "biz_date"),
    "coupons": ("event_id", "biz_date"),
    "surveys": ("event_id", "score_no", "biz_date"),
    "members": ("event_id", "what", "biz_date"),
    "campaigns": ("event_id", "part_no", "biz_date"),
    "activity": ("event_id", "action_no", "biz_date"),
    "segments": ("event_id", "biz_date"),
    "gifts": ("event_id", "biz_date"),
}
