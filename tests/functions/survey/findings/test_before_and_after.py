"""How a finding's subject stood before it was resolved and stands since, and the settings behind findings (S4)."""

from typing import Any

import pytest

from loyalty.surveys import settings
from tests.functions.members.faults import first
from tests.functions.survey.figures.stories import answer, deliver, scored
from tests.functions.survey.findings.office import AUDITOR, QUEUE, Office, put
from tests.support import HttpAnswer

DEFAULTS = {"version": 0, "fatigue_days": 7, "quiet_from": "21:00", "quiet_until": "08:00", "late_hours": 72}


def scores(start: int, on: str, *given: int, **data: Any) -> None:
    """Count answers that scored the service."""
    told = [answer(start + n, on, scores=[scored("service", score)], **data) for n, score in enumerate(given)]
    assert deliver(told) == []


def test_a_resolved_finding_shows_before_and_after_with_how_many(office: Office) -> None:
    finding_id = office.opened()
    scores(100, "2026-10-25", 1, 1)
    scores(200, "2026-10-26", 2, 3)
    scores(300, "2026-11-22", 4, 4, 5)
    office.resolve(finding_id)
    shown = office.read(finding_id)
    assert shown["before"] == {
        "first_day": "2026-10-26",
        "last_day": "2026-11-22",
        "is_hidden": False,
        "n": 5,
        "mean_x100": 360,
        "complaints": 0,
        "answers": 5,
    }
    assert shown["after"] is None
    office.later(days=3)
    scores(400, "2026-11-23", 8, 9, 9)
    scores(500, "2026-11-25", 10, 10)
    after = office.read(finding_id)["after"]
    assert (after["first_day"], after["last_day"], after["n"], after["mean_x100"]) == (
        "2026-11-23",
        "2026-11-25",
        5,
        920,
    )
    assert office.read(finding_id)["before"]["mean_x100"] == 360


def test_fewer_than_five_are_hidden(office: Office) -> None:
    finding_id = office.opened()
    scores(100, "2026-11-20", 1, 1, 2, 2)
    office.resolve(finding_id)
    before = office.read(finding_id)["before"]
    assert before["is_hidden"] is True
    assert [before[name] for name in ("n", "mean_x100", "complaints", "answers")] == [None] * 4


def test_a_tenants_finding_is_measured_at_the_tenant_and_a_complaint_by_how_often_it_comes(office: Office) -> None:
    complaint = {"tenant_id": "shoes", "sentiment": "negative", "complaints": [QUEUE]}
    assert deliver([answer(n, "2026-11-20", **complaint) for n in range(3)]) == []
    scores(100, "2026-11-20", 9, 9, 9, tenant_id="shoes")
    scores(200, "2026-11-20", 9, 9, 9, tenant_id="books")
    finding_id = office.complain(tenant_id="shoes").body["finding_id"]
    office.resolve(finding_id)
    before = office.read(finding_id)["before"]
    assert (before["complaints"], before["answers"], before["n"], before["mean_x100"]) == (3, 6, 0, None)


def test_an_open_finding_shows_neither(office: Office) -> None:
    shown = office.read(office.opened())
    assert (shown["before"], shown["after"]) == (None, None)


def set_to(office: Office, **body: Any) -> HttpAnswer:
    return office.send("PUT /survey-settings", body)


def test_settings_are_as_they_are_by_default_until_somebody_sets_them(office: Office) -> None:
    shown = office.send("GET /survey-settings", caller=AUDITOR).body
    assert {name: shown[name] for name in DEFAULTS} == DEFAULTS
    assert shown["filed_to"]["queue"] == "operations"
    assert set(shown["filed_to"].values()) <= {one["code"] for one in shown["departments"]}


def test_settings_are_changed_over_the_version_that_was_looked_at(office: Office) -> None:
    made = set_to(office, version=0, fatigue_days=14)
    assert (made.status, made.body["version"], made.body["changed_by"]) == (200, 1, "olga")
    assert set_to(office, version=0, fatigue_days=14).body == made.body
    stale = set_to(office, version=0, fatigue_days=3)
    assert (stale.status, stale.code, stale.body["version"]) == (409, "changed_meanwhile", 1)
    assert settings.of_row(settings.row()).fatigue_days == 14
    assert office.send("GET /survey-settings").body == made.body


def test_of_two_who_set_at_once_one_is_told(office: Office) -> None:
    with first(lambda: set_to(office, version=0, fatigue_days=1), "PutItem"):
        assert set_to(office, version=0, fatigue_days=2).code == "changed_meanwhile"
    assert settings.of_row(settings.row()).fatigue_days == 1


@pytest.mark.parametrize(
    "body",
    [
        {"quiet_from": "24:00"},
        {"fatigue_days": -1},
        {"filed_to": {"queue": "nowhere"}},
        {"default_department": "nowhere"},
        {"departments": []},
        {"departments": [{"code": "a", "name_zh": "a", "name_en": "a"}]},
        {"departments": [{"code": "service", "name_zh": "a", "name_en": "a"}] * 2},
        {"filed_to": {"NOT A CODE": "service"}},
        {"recurring": {"complaints": 0, "within_days": 30}},
        {"recurring": {"complaints": 21, "within_days": 30}},
        {"unknown": 1},
    ],
)
def test_settings_that_cannot_be_are_refused(office: Office, body: dict[str, Any]) -> None:
    assert set_to(office, version=0, **body).status == 400
    assert settings.row() is None


def test_a_department_that_is_gone_leaves_its_findings_readable(office: Office) -> None:
    finding_id = office.complain().body["finding_id"]
    halls = {"code": "halls", "name_zh": "楼层", "name_en": "Halls"}
    assert set_to(office, version=0, departments=[halls], default_department="halls").status == 200
    assert office.read(finding_id)["department_name"] in {"营运部", "operations"}
    assert office.resolve(finding_id).status == 201
    assert office.public().body["items"][0]["department"] == "楼层"


def test_a_row_that_only_says_some_settings_is_read(office: Office) -> None:
    put({**settings.KEY, "fatigue_days": 2})
    assert office.send("GET /survey-settings").body["fatigue_days"] == 2
    assert set_to(office, version=0, fatigue_days=5).status == 200
