"""A survey's life by API: drafted, approved by another, published, paused, ended; and what may be drafted at all."""

from collections.abc import Mapping
from typing import Any

import pytest

from loyalty.surveys import running
from tests.functions.survey.definitions.office import (
    APPROVER,
    AUDITOR,
    DEFINITION,
    EASE,
    MARKETER,
    NOBODY,
    OPERATOR,
    WHY,
    draft,
    everything,
    published,
    read,
    send,
    step,
)
from tests.support import staff_caller

pytestmark = pytest.mark.usefixtures("office")


def test_a_survey_is_drafted_once_however_often_it_is_sent() -> None:
    first = send("POST /surveys", DEFINITION, key="k")
    before = everything()
    again = send("POST /surveys", DEFINITION, key="k")
    assert (first.status, again.status) == (201, 201)
    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"
    assert first.headers["location"] == f"/surveys/{first.body['survey_id']}"
    assert everything() == before
    assert send("POST /surveys", DEFINITION | {"priority": 3}, key="k").code == "idempotency_key_reused"
    assert send("POST /surveys", DEFINITION).code == "idempotency_key_required"


def test_a_draft_is_the_first_of_its_series() -> None:
    survey_id = draft()
    found = read(survey_id)
    assert (found["series_id"], found["number"], found["state"]) == (survey_id, 1, "draft")
    assert found["definition"]["questions"][0]["code"] == "ease"


def test_publication_writes_who_is_asked() -> None:
    survey_id = published(
        on_event={
            "events": ["CouponRedeemed"],
            "conditions": [{"field": "tenant_id", "op": "in", "value": ["shoes", "books"]}],
            "delay_minutes": 90,
            "sample_percent": 25,
        },
        reward={"points": 20},
        valid_from="2026-01-01T08:00:00+08:00",
        remind_days=None,
    )
    (short,) = running.as_of_now()
    assert (short.survey_id, short.series_id, short.version, short.title_zh) == (survey_id, survey_id, 1, "兑换体验")
    assert short.trigger is not None
    assert (short.trigger.events, short.trigger.delay_minutes) == (("CouponRedeemed",), 90)
    assert (short.trigger.sample_percent, short.trigger.conditions[0].op) == (25, "in")
    assert list(short.trigger.conditions[0].value) == ["shoes", "books"]
    assert (short.purse, short.points, short.remind_days) == ("courtesy", 20, None)
    assert short.starts == "2026-01-01T00:00:00.000Z"


def test_only_published_surveys_ask() -> None:
    survey_id = published()
    assert len(running.as_of_now()) == 1
    step(survey_id, "pauses")
    assert running.as_of_now() == ()
    step(survey_id, "resumptions")
    assert len(running.as_of_now()) == 1
    step(survey_id, "endings")
    assert running.as_of_now() == ()


def test_nobody_approves_what_they_wrote() -> None:
    survey_id = draft()
    both = staff_caller("approver", "marketer", login="mei")
    assert step(survey_id, "approvals", both).code == "own_approval"
    assert send(f"POST /surveys/{survey_id}/approvals", {"version": 7}, APPROVER).code == "changed_meanwhile"
    assert step(survey_id, "approvals", APPROVER).body["approved_by"] == "an"


def test_a_change_makes_it_a_draft_again() -> None:
    survey_id = draft()
    step(survey_id, "approvals", APPROVER)
    changed = send(f"PATCH /surveys/{survey_id}", {"once_days": 5, "title_en": None}).body
    assert (changed["state"], changed["approved_by"]) == ("draft", None)
    assert (changed["definition"]["once_days"], changed["definition"]["title_en"]) == (5, None)
    assert changed["definition"]["title_zh"] == "兑换体验"
    assert send(f"PATCH /surveys/{survey_id}", {"once_days": 5}).body["version"] == changed["version"]


def test_what_was_published_never_changes() -> None:
    assert send(f"PATCH /surveys/{published()}", {"once_days": 5}).code == "wrong_state"


def test_every_step_may_be_repeated() -> None:
    survey_id = draft()
    steps = {
        "approvals": "approved",
        "publications": "published",
        "pauses": "paused",
        "resumptions": "published",
        "endings": "ended",
    }
    for name, state in steps.items():
        caller = APPROVER if name == "approvals" else MARKETER
        assert step(survey_id, name, caller).body["state"] == state
        before = everything()
        again = step(survey_id, name, caller)
        assert (again.status, again.headers["idempotent-replayed"]) == (201, "true")
        assert everything() == before


def condition(field: str, op: str, value: object) -> dict[str, Any]:
    return {"on_event": {"events": ["CouponRedeemed"], "conditions": [{"field": field, "op": op, "value": value}]}}


