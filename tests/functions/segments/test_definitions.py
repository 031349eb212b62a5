"""Segments as marketers make, change and archive them; those that ship; previews of what they would find."""

from datetime import date
from typing import Any

import pytest

from functions.campaigns import lists
from functions.outbox.definitions import of_definition
from functions.segments.shipped import SHIPPED
from tests.functions.campaigns.desk import NOW
from tests.functions.segments.athena import Athena
from tests.functions.segments.office import (
    AUDITOR,
    BOUGHT,
    MARKETER,
    OPERATOR,
    SPENT_MUCH,
    Lake,
    decided,
    everything,
    made,
    pump,
    refreshed,
    send,
)

pytestmark = pytest.mark.usefixtures("office")


def wish(**changes: Any) -> dict[str, Any]:
    return {"name_zh": "买过", "condition": BOUGHT, **changes}


def test_a_segment_is_made_once_and_says_what_it_was_asked_for() -> None:
    first = send("POST /segments", wish(description="试"), key="key-1")
    assert (first.status, first.headers["location"]) == (201, f"/segments/{first.body['segment_id']}")
    assert first.body["definition"]["condition"]["about"] == "visits"
    assert (first.body["state"], first.body["version"], first.body["shipped"]) == ("active", 1, False)
    before = everything("segments")
    again = send("POST /segments", wish(description="试"), key="key-1")
    assert (again.body, again.headers["idempotent-replayed"]) == (first.body, "true")
    assert send("POST /segments", wish(), key="key-1").code == "idempotency_key_reused"
    assert everything("segments") == before


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"condition": BOUGHT, "list_id": "0" * 24},
        {"condition": {"about": "weather"}},
        {"condition": {"about": "visits"}},
        {"condition": {"all": []}},
        {"condition": BOUGHT, "colour": "red"},
        {"list_id": "0" * 24},
        {"condition": {"all": [{"about": "interest", "any_of": [f"{n:064}" for n in range(99)]}] * 5}},
    ],
)
def test_a_segment_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    answer = send("POST /segments", {"name_zh": "x", **wrong}, key="key-1")
    assert (answer.status, everything("segments")) == (400, [])


def test_a_segment_of_more_words_than_a_query_holds_is_refused_before_it_spoils_every_night() -> None:
    words = [[chr(0x4E00 + leaf * 80 + word) for word in range(80)] for leaf in range(43)]
    wish = {"name_zh": "兴趣广泛", "condition": {"any": [{"about": "interest", "any_of": some} for some in words]}}
    assert send("POST /segments", wish, key="key-1").status == 400
    assert send("POST /segments/previews", {"condition": wish["condition"]}, key="key-1").status == 400


def test_only_marketers_write_and_all_staff_read() -> None:
    segment_id = made()
    for route in ("POST /segments", f"PATCH /segments/{segment_id}", f"POST /segments/{segment_id}/archivals"):
        assert send(route, wish(), OPERATOR, "key-2").status == 403
    for caller in (MARKETER, OPERATOR, AUDITOR):
        assert send(f"GET /segments/{segment_id}", caller=caller).status == 200
        assert send("GET /segments", caller=caller).status == 200
    assert send("GET /segments/nobody_knows", caller=AUDITOR).status == 404


def test_a_change_replaces_what_it_names_and_minds_the_version_that_was_looked_at() -> None:
    segment_id = made()
    answer = send(f"PATCH /segments/{segment_id}", {"condition": SPENT_MUCH, "version": 1})
    assert (answer.body["version"], answer.body["definition"]["condition"]["about"]) == (2, "spend")
    assert answer.body["definition"]["name_zh"] == "买过"
    assert send(f"PATCH /segments/{segment_id}", {"name_zh": "新", "version": 1}).code == "changed_meanwhile"
    assert send(f"PATCH /segments/{segment_id}", {"condition": SPENT_MUCH}).body["version"] == 2
    assert send(f"PATCH /segments/{segment_id}", {"condition": None}).status == 400
    assert send(f"PATCH /segments/{segment_id}", {"version": 2}).status == 400


