"""The rules of segments, told by a few members each: who counts, from when, and what is not known."""

from datetime import date, timedelta
from typing import Any

import pytest

from functions.segments.compiling import membership_query, preview_query, segments_in
from functions.segments.conditions import condition_of
from functions.segments.frame import Frame, Profiling
from tests.lake.engine import Engine

TODAY = date(2026, 11, 22)
FRAME = Frame(TODAY, "regular")
EVERYBODY = {"about": "joined", "days_at_least": 0}


class Rows:
    """Writes rows of few words; every event is another one."""

    def __init__(self, lake: Engine) -> None:
        self.lake, self.made = lake, 0

    def put(self, table: str, member: str, day: date, **columns: Any) -> None:
        self.made += 1
        base = {"event_id": f"e{self.made}", "member_id": member, "biz_date": day, "biz_hour": 12}
        self.lake.put(table, [base | columns])

    def enrolled(self, *members: str, day: date = date(2025, 1, 1), status: str = "active") -> None:
        for member in members:
            self.about(member, "enrolled", day, status=status, channel="app", member_kind="person")

    def about(self, member: str, what: str, day: date, **columns: Any) -> None:
        told = {"seq": 0, "at": f"{day}T02:00:00.000Z"} | columns
        self.put("members", member, day, what=what, **told)

    def bought(self, member: str, *ago: int, paid: int = 10_000, **columns: Any) -> None:
        for days in ago:
            self.put("receipts", member, TODAY - timedelta(days=days), paid=paid, tenant_id="a", **columns)


@pytest.fixture
def rows(lake: Engine) -> Rows:
    return Rows(lake)


def members(lake: Engine, definition: dict[str, Any], frame: Frame = FRAME) -> str:
    found = lake.query(membership_query([condition_of(definition)], frame))
    assert all(segments_in(row) == (0,) for row in found)
    return " ".join(row["member_id"] for row in found)


def test_whoever_refused_to_be_profiled_is_in_no_segment(lake: Engine, rows: Rows) -> None:
    rows.enrolled("refused", "silent", "granted", "changed")
    rows.about("refused", "profiled", TODAY, profiling="refused")
    rows.about("granted", "profiled", TODAY, profiling="granted")
    rows.about("changed", "profiled", date(2025, 5, 1), profiling="granted")
    rows.about("changed", "profiled", date(2026, 5, 1), profiling="refused")
    assert members(lake, EVERYBODY) == "granted silent"
    assert members(lake, EVERYBODY, Frame(TODAY, "regular", profiling=Profiling.GRANTED)) == "granted"


def test_what_was_withdrawn_or_erased_later_is_not_looked_back_at(lake: Engine, rows: Rows) -> None:
    rows.enrolled("refused", "erased", "left", "stays")
    rows.about("refused", "profiled", TODAY, profiling="refused")
    rows.about("erased", "erased", TODAY)
    rows.about("left", "status", TODAY, status="erased")
    before = Frame(TODAY - timedelta(days=30), "regular")
    assert members(lake, EVERYBODY, before) == "left stays"
    assert members(lake, EVERYBODY) == "stays"


def test_applicants_and_strangers_are_no_members(lake: Engine, rows: Rows) -> None:
    rows.enrolled("member", "frozen")
    rows.enrolled("applicant", status="awaiting_approval")
    rows.enrolled("approved", status="awaiting_approval")
    rows.about("approved", "status", TODAY, status="active")
    rows.about("frozen", "status", TODAY, status="frozen")
    rows.bought("stranger", 1)
    assert members(lake, EVERYBODY) == "approved frozen member"
    assert members(lake, {"about": "status", "in": ["frozen"]}) == "frozen"


def test_a_day_in_the_past_knows_nothing_of_what_followed(lake: Engine, rows: Rows) -> None:
    rows.enrolled("old")
    rows.enrolled("young", day=TODAY)
    rows.about("old", "tier", date(2026, 1, 1), tier="silver")
    rows.about("old", "tier", TODAY, tier="gold")
    rows.bought("old", 0, 200)
    yesterday = Frame(TODAY - timedelta(days=1), "regular")
    assert members(lake, {"about": "tier", "in": ["gold"]}) == "old"
    assert members(lake, {"about": "tier", "in": ["silver"]}, yesterday) == "old"
    assert members(lake, {"about": "visits", "at_most": 1}, yesterday) == "old"
    assert members(lake, {"about": "tier", "in": ["regular"]}) == "young"