def on_schedule(**changes: Any) -> dict[str, Any]:
    schedule = {"rrule": "FREQ=DAILY", "starts_on": "2026-01-01", "audience": {"active_within_days": 7}}
    return {"on_schedule": {**schedule, **changes}}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no such field": (condition("tenant", "eq", "shoes"), "#/on_event/conditions/0/field"),
    "through a text": (condition("tenant_id.name", "eq", "shoes"), "#/on_event/conditions/0/field"),
    "text as number": (condition("tenant_id", "gte", 3), "#/on_event/conditions/0/value"),
    "number as text": (condition("off", "eq", "3"), "#/on_event/conditions/0/value"),
    "truth as number": (condition("off", "eq", True), "#/on_event/conditions/0/value"),
    "a path that is none": (condition("data['x']", "eq", "3"), "#/on_event/conditions/0/field"),
    "a huge number": (condition("off", "gte", 10**40), "#/on_event/conditions/0/value"),
    "no such operator": (condition("off", "regex", "(a+)+$"), "#/on_event/conditions/0/op"),
    "remind after the end": ({"remind_days": 14, "open_days": 14}, "#"),
    "hourly": (on_schedule(rrule="FREQ=HOURLY"), "#/on_schedule/rrule"),
    "counted": (on_schedule(rrule="FREQ=DAILY;COUNT=3"), "#/on_schedule/rrule"),
    "a second beginning": (on_schedule(rrule="FREQ=DAILY;DTSTART=20200101"), "#/on_schedule/rrule"),
    "a line too many": (on_schedule(rrule="FREQ=DAILY\nDTSTART:20200101"), "#/on_schedule/rrule"),
    "never": (on_schedule(rrule="FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "#/on_schedule/rrule"),
    "no such day": (on_schedule(starts_on="2026-02-30"), "#/on_schedule/starts_on"),
    "before our time": (on_schedule(starts_on="0001-01-01"), "#/on_schedule/starts_on"),
    "digits of elsewhere": (on_schedule(starts_on="２０２６-01-01"), "#/on_schedule/starts_on"),
    "no questions": ({"questions": []}, "#/questions"),
    "two of a code": ({"questions": [EASE, EASE]}, "#/questions"),
    "too long a title": ({"title_zh": "长" * 201}, "#/title_zh"),
    "no Chinese": ({"title_zh": None}, "#/title_zh"),
    "half a character": ({"title_zh": "\ud83d"}, "#/title_zh"),
    "a field of ours": ({"series_id": "x"}, "#/series_id"),
    "markup in a code": ({"questions": [WHY | {"code": "<script>"}]}, "#/questions/0/text/code"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_definition_is_refused_with_its_place_and_nothing_is_written(name: str) -> None:
    changes, pointer = WRONG[name]
    answer = send("POST /surveys", DEFINITION | changes, key="k")
    assert answer.status == 400, answer.body
    assert any(error["pointer"].startswith(pointer) for error in answer.body["errors"]), answer.body["errors"]
    assert everything() == []


@pytest.mark.parametrize("name", ["no such field", "remind after the end", "never", "two of a code", "hourly"])
def test_a_wrong_change_is_refused_alike(name: str) -> None:
    survey_id = draft()
    before = everything()
    answer = send(f"PATCH /surveys/{survey_id}", WRONG[name][0])
    assert (answer.status, answer.code) == (400, "invalid_request")
    assert answer.body["errors"][0]["pointer"].startswith("#")
    assert everything() == before


def test_a_condition_need_fit_only_one_of_the_events() -> None:
    off, elsewhere = condition_of("off", "gte", 100), condition_of("receipt.tenant_id", "ne", "x")
    one = draft(on_event={"events": ["TierChanged", "CouponRedeemed"], "conditions": [off]})
    other = draft("k2", on_event={"events": ["PointsRedeemed"], "conditions": [elsewhere]})
    assert one != other
    refused = send(
        "POST /surveys", DEFINITION | {"on_event": {"events": ["TierChanged"], "conditions": [off]}}, key="k3"
    )
    assert (refused.status, refused.code) == (400, "invalid_request")


def condition_of(field: str, op: str, value: object) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def test_a_definition_that_no_row_could_hold_is_refused() -> None:
    choices = [{"code": f"c{n}", "zh": "长" * 200, "en": "é" * 200} for n in range(20)]
    questions = [{"code": f"q{n}", "kind": "single", "zh": "?", "choices": choices} for n in range(20)]
    answer = send("POST /surveys", DEFINITION | {"questions": questions}, key="k")
    assert answer.body["errors"][0]["code"] == "too_large"


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_an_instant_that_no_clock_can_tell_is_refused_everywhere(end: str) -> None:
    assert send("POST /surveys", DEFINITION | {"valid_until": end}, key="k").status == 400
    survey_id = published("live")
    assert send(f"PATCH /surveys/{survey_id}", {"valid_from": end}).status == 400
    time = {"from": min(end, "2026-11-01T00:00:00Z"), "until": max(end, "2026-11-01T00:00:00Z")}
    for name, body in (("exports", time), ("dry-runs", time), ("invitations", {"redeemed": time})):
        assert send(f"POST /surveys/{survey_id}/{name}", body, OPERATOR, key="k").status == 400


def test_words_come_out_as_they_went_in() -> None:
    title = "=1+1 <script>alert('👩‍👩‍👧‍👦')</script> \u202e\u0000\n"
    survey_id = draft(title_zh=title, intro_zh="😀" * 1000)
    assert read(survey_id)["definition"]["title_zh"] == title
    shown = send(f"GET /surveys/{survey_id}/preview").body
    assert (shown["title"], shown["intro"]) == (title, "😀" * 1000)


def test_a_preview_shows_a_draft_in_either_language() -> None:
    survey_id = draft(reward={"points": 20})
    zh, en = (send(f"GET /surveys/{survey_id}/preview", query={"locale": one}).body for one in ("zh", "en"))
    assert (zh["title"], en["title"]) == ("兑换体验", "Your redemption")
    assert [one["text"] for one in en["questions"]] == ["Easy?", "为什么？"]
    assert (en["questions"][0]["lowest"], en["questions"][0]["highest"]) == (1, 10)
    assert en["reward"] == {"purse": "courtesy", "points": 20}
    assert send(f"GET /surveys/{survey_id}/preview", query={"locale": "fr"}).status == 400


def test_the_list_has_pages_and_a_filter() -> None:
    drafts = {draft(f"key-{n}") for n in range(3)}
    live = published("live")
    seen: list[str] = []
    query: dict[str, str] = {"limit": "2", "state": "draft"}
    while True:
        answer = send("GET /surveys", caller=AUDITOR, query=query)
        seen += [item["survey_id"] for item in answer.body["items"]]
        if answer.body["next"] is None:
            break
        query["cursor"] = answer.body["next"]
    assert (len(seen), set(seen)) == (3, drafts)
    (only,) = send("GET /surveys", caller=AUDITOR, query={"state": "published"}).body["items"]
    assert only["survey_id"] == live


WRITES: tuple[tuple[str, object, tuple[Mapping[str, Any], ...]], ...] = (
    ("POST /surveys", DEFINITION, (MARKETER,)),
    ("PATCH /surveys/{id}", {"once_days": 2}, (MARKETER,)),
    ("POST /surveys/{id}/versions", {}, (MARKETER,)),
    ("POST /surveys/{id}/approvals", None, (APPROVER,)),
    *((f"POST /surveys/{{id}}/{name}", None, (MARKETER,)) for name in ("publications", "pauses", "endings")),
    ("POST /surveys/{id}/invitations", {"members": ["member-anna"]}, (MARKETER, OPERATOR)),
    ("POST /surveys/{id}/dry-runs", None, (MARKETER, OPERATOR)),
    ("POST /surveys/{id}/exports", None, (MARKETER, OPERATOR)),
)


@pytest.mark.parametrize(("route", "body", "allowed"), WRITES)
def test_who_may_write_is_decided_by_group(route: str, body: object, allowed: tuple[Mapping[str, Any], ...]) -> None:
    survey_id = draft()
    before = everything()
    for caller in (MARKETER, APPROVER, OPERATOR, AUDITOR, staff_caller(login="guest")):
        if caller not in allowed:
            assert send(route.format(id=survey_id), body, caller, key="k").status == 403
    assert everything() == before


@pytest.mark.parametrize("name", ["..%2F..", "' OR 1=1", "a/b", "0" * 23, "A" * 24, "０" * 24, f"{'0' * 24}%0a"])
def test_a_hostile_id_reaches_nothing(name: str) -> None:
    for route in ("GET /surveys/{}", "GET /surveys/{}/preview", "POST /surveys/{}/endings"):
        assert send(route.format(name)).status in {400, 404}
    assert send(f"GET /surveys/{NOBODY}/jobs/{name}").status in {400, 404}


def test_what_is_not_there_is_not_found() -> None:
    for route in ("GET /surveys/{}", "GET /surveys/{}/preview", "POST /surveys/{}/publications"):
        assert send(route.format(NOBODY)).status == 404
    for name, body in (
        ("versions", {}),
        ("invitations", {"members": ["member-anna"]}),
        ("dry-runs", None),
        ("exports", None),
    ):
        assert send(f"POST /surveys/{NOBODY}/{name}", body, key="k").status == 404