def test_an_archived_segment_stays_so_and_is_found_among_the_archived() -> None:
    segment_id = made()
    for _ in range(2):
        assert send(f"POST /segments/{segment_id}/archivals").body["state"] == "archived"
    assert send(f"PATCH /segments/{segment_id}", {"name_zh": "新"}).code == "wrong_state"
    found = send("GET /segments", query={"state": "archived"}).body["items"]
    assert [one["segment_id"] for one in found] == [segment_id]


def test_what_ships_is_there_from_the_first_day_and_can_be_made_the_malls_own() -> None:
    listed = listed_ids()
    assert {one.segment_id for one in SHIPPED} <= set(listed)
    assert everything("segments") == []
    assert send("GET /segments/young_fashion").body["shipped"] is True
    changed = send("PATCH /segments/young_fashion", {"condition": BOUGHT}).body
    assert (changed["shipped"], changed["version"], changed["made_by"]) == (False, 2, "mei")
    again = send("PATCH /segments/young_fashion", {"name_en": "Young"}).body
    assert (again["version"], again["definition"]["condition"]["about"]) == (3, "visits")
    assert listed_ids() == listed


def listed_ids() -> list[str]:
    """Return the ids of all segments, page by page."""
    found: list[str] = []
    query: dict[str, str] = {"limit": "10"}
    while True:
        page = send("GET /segments", caller=AUDITOR, query=query).body
        found += [one["segment_id"] for one in page["items"]]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def test_every_version_is_told_to_whoever_keeps_the_trail() -> None:
    segment_id = made()
    send(f"PATCH /segments/{segment_id}", {"name_zh": "新"})
    send(f"POST /segments/{segment_id}/archivals")
    (row,) = [row for row in everything("segments") if row["segment_id"] == f"segment/{segment_id}"]
    (event,) = of_definition(row, row["segment_id"], "aurora")
    data: Any = event.data  # type: ignore[attr-defined]
    assert (data.offer_kind, data.offer_seq, data.state, data.actor) == ("segment", 3, "ended", "mei")


def test_a_mall_has_only_so_many_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.segments.definitions.MOST_SEGMENTS", len(SHIPPED) + 1)
    first = made()
    assert send("POST /segments", wish(), key="key-2").code == "too_many_segments"
    send(f"POST /segments/{first}/archivals")
    assert send("POST /segments", wish(), key="key-2").status == 201


def previewed(route: str = "POST /segments/previews", body: Any = None, key: str = "preview-1") -> Any:
    """Ask for a preview and return its answer."""
    answer = send(route, body, key=key)
    assert answer.status == 202, answer.body
    pump()
    return send(f"GET {answer.body['status_url']}", caller=AUDITOR).body


@pytest.mark.usefixtures("members")
def test_a_preview_says_how_many_and_shows_some_with_why(lake: Lake) -> None:
    for member_id in ("member-anna", "member-bert"):
        lake.bought(member_id, 600_00)
    lake.bought("member-bert", 500_00)
    found = previewed(body={"condition": {"all": [BOUGHT, SPENT_MUCH]}})
    assert (found["state"], found["size"], found["segment_id"], found["bytes_scanned"]) == ("done", 1, None, 1000)
    values = found["sample"][0].pop("values")
    assert found["sample"] == [{"member_id": "member-bert"}]
    shown = {figure["condition"]["about"]: value for figure, value in zip(found["figures"], values, strict=True)}
    assert shown == {"visits": "2", "spend": "110000"}
    assert (everything("campaigns"), members_moved()) == ([], [])


def members_moved() -> list[Any]:
    """Return what a preview must leave alone: the newest refresh and whose turn it is."""
    return [row for row in everything("segments") if row["segment_id"] == "refreshes"]


@pytest.mark.usefixtures("members")
def test_a_preview_of_a_segment_stands_on_the_day_it_is_asked_to(lake: Lake) -> None:
    segment_id = made()
    lake.bought("member-anna")
    route = f"POST /segments/{segment_id}/previews"
    today, then = previewed(route), previewed(route, {"as_of": "2026-11-01"}, "preview-2")
    assert [(one["size"], one["segment_id"], one["as_of"]) for one in (today, then)] == [
        (1, segment_id, "2026-11-22"),
        (0, segment_id, "2026-11-01"),
    ]