def test_a_receipt_that_comes_late_changes_the_tier_last_whatever_day_it_is_of(lake: Engine, rows: Rows) -> None:
    rows.enrolled("late")
    for seq, ago, tier in ((1, 12, "silver"), (2, 2, "gold"), (3, 5, "platinum")):
        rows.about("late", "tier", TODAY - timedelta(days=ago), seq=seq, tier=tier)
    found = {}
    for ago in (0, 2, 3, 5, 6, 12, 13):
        frame = Frame(TODAY - timedelta(days=ago), "regular")
        tiers = ("regular", "silver", "gold", "platinum")
        found[ago] = [one for one in tiers if members(lake, {"about": "tier", "in": [one]}, frame)]
    late = ["platinum"]
    assert found == {0: late, 2: late, 3: late, 5: late, 6: ["silver"], 12: ["silver"], 13: ["regular"]}


def test_a_tier_that_never_changed_is_known_from_movements_or_from_enrolling(lake: Engine, rows: Rows) -> None:
    rows.enrolled("changed", "moved", "silent")
    rows.about("began", "enrolled", date(2025, 1, 1), status="active", tier="gold")
    rows.about("changed", "tier", date(2026, 1, 1), tier="silver")
    for member, seq, tier in (("changed", 1, "gold"), ("moved", 1, "silver"), ("moved", 2, "gold")):
        rows.put("points", member, TODAY, reason_no=1, member_seq=seq, balance=0, tier=tier)
    assert members(lake, {"about": "tier", "in": ["gold"]}) == "began moved"
    assert members(lake, {"about": "tier", "in": ["silver"]}) == "changed"
    assert members(lake, {"about": "tier", "in": ["regular"]}) == "silent"


def test_a_window_ends_with_the_day_itself_and_has_so_many_days(lake: Engine, rows: Rows) -> None:
    rows.enrolled("first", "last", "before")
    rows.bought("last", 0)
    rows.bought("first", 29)
    rows.bought("before", 30)
    assert members(lake, {"about": "visits", "days": 30, "at_least": 1}) == "first last"


def test_stages_begin_and_end_on_their_days(lake: Engine, rows: Rows) -> None:
    rows.enrolled(
        "a-potential", "b-new", "c-new-end", "d-active", "e-active-end", "f-dormant", "g-dormant-end", "h-lost"
    )
    for member, ago in (("b-new", [0]), ("c-new-end", [30]), ("d-active", [31]), ("e-active-end", [90])):
        rows.bought(member, *ago)
    for member, ago in (("f-dormant", [91, 400]), ("g-dormant-end", [180]), ("h-lost", [181])):
        rows.bought(member, *ago)
    in_stage = {name: members(lake, {"about": "stage", "in": [name]}) for name in ("potential", "new", "active")}
    assert in_stage == {"potential": "a-potential", "new": "b-new c-new-end", "active": "d-active e-active-end"}
    assert members(lake, {"about": "stage", "in": ["dormant"]}) == "f-dormant g-dormant-end"
    assert members(lake, {"about": "stage", "in": ["lost"]}) == "h-lost"


def test_equal_members_share_a_quintile(lake: Engine, rows: Rows) -> None:
    names = [f"m{number}" for number in range(10)]
    rows.enrolled(*names, "never")
    for member in names:
        rows.bought(member, *([5] if member < "m8" else [5, 5]), paid=100)
    assert members(lake, {"about": "rfm", "f": [1]}) == " ".join(names[:8])
    assert members(lake, {"about": "rfm", "f": [5]}) == "m8 m9"
    assert members(lake, {"about": "rfm", "r": [1]}) == " ".join(names)
    assert members(lake, {"about": "rfm", "f": [2, 3, 4]}) == ""


