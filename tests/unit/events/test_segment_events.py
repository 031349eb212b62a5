"""Members entering and leaving segments are told by rows that refreshes wrote, and by no others."""

import json

import pytest

from events.examples import MALL, MEMBER
from events.segment_examples import REFRESH, SEGMENT, SEGMENT_ROWS
from functions.outbox.segments import of_membership_row
from tests.unit.events.reading import as_json


def test_each_row_tells_who_moved_and_by_which_refresh() -> None:
    told = {name: as_json(*of_membership_row(row, MALL)) for name, row in SEGMENT_ROWS.items()}

    assert {name: (event["type"], event["data"].get("cause")) for name, event in told.items()} == {
        "by_the_night": ("SegmentEntered", None),
        "conditions_hold_no_more": ("SegmentLeft", "conditions"),
        "profiling_refused": ("SegmentLeft", "refused"),
    }
    for event in told.values():
        assert (event["subject"], event["member_seq"]) == (MEMBER, 0)
        assert (event["data"]["segment_id"], event["data"]["refresh_id"]) == (SEGMENT, REFRESH)


def test_ids_follow_from_the_row_and_the_refresh_and_never_meet() -> None:
    entered = SEGMENT_ROWS["by_the_night"]
    rows = (*SEGMENT_ROWS.values(), {**entered, "refresh_no": 43}, {**entered, "kind": "another-member"})
    ids = [event.id for row in rows for event in of_membership_row(row, MALL)]

    assert len(set(ids)) == len(rows)
    assert ids == [event.id for row in rows for event in of_membership_row(json.loads(json.dumps(row)), MALL)]


@pytest.mark.parametrize(
    "row",
    [
        {"campaign_id": "members/8c1e2a9b3d4f5a6071829304", "kind": MEMBER, "by": "mei", "at": "2026-11-22"},
        {"campaign_id": f"onlists/{MEMBER}", "kind": SEGMENT, "refresh_id": REFRESH, "refresh_no": 41},
        {"campaign_id": "memberlist/8c1e2a9b3d4f5a6071829304", "kind": "definition", "name": "VIP"},
        {"campaign_id": "running/campaign", "kind": "1", "rule": {}},
    ],
    ids=["a list kept by hand", "the reverse", "a list", "a rule"],
)
def test_rows_that_no_refresh_wrote_mean_nothing(row: dict[str, object]) -> None:
    assert of_membership_row(row, MALL) == []
