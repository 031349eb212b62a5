"""The demo's survey chapter: steps are taken from where things stand, every way to answer is used, waiting ends."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

from local.demo import findings, surveys, waiting
from local.demo.api import Api, DemoError
from local.demo.surveys import REPLIES, Reply
from local.demo.visits import Visitor
from local.demo.waiting import wait_for

VISITOR = Visitor(1, "AB-10001", "Ada", "muzuo-home")
PAGE = '<fieldset><input name="n.ease"><input name="n.ease"></fieldset><textarea name="t.words"></textarea>'
OFFERED = {"invitation_id": "i-1", "survey_id": "s-1", "link": "/s/token"}
RECEIPT = {"complete": True, "reward": {"purse": "courtesy", "points": 20}}
Call = tuple[str, str, str, Any]


class Mall:
    """Notes every call; a GET finds what is put there, another call is answered with what the route is known for."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.there: dict[str, Mapping[str, Any]] = {"/me": {"member_id": "m_1"}}
        self.lists: dict[str, list[Mapping[str, Any]]] = {}

    def expect(
        self, _status: int, who: str, method: str, path: str, body: Any = None, *, key: str | None = None
    ) -> Mapping[str, Any]:
        if method == "GET":
            return self.there[path]
        self.calls.append((who, method, path, body))
        return RECEIPT | {"status_url": "/job", "finding_id": "f-1", "version": 2, "state": "in_progress"}

    def items(self, _who: str, path: str) -> Iterator[Mapping[str, Any]]:
        yield from self.lists.get(path, [])

    def page(self, path: str, form: Any = None) -> str:
        self.calls.append(("", "PAGE", path, form))
        return PAGE


@pytest.fixture
def mall() -> Mall:
    return Mall()


def api(mall: Mall) -> Api:
    return cast("Api", mall)


def said(way: str) -> Reply:
    return Reply(way, {"ease": 8, "words": "好"})


def test_every_way_to_answer_is_in_the_story_and_two_visitors_complain() -> None:
    assert {reply.way for reply in REPLIES} == {"app", "app in two steps", "link", "telephone"}
    assert sum("排队" in str(reply.answers["words"]) for reply in REPLIES) == 2


def test_an_answer_in_the_app_is_complete_at_once(mall: Mall) -> None:
    told = surveys.answer(api(mall), VISITOR, said("app"), OFFERED)
    assert mall.calls == [
        (VISITOR.login, "POST", "/me/surveys/i-1", {"answers": {"ease": 8, "words": "好"}, "complete": True})
    ]
    assert "20 courtesy points" in told


def test_an_answer_in_two_steps_begins_with_some_of_it(mall: Mall) -> None:
    mall.there["/me/surveys/i-1"] = {"answers": {"ease": 8}}
    surveys.answer(api(mall), VISITOR, said("app in two steps"), OFFERED)
    assert [body["complete"] for _, _, _, body in mall.calls] == [False, True]


def test_who_has_no_app_fills_in_the_fields_of_the_page(mall: Mall) -> None:
    surveys.answer(api(mall), VISITOR, said("link"), OFFERED)
    assert mall.calls == [
        ("", "PAGE", "/s/token", None),
        ("", "PAGE", "/s/token", {"n.ease": 8, "t.words": "好"}),
    ]


def test_who_was_not_given_a_link_answers_in_the_app(mall: Mall) -> None:
    surveys.answer(api(mall), VISITOR, said("link"), {"invitation_id": "i-1", "survey_id": "s-1"})
    assert [path for _, _, path, _ in mall.calls] == ["/me/surveys/i-1"]


def test_an_answer_on_the_telephone_is_entered_by_staff_for_the_invitation(mall: Mall) -> None:
    surveys.answer(api(mall), VISITOR, said("telephone"), OFFERED)
    ((who, _, path, body),) = mall.calls
    assert (who, path) == ("operator", "/surveys/s-1/answers")
    assert (body["member_id"], body["invitation_id"]) == ("m_1", "i-1")


def test_settings_are_put_once(mall: Mall) -> None:
    departments = [{"code": "operations", "owner": None, "due_days": 7}, {"code": "service", "due_days": 3}]
    standing = {"version": 0, "late_hours": 72, "departments": departments, "filed_to": {}, "changed_by": None}
    mall.there["/survey-settings"] = standing
    assert surveys.put_settings(api(mall))
    ((who, _, _, put),) = mall.calls
    assert who == "operator"
    assert put["departments"][1] == departments[1]
    assert "changed_by" not in put
    mall.there["/survey-settings"] = {**put, "version": 1, "changed_by": "s"}
    assert not surveys.put_settings(api(mall))


@pytest.mark.parametrize(("state", "steps"), [("open", 2), ("in_progress", 1), ("resolved", 0)])
def test_a_finding_goes_on_from_where_it_stands(mall: Mall, state: str, steps: int) -> None:
    finding: Mapping[str, Any] = {"finding_id": "f-1", "state": state, "version": 1}
    findings.resolve(api(mall), findings.take_on(api(mall), finding, "ling"))
    assert len(mall.calls) == steps


def test_the_finding_of_the_story_is_the_tenants_own(mall: Mall) -> None:
    mine = {"subject_code": findings.SUBJECT, "tenant_id": VISITOR.tenant_id, "finding_id": "f-2"}
    mall.lists["/findings"] = [{**mine, "tenant_id": None}, {**mine, "subject_code": "ease"}]
    mall.lists["/findings?state=resolved"] = [mine]
    assert findings.of_complaint(api(mall), VISITOR.tenant_id) == mine