def test_a_return_lessens_the_spend_and_not_the_visits(lake: Engine, rows: Rows) -> None:
    rows.enrolled("kept", "returned")
    rows.bought("kept", 10)
    rows.bought("returned", 10)
    rows.put("returns", "returned", TODAY, tenant_id="a", money_back=10_000)
    assert members(lake, {"about": "spend", "at_least": 1}) == "kept"
    assert members(lake, {"about": "spend", "at_least": 1, "tenants": ["a"]}) == "kept"
    assert members(lake, {"about": "visits", "at_least": 1}) == "kept returned"


def test_a_visit_for_certain_goods_is_a_receipt_and_not_a_line(lake: Engine, rows: Rows) -> None:
    rows.enrolled("once", "twice")
    for number, (event, member) in enumerate([("x", "once"), ("y", "twice"), ("z", "twice")]):
        for line_no in (1, 2):
            line = {"event_id": event, "line_no": line_no, "category": "toys", "net": 100}
            rows.put("lines", member, TODAY - timedelta(days=number), **line)
    assert members(lake, {"about": "visits", "at_least": 2, "categories": ["toys"]}) == "twice"
    assert members(lake, {"about": "spend", "at_most": 200, "categories": ["toys"]}) == "once"


def test_what_is_not_known_holds_in_no_leaf_and_so_holds_negated(lake: Engine, rows: Rows) -> None:
    rows.enrolled("told", "silent")
    rows.about("told", "profiled", TODAY, profiling="granted", birth_year=1990)
    for asked in (
        {"about": "age", "at_most": 150},
        {"about": "recency", "at_most": 3000},
        {"about": "survey", "dimension": "ease", "average_at_least": 0},
        {"about": "rfm", "r": [1, 2, 3, 4, 5]},
    ):
        assert "silent" not in members(lake, asked)
        assert "silent" in members(lake, {"not": asked})
    assert members(lake, {"about": "age", "at_least": 36, "at_most": 36}) == "told"


def test_a_preview_shows_the_figures_behind_a_member(lake: Engine, rows: Rows) -> None:
    rows.enrolled("m")
    rows.bought("m", 3, 9, paid=7_000)
    rows.put("surveys", "m", TODAY, score_no=1, what="answered", dimension="ease", score=8)
    rows.put("surveys", "m", TODAY, score_no=1, what="answered", dimension="ease", score=7)
    asked = [
        {"about": "spend", "days": 90, "at_least": 1},
        {"about": "recency", "at_most": 30},
        {"about": "rfm", "r": [1]},
        {"about": "survey", "dimension": "ease", "average_at_least": "7.5"},
    ]
    preview = preview_query(condition_of({"all": asked}), FRAME)
    (row,) = lake.query(preview.sql)
    assert row["size"] == "1"
    shown = {figure.unit: row[name] for name, figure in preview.shown.items()}
    assert shown == {"fen": "14000", "day": "2026-11-19", "quintiles": "111", "tenths": "75"}
    assert [figure.leaf for figure in preview.shown.values()] == asked


def test_a_segment_of_nobody_has_no_rows(lake: Engine) -> None:
    assert lake.query(preview_query(condition_of(EVERYBODY), FRAME).sql) == []
    assert members(lake, EVERYBODY) == ""


def test_a_child_grows_from_segment_to_segment_and_no_row_is_written(lake: Engine, rows: Rows) -> None:
    rows.enrolled("toddler", "pupil", "adult", "spouse")
    for member, family in {"toddler": "|child_2024|spouse|", "pupil": "|child_2016|", "adult": "|child|"}.items():
        rows.about(member, "profiled", TODAY, profiling="granted", family=family)
    rows.about("spouse", "profiled", TODAY, profiling="granted", family="|spouse|")

    def found(*words: str, year: int = 2026) -> str:
        return members(lake, {"about": "family", "any_of": list(words)}, Frame(date(year, 11, 22), "regular"))

    assert found("child_0_3") == "toddler"
    assert found("child_4_12") == "pupil"
    assert found("child_4_12", year=2029) == "toddler"
    assert found("child") == "adult pupil toddler"
    assert found("child", year=2034) == "adult toddler"
    assert found("spouse", "child_10_10") == "pupil spouse toddler"