@pytest.mark.usefixtures("members")
def test_a_preview_of_many_long_figures_shows_as_many_members_as_a_row_holds(lake: Lake) -> None:
    liked = "|" + "|".join(f"{chr(0x4E00 + word)}" * 24 for word in range(20)) + "|"
    for seq, member_id in enumerate(("member-anna", "member-bert", "member-cleo", "member-dora"), start=1):
        told = {"what": "profiled", "profiling": "granted", "at": "2026-11-22T04:00:00.000Z", "seq": seq}
        when = {"biz_date": date(2026, 11, 22), "biz_hour": 12}
        lake.add("members", member_id=member_id, interests=liked, categories=liked, brands=liked, **told, **when)
    asked = [{"about": "interest", "any_of": [chr(0x4E00) * 24, chr(0x5E00 + word)]} for word in range(50)]
    found = previewed(body={"condition": {"any": asked}})
    assert (found["state"], found["size"], 1 <= len(found["sample"]) < 4) == ("done", 4, True)


def test_a_preview_of_another_day_is_another_request() -> None:
    send("POST /segments/previews", {"condition": BOUGHT}, key="preview-1")
    other = send("POST /segments/previews", {"condition": BOUGHT, "as_of": "2026-11-01"}, key="preview-1")
    assert other.code == "idempotency_key_reused"


def test_a_preview_that_the_lake_cannot_answer_says_so(office: Athena) -> None:
    office.failures = [("CANCELLED", False)]
    assert previewed(body={"condition": BOUGHT})["reason"] == "lake_failed"


def test_previews_are_for_marketers_and_repeat_alike() -> None:
    body = {"condition": BOUGHT}
    assert send("POST /segments/previews", body, AUDITOR, "preview-1").status == 403
    first, again = (send("POST /segments/previews", body, key="preview-1").body for _ in range(2))
    assert first == again
    other = send("POST /segments/previews", {"condition": SPENT_MUCH}, key="preview-1")
    assert other.code == "idempotency_key_reused"
    assert send("GET /segments/previews/" + "0" * 32).status == 404


@pytest.mark.usefixtures("members", "nothing_shipped")
def test_a_list_is_a_segment_of_those_on_it_who_may_be_profiled(lake: Lake) -> None:
    list_id = lists.create("VIP", "mei", "key-1", NOW).answer.list_id
    lists.add(list_id, ["member-anna", "member-bert", "member-cleo"], "mei", NOW)
    decided("member-bert", granted=False)
    segment_id = made(list_id=list_id)
    found = previewed(f"POST /segments/{segment_id}/previews")
    assert (found["size"], [one["member_id"] for one in found["sample"]]) == (2, ["member-anna", "member-cleo"])
    assert refreshed()["entered"] == 2
    lists.remove(list_id, "member-anna")
    done = refreshed("refresh-2")
    assert (done["entered"], done["left"]) == (0, 1)
    page = send(f"GET /segments/{segment_id}/members", caller=AUDITOR).body
    assert [one["member_id"] for one in page["items"]] == ["member-cleo"]


@pytest.mark.usefixtures("members", "nothing_shipped")
def test_members_are_listed_by_pages_and_a_member_sees_their_segments_named(lake: Lake) -> None:
    segment_id = made()
    for member_id in ("member-anna", "member-bert", "member-cleo"):
        lake.bought(member_id)
    refreshed()
    first = send(f"GET /segments/{segment_id}/members", caller=AUDITOR, query={"limit": "2"}).body
    rest = send(
        f"GET /segments/{segment_id}/members", caller=AUDITOR, query={"limit": "2", "cursor": first["next"]}
    ).body
    ids = [one["member_id"] for page in (first, rest) for one in page["items"]]
    assert (ids, rest["next"]) == (["member-anna", "member-bert", "member-cleo"], None)
    (own,) = send("GET /members/member-anna/segments", caller=AUDITOR).body["items"]
    assert (own["segment_id"], own["name_zh"], own["as_of"]) == (segment_id, "买过", "2026-11-22")
    assert send("GET /members/member-dora/segments", caller=AUDITOR).body["items"] == []
    assert send("GET /members/member-nobody/segments", caller=AUDITOR).status == 404
    assert send("GET /segments/nobody_knows/members", caller=AUDITOR).status == 404