def test_a_finding_is_settled_when_every_complaint_is_attached(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    finding = {"finding_id": "f-1", "subject_code": findings.SUBJECT, "tenant_id": "a"}
    complaint = {"complaints": [findings.SUBJECT], "tenant_id": "a", "sentiment": "negative", "low": []}
    others = [{**complaint, "tenant_id": "b"}, {**complaint, "sentiment": "neutral"}, {**complaint, "complaints": []}]
    mall.lists["/surveys/s-1/answers"] = [complaint, {**complaint, "sentiment": None, "low": ["ease"]}, *others]
    mall.there["/findings/f-1"] = {**finding, "answers": 2}
    assert findings.settled(api(mall), finding, "s-1")["answers"] == 2
    monkeypatch.setattr(waiting, "MAX_SECONDS", 0)
    mall.there["/findings/f-1"] = {**finding, "answers": 1}
    with pytest.raises(DemoError, match="has not heard 2 complaints"):
        findings.settled(api(mall), finding, "s-1")


def test_what_a_finding_compares_is_told_unless_it_is_hidden(mall: Mall) -> None:
    measure = {"is_hidden": False, "complaints": 6, "answers": 8}
    mall.there["/findings/f-1"] = {"before": measure}
    assert "6 of 8 answers" in findings.before(api(mall), {"finding_id": "f-1"})
    mall.there["/findings/f-1"] = {"before": {**measure, "is_hidden": True, "complaints": None}}
    assert "hidden under 5" in findings.before(api(mall), {"finding_id": "f-1"})


def test_members_are_counted_once_however_often_they_complained(mall: Mall) -> None:
    concerns = [{"member_id": "m_1", "told_at": "2026"}, {"member_id": None, "told_at": None}]
    mall.there["/findings/f-1?limit=100"] = {"members": 1, "concerns": [*concerns, concerns[0]]}
    assert findings.members_told(api(mall), {"finding_id": "f-1"}) == 1


SCORED = {"hidden": False, "low": 5.0, "high": 8.25}
REPORT: Mapping[str, Any] = {
    "hidden": False,
    "answers": 15,
    "response": {"invited": 5, "answered": 5, "rate": 100.0, "low": 56.55, "high": 100.0},
    "dimensions": [{**SCORED, "group": "ease", "mean": 6.8}, {"group": "service", "hidden": True}],
    "recommendation": {**SCORED, "group": "recommendation", "score": 40.0},
    "slices": {"groups": [{"group": "social_media", "hidden": False, "answers": 10}, {"group": "app", "hidden": True}]},
    "words": {"complaints": [{"en": "Queue or wait too long", "n": 6}]},
}


def test_a_report_is_told_with_intervals_and_without_small_groups() -> None:
    assert list(surveys.told(REPORT)) == [
        "15 answers; 5 of 5 invited, percent 100.0 (56.5 to 100.0)",
        "ease 6.8 (5.0 to 8.2); service hidden under 5; recommendation 40.0 (5.0 to 8.2)",
        "by channel: social_media 10, app hidden under 5",
        "complaints: Queue or wait too long 6",
    ]


def test_a_report_of_few_answers_says_so() -> None:
    assert list(surveys.told({"hidden": True})) == ["the report is hidden: under five answers"]


def test_the_report_is_read_when_it_has_counted_every_answer(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "MAX_SECONDS", 0)
    mall.lists["/surveys/s-1/answers"] = [{}] * 5
    mall.there["/surveys/s-1/report?by=channel"] = {"hidden": False, "answers": 5}
    assert surveys.report(api(mall), "s-1")["answers"] == 5
    mall.there["/surveys/s-1/report?by=channel"] = {"hidden": True, "answers": None}
    with pytest.raises(DemoError, match="has not counted 5 answers"):
        surveys.report(api(mall), "s-1")
    mall.lists["/surveys/s-1/answers"] = [{}] * 4
    assert surveys.report(api(mall), "s-1")["hidden"]


def test_who_redeemed_before_there_was_a_survey_is_asked_by_hand_once(mall: Mall) -> None:
    mall.there["/job"] = {"state": "done", "counts": {"asked": 1}}
    assert surveys.invite(api(mall), [VISITOR], "s-1") == 1
    assert mall.calls == [("operator", "POST", "/surveys/s-1/invitations", {"members": ["m_1"]})]
    mall.there["/job"] = {"state": "failed"}
    with pytest.raises(DemoError, match="The job failed"):
        surveys.invite(api(mall), [VISITOR], "s-1")


def test_who_was_not_asked_is_not_waited_for_too_long(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surveys, "_ASKED_SECONDS", 0)
    mall.lists["/me/surveys"] = [{**OFFERED, "survey_id": "another"}, OFFERED]
    assert surveys.waiting(api(mall), [VISITOR], "s-1") == {1: OFFERED}
    assert surveys.waiting(api(mall), [VISITOR], "s-2") == {}


def test_waiting_ends_with_what_is_found_or_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "POLL_SECONDS", 0)
    looks = iter([None, None, "there"])
    assert wait_for(lambda: next(looks), "Nothing came") == "there"
    with pytest.raises(DemoError, match=re.escape("Nothing came within 0 seconds.")):
        wait_for(lambda: None, "Nothing came", max_seconds=0)
