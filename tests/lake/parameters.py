"""A value for each parameter that a query in a file asks for, by name; of tests and of `make bench-lake`."""

from datetime import date

from loyalty.lake.literals import Value

PARAMETERS: dict[str, Value] = {
    "first_day": date(2024, 1, 1),
    "last_day": date(2026, 11, 22),
    "level": "category",
    "least": 1,
    "share": 5,
    "most": 100,
    "until_day": date(2026, 11, 22),
    "as_of": date(2026, 11, 22),
    "only_agreed": 0,
    "member_id": "",
    "new_since": date(2026, 10, 23),
    "active_since": date(2026, 8, 24),
    "new_days": 30,
    "active_days": 90,
    "dormant_days": 180,
    "dormant_since": date(2026, 5, 26),
    "offer_id": "0b13c6a45f0c3e9a1b7d42e8",
    "days": 30,
    "campaign_id": "5f0c3e9a1b7d42e8a6c40b13",
    "before_first": date(2023, 1, 1),
    "after_last": date(2026, 12, 31),
}
