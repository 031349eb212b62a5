"""The schedule hands out what is due, page by page; the workers take each step once, whatever breaks."""

from datetime import datetime, timedelta

import pytest

from functions.survey.inviting import schedules
from loyalty import dynamo, sweeps
from loyalty.clock import iso
from loyalty.surveys import inviting
from loyalty.surveys.invitation import from_row
from loyalty.surveys.running import Trigger
from loyalty.sweeps import FutureSweepError
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.functions.survey.events.conftest import ANNA, BEN, NOON, Mall, put
from tests.functions.survey.events.hours import hour, page, start, sweep
from tests.functions.survey.published import invitations, publish

pytestmark = [pytest.mark.filterwarnings("ignore:No application metrics"), pytest.mark.usefixtures("queue")]

LATER = Trigger(("PointsRedeemed",), delay_minutes=120)
OFFERED, INVITED, REMINDED = "SurveyOffered", "SurveyInvited", "SurveyReminded"


def test_an_invitation_that_cannot_be_read_holds_up_no_other_and_brings_its_page_back(mall: Mall) -> None:
    publish()
    mall.happens(who=ANNA)
    mall.happens(who=BEN, id="e-2")
    mall.later(days=3)
    anna, ben = sorted(invitations(), key=lambda one: one.member_id)
    put({**inviting.row_of(anna), "state": "a state of tomorrow"})
    assert sweep(page(anna, ben)) == ["page-1"]
    row = dynamo.get("surveys", inviting.key(ben.invitation_id))
    assert row
    assert from_row(row).happened == (REMINDED,)


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("number", range(6))
def test_whichever_call_breaks_each_step_is_taken_once(mall: Mall, number: int, fault: Fault) -> None:
    publish(trigger=LATER)
    mall.happens(who=ANNA, ago=0)
    mall.happens(who=BEN, ago=0, id="e-2")
    mall.later(hours=3)
    planned = invitations()
    with broken_call(number, fault):
        try:
            sweep(page(*planned))
        except KilledError:
            assert fault is Fault.KILLED
    assert sweep(page(*planned)) == []
    assert [(one.version, one.happened) for one in invitations()] == [(2, (OFFERED, INVITED))] * 2


def test_a_sweep_stands_at_the_instant_it_is_told(mall: Mall, queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish()
    mall.happens()
    told = "2026-11-24T13:00:00+08:00"
    with pytest.raises(FutureSweepError):
        start(told)
    monkeypatch.setenv("FUTURE_SWEEPS", "true")
    assert hour(queue, told) == 1
    (one,) = invitations()
    assert (one.happened, one.reminded_at) == ((REMINDED,), "2026-11-24T05:00:00.000Z")


@pytest.mark.parametrize("as_of", ["2026-11-21", "2026-11-21T10:00:00", "yesterday"])
def test_an_instant_that_is_none_starts_nothing(mall: Mall, as_of: str) -> None:
    with pytest.raises(ValueError, match=r"offset|Invalid isoformat"):
        start(as_of)


def test_a_sweep_for_the_past_finds_what_was_due_then(mall: Mall) -> None:
    publish()
    mall.happens()
    due = NOON + timedelta(days=3)
    mall.later(days=4)
    assert start(iso(due - timedelta(milliseconds=1)))["invitations"] == 0
    assert start(iso(due)) == {"as_of": iso(due), "invitations": 1, "pages": 1, "started": 0}


def test_the_schedule_starts_the_surveys_that_are_due(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    def started(now: datetime) -> int:
        return 2 if now == NOON else 0

    monkeypatch.setattr(schedules, "start", started)
    assert start()["started"] == 2


def test_many_invitations_are_handed_out_in_pages(mall: Mall, queue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    publish()
    for n in range(5):
        mall.member(f"member-{n}")
        mall.happens(who=f"member-{n}", id=f"e-{n}")
    mall.later(days=3)
    monkeypatch.setattr(sweeps, "ITEMS_A_PAGE", 2)
    assert start() == {"as_of": iso(mall.now), "invitations": 5, "pages": 3, "started": 0}
