"""The group of an alert becomes a segment, once, where none that ships is it (requirement I3)."""

from datetime import UTC, datetime
from typing import Any

import pytest

from functions.segments import definitions, on_alert
from functions.segments.definitions import TooManySegmentsError
from functions.segments.segment import Segment, shipped_segments
from loyalty.win_back import AUTHOR, segment_id_for, segment_key
from tests.functions.campaigns.test_win_back import GOLD, hear, of
from tests.functions.segments.office import Lake, everything, members_in, refreshed, send

pytestmark = pytest.mark.usefixtures("members")


def of_the_mall() -> list[dict[str, Any]]:
    """The segments that have a row, by nobody of the staff."""
    return [row for row in everything("segments") if row["kind"] == "definition" and row["maker"] == "system"]


@pytest.mark.parametrize(
    ("kind", "group", "condition"),
    [
        ("tier", "gold", {"about": "tier", "in": ["gold"]}),
        ("category", "men's wear", {"about": "visits", "at_least": 1, "days": 365, "categories": ["men's wear"]}),
    ],
)
def test_a_tier_and_a_category_are_defined_under_the_id_that_the_alert_names(
    kind: str, group: str, condition: dict[str, Any]
) -> None:
    fell = of(kind, group)
    assert hear(fell, on_alert) == []
    answer = send(f"GET /segments/{fell['data']['segment_id']}").body
    assert {name: value for name, value in answer["definition"]["condition"].items() if value} == condition
    assert len(of_the_mall()) == 1


@pytest.mark.parametrize(("kind", "group"), [("stage", "lost"), ("segment", "rfm_champions")])
def test_what_ships_is_not_defined_again(kind: str, group: str) -> None:
    assert segment_id_for(kind, group) in shipped_segments()
    assert hear(of(kind, group), on_alert) == []
    assert of_the_mall() == []


def test_another_fall_of_the_group_finds_its_segment_also_where_a_marketer_changed_it() -> None:
    hear(GOLD, on_alert)
    segment_id = GOLD["data"]["segment_id"]
    assert send(f"PATCH /segments/{segment_id}", {"name_zh": "金卡会员"}).status == 200
    before = everything("segments")
    assert [hear(GOLD, on_alert), hear({**GOLD, "subject": "another-fall"}, on_alert)] == [[], []]
    assert everything("segments") == before


def test_a_segment_of_another_edition_stands() -> None:
    older = Segment.model_validate({"name_zh": "金", "condition": {"about": "tier", "in": ["gold", "diamond"]}})
    definitions.create(older, AUTHOR, segment_key("tier", "gold"), datetime(2026, 11, 1, tzinfo=UTC))
    before = everything("segments")
    assert hear(GOLD, on_alert) == []
    assert everything("segments") == before


@pytest.mark.parametrize(("kind", "group"), [("tier", "Gold!"), ("category", "a|b"), ("moon", "full")])
def test_what_no_condition_can_name_is_dropped_and_not_tried_for_ever(kind: str, group: str) -> None:
    fell = {**GOLD, "data": {**GOLD["data"], "group_kind": kind, "group": group}}
    assert hear(fell, on_alert) == []
    assert of_the_mall() == []


def test_a_mall_full_of_segments_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "MOST_SEGMENTS", 1)
    with pytest.raises(TooManySegmentsError):
        definitions._require_room()
    assert hear(GOLD, on_alert) == []
    assert of_the_mall() == []


def test_a_refresh_finds_who_bought_the_category(lake: Lake, nothing_shipped: None) -> None:
    lake.bought("member-anna")
    bought = lake.rows["receipts"][0]
    once = {name: bought[name] for name in ("event_id", "member_id", "biz_date", "biz_hour", "tenant_id", "channel")}
    lake.add("lines", **once, line_no=1, category="toys", sku="S", quantity=1, amount=1, net=1)
    fell = of("category", "toys")
    hear(fell, on_alert)
    refreshed()
    assert members_in(fell["data"]["segment_id"]) == ["member-anna"]
