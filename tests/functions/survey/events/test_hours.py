"""The hours of an invitation: opened, announced, reminded, expired, each once and at a decent hour."""

from datetime import timedelta

import pytest

from loyalty.catalogue import OfferState
from loyalty.clock import iso
from loyalty.surveys import inviting
from loyalty.surveys.invitation import InvitationState
from loyalty.surveys.running import Trigger
from tests.functions.members.faults import first
from tests.functions.survey.events.conftest import (
    ANNA,
    BEN,
    NOON,
    Mall,
    everything,
    operations,
    put,
    set_rules,
    stands,
)
from tests.functions.survey.events.hours import hour, page, start, sweep
from tests.functions.survey.published import invitations, publish, rows_of

pytestmark = [pytest.mark.filterwarnings("ignore:No application metrics"), pytest.mark.usefixtures("queue")]

LATER = Trigger(("PointsRedeemed",), delay_minutes=120)
OFFERED, INVITED, REMINDED, EXPIRED = "SurveyOffered", "SurveyInvited", "SurveyReminded", "SurveyExpired"


def lived(mall: Mall, queue: str, hours: int, every: int = 1) -> list[tuple[float, tuple[str, ...]]]:
    """Let the schedule run for so many hours; return what happened when, in hours from now."""
    began, seen = mall.now, list[tuple[float, tuple[str, ...]]]()
    version = invitations()[0].version
    for _ in range(hours // every):
        mall.later(hours=every)
        hour(queue)
        (one,) = invitations()
        if one.version > version:
            assert one.version == version + 1
            version = one.version
            seen.append(((mall.now - began) / timedelta(hours=1), one.happened))
    return seen


def test_the_life_of_an_invitation_nobody_answers(mall: Mall, queue: str) -> None:
    publish()
    mall.happens()
    assert invitations()[0].happened == (OFFERED, INVITED)
    assert lived(mall, queue, 24 * 15, every=24) == [(72, (REMINDED,)), (14 * 24, (EXPIRED,))]
    (one,) = invitations()
    assert (one.state, one.token, one.due_at) == (InvitationState.EXPIRED, "", None)
    assert "due_on" not in rows_of("invitation")[0]


def test_a_delayed_invitation_opens_when_its_time_has_come(mall: Mall, queue: str) -> None:
    publish(trigger=LATER)
    mall.happens(ago=0)
    assert hour(queue) == 0
    assert lived(mall, queue, 3) == [(2, (OFFERED, INVITED))]
    assert invitations()[0].announced_at == iso(NOON + timedelta(hours=2))


def test_nobody_is_written_to_in_quiet_hours(mall: Mall, queue: str) -> None:
    publish(trigger=LATER, remind_days=1)
    mall.later(hours=8)  # eight in the evening: it opens at ten, and is told of in the morning
    mall.happens(ago=0)
    assert lived(mall, queue, 40, every=2) == [(2, (OFFERED,)), (12, (INVITED,)), (36, (REMINDED,))]


def test_one_that_opens_at_once_in_the_night_is_announced_in_the_morning(mall: Mall, queue: str) -> None:
    publish()
    mall.later(hours=10)  # ten in the evening
    mall.happens(ago=0)
    assert invitations()[0].happened == (OFFERED,)
    assert lived(mall, queue, 12, every=2) == [(10, (INVITED,))]


def test_missed_runs_are_made_up_for_in_order_and_nobody_is_told_twice_in_a_day(mall: Mall, queue: str) -> None:
    publish(trigger=LATER, remind_days=3)
    mall.happens(ago=0)
    assert lived(mall, queue, 24 * 10, every=24 * 5) == [(120, (OFFERED, INVITED)), (240, (REMINDED,))]


def test_a_reminder_that_would_come_after_the_end_is_not_sent(mall: Mall, queue: str) -> None:
    publish(trigger=LATER, remind_days=2, open_days=3)
    mall.happens(ago=0)
    mall.later(hours=68)
    assert lived(mall, queue, 8) == [(1, (OFFERED, INVITED)), (6, (EXPIRED,))]


def test_one_that_was_over_before_any_run_is_offered_and_expired_but_not_written_about(mall: Mall, queue: str) -> None:
    publish(trigger=LATER)
    mall.happens(ago=0)
    mall.later(days=30)
    assert lived(mall, queue, 2) == [(1, (OFFERED, EXPIRED))]


def test_an_open_one_that_is_over_expires_without_a_reminder(mall: Mall, queue: str) -> None:
    publish()
    mall.happens()
    mall.later(days=20)
    assert lived(mall, queue, 2) == [(1, (EXPIRED,))]
    assert rows_of("invitation")[0].get("partial") is None


def test_a_page_that_comes_twice_or_late_repeats_nothing(mall: Mall) -> None:
    publish()
    mall.happens()
    mall.later(days=3)
    (one,) = invitations()
    assert sweep(page(one)) == []
    before = everything()
    assert sweep(page(one), page(one, as_of=iso(mall.now))) == []
    assert everything() == before


def test_what_was_answered_meanwhile_is_left_alone(mall: Mall) -> None:
    publish()
    mall.happens()
    mall.later(days=3)
    (one,) = invitations()
    done = one.moved(mall.now, state=InvitationState.ANSWERED, answered_at=iso(mall.now), happened=())

    def answered() -> None:
        put(inviting.row_of(done))

    with first(answered, "PutItem"):
        assert sweep(page(one)) == []
    assert invitations() == [done]


@pytest.mark.parametrize("state", [InvitationState.ANSWERED, InvitationState.EXPIRED, InvitationState.CANCELLED])
def test_what_is_over_has_nothing_due(mall: Mall, queue: str, state: InvitationState) -> None:
    publish()
    mall.happens()
    (one,) = invitations()
    put(inviting.row_of(one.moved(mall.now, state=state)))
    mall.later(days=30)
    before = everything()
    assert start()["invitations"] == 0
    assert sweep(page(one)) == []
    assert everything() == before


def test_plans_of_an_ended_survey_are_cancelled_and_what_is_open_stays_answerable(mall: Mall, queue: str) -> None:
    publish()
    mall.happens(who=BEN)
    publish(survey_id="s-2", series_id="s-2", trigger=LATER, minds_fatigue=False, priority=5)
    mall.happens(ago=0, id="e-2", data={"entry_id": "two"})
    stands(OfferState.ENDED)
    stands(OfferState.ENDED, "s-2")
    mall.later(hours=3)
    assert hour(queue) == 1
    found = {one.member_id: one for one in invitations()}
    assert (found[ANNA].state, found[ANNA].token, found[ANNA].happened) == (InvitationState.CANCELLED, "", ())
    assert found[BEN].is_open(mall.now)


def test_plans_of_a_paused_survey_wait_while_they_can(mall: Mall, queue: str) -> None:
    publish(trigger=LATER)
    mall.happens(ago=0)
    stands(OfferState.PAUSED)
    assert lived(mall, queue, 24, every=6) == []
    stands(OfferState.PUBLISHED)
    assert lived(mall, queue, 1) == [(1, (OFFERED, INVITED))]


def test_plans_of_a_survey_that_stays_paused_are_cancelled_in_the_end(mall: Mall, queue: str) -> None:
    publish(trigger=LATER, open_days=1)
    mall.happens(ago=0)
    stands(OfferState.PAUSED)
    assert lived(mall, queue, 40, every=13) == [(26, ())]
    assert invitations()[0].state is InvitationState.CANCELLED


def test_a_version_that_another_followed_opens_all_the_same(mall: Mall, queue: str) -> None:
    publish(trigger=LATER)
    mall.happens(ago=0)
    stands(OfferState.ENDED)
    publish(survey_id="a-later-version", version=2)
    assert lived(mall, queue, 2) == [(2, (OFFERED, INVITED))]
    assert invitations()[0].survey_id == "survey-1"


def test_what_is_open_needs_no_survey_to_be_read(mall: Mall) -> None:
    publish()
    mall.happens()
    (one,) = invitations()
    with operations() as made:
        sweep(page(one, one))
    assert made == ["GetItem", "GetItem"]


def test_quiet_hours_that_are_set_meanwhile_hold(mall: Mall, queue: str) -> None:
    publish()
    mall.happens()
    mall.later(days=3)
    set_rules(quiet_from="11:00", quiet_until="14:00")
    assert lived(mall, queue, 3) == [(2, (REMINDED,))]
