"""Rows of members entering and leaving segments, as refreshes write them."""

from events.examples import MEMBER
from loyalty.dynamo import Item

REFRESH = "0f6b4c1d2e3a59788796a5b4c3d2e1f0"
SEGMENT = "rfm_at_risk"


def _row(partition: str, refresh_no: int, at: str, **more: object) -> Item:
    return {
        "campaign_id": f"{partition}/{SEGMENT}",
        "kind": MEMBER,
        "refresh_id": REFRESH,
        "refresh_no": refresh_no,
        "segment_seq": 1,
        "as_of": at[:10],
        "at": at,
        "recorded_at": at,
        "origin": "schedule",
        "correlation_id": "0b6f6a3e-1111-4222-8333-444455556666",
        **more,
    }


SEGMENT_ROWS: dict[str, Item] = {
    "by_the_night": _row("members", 41, "2026-11-21T04:20:31.000Z"),
    "conditions_hold_no_more": _row("left", 42, "2026-11-22T04:20:29.000Z", cause="conditions", ttl=1_795_926_029),
    "profiling_refused": _row(
        "left", 41, "2026-11-21T09:12:00.000Z", cause="refused", ttl=1_795_857_120, origin="member"
    ),
}
"""New rows of the campaigns table, by what happened."""
