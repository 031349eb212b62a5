"""Who is invited for what happens: once per occasion and rest, whatever the order, the doubles and the faults."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from functions.survey.inviting.hearing import heard
from loyalty.catalogue import OfferState
from loyalty.clock import iso
from loyalty.surveys import at_once, settings
from loyalty.surveys.invitation import InvitationState
from loyalty.surveys.occasion import TriggerEvent
from loyalty.surveys.running import Condition, Trigger
from loyalty.types import Status
from tests.functions.members.faults import calls_through
from tests.functions.survey.events.conftest import (
    ANNA,
    BEN,
    COUPON,
    NOON,
    Mall,
    asked,
    everything,
    message,
    operations,
    set_rules,
    stands,
)
from tests.functions.survey.published import invitations, publish

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

ANYTHING = Trigger(tuple(TriggerEvent))
RECEIPT = {"tenant_id": "shoes-and-more", "receipt_no": "A-20261121-0042"}


def test_a_redemption_invites_with_everything_that_is_known_of_it(mall: Mall) -> None:
    survey = publish()
    assert mall.happens(COUPON, ago=5, correlationid="trace-1") == []
    (one,) = invitations()
    assert (one.member_id, one.survey_id, one.way, one.cause) == (ANNA, survey.survey_id, "event", "CouponRedeemed")
    assert (one.tenant_id, one.about, one.tier, one.origin) == ("shoes-and-more", "autumn-200-30", "regular", "till")
    assert (one.occurred_at, one.invited_at) == (iso(NOON - timedelta(minutes=5)), iso(NOON))
    assert (one.state, one.happened) == (InvitationState.OPEN, ("SurveyOffered", "SurveyInvited"))
    assert (one.correlation_id, one.points, one.version) == ("trace-1", 20, 1)


def test_the_events_of_one_checkout_invite_once_in_any_order(mall: Mall) -> None:
    publish(once_days=0, minds_fatigue=False)
    told = [
        message(mall.event("PointsRedeemed.purchase", id="e-1"), "m1"),
        message(mall.event(COUPON, id="e-2"), "m2"),
        message(mall.event(COUPON, id="e-3", data={"coupon_ref": "c3"}), "m3"),
    ]
    for order in permutations(told):
        assert mall.hear(*order, *order) == []
    assert asked() == [(ANNA, "survey-1")]


def test_an_event_that_comes_again_changes_nothing(mall: Mall) -> None:
    publish()
    mall.happens()
    before = everything()
    mall.later(minutes=30)
    assert mall.happens(ago=31) == []
    assert everything() == before


def test_an_event_that_comes_again_when_the_rest_is_over_invites_nobody_again(mall: Mall) -> None:
    set_rules(late_hours=24 * 30)
    publish(once_days=1)
    mall.happens()
    mall.later(days=8)
    before = everything()
    assert mall.happens(ago=8 * 24 * 60 + 1) == []
    assert everything() == before


def test_a_member_who_was_asked_is_left_alone_for_a_week(mall: Mall) -> None:
    publish(once_days=1)
    for day in range(9):
        mall.happens(id=f"e-{day}", data={"entry_id": f"entry-{day}"})
        assert len(invitations()) == (1 if day < 7 else 2)
        mall.later(days=1)


def test_members_are_asked_each_for_themselves(mall: Mall) -> None:
    publish()
    mall.hear(message(mall.event(who=ANNA), "m1"), message(mall.event(who=BEN, id="e-2"), "m2"))
    assert asked() == [(ANNA, "survey-1"), (BEN, "survey-1")]


@pytest.mark.parametrize("status", list(Status))
def test_only_members_in_good_standing_are_asked(mall: Mall, status: Status) -> None:
    mall.member(ANNA, status)
    publish()
    assert mall.happens() == []
    assert len(invitations()) == (status in {Status.ACTIVE, Status.QUALIFYING})


def test_nobody_is_asked_who_has_no_account(mall: Mall) -> None:
    publish()
    assert mall.happens(who="member-nobody") == []
    assert invitations() == []


@pytest.mark.parametrize(
    ("survey", "event"),
    [
        ({}, {"origin": "import"}),
        ({}, {"ago": 72 * 60 + 1}),
        ({"starts": iso(NOON + timedelta(days=1))}, {}),
        ({"ends": iso(NOON - timedelta(days=1))}, {}),
        ({"trigger": Trigger(("RewardHandedOver",))}, {}),
        ({"trigger": None}, {}),
        ({"trigger": Trigger(("PointsRedeemed",), (Condition("points", "gte", 501),))}, {}),
    ],
)
def test_what_fits_no_survey_reads_and_writes_nothing_but_the_journal(
    mall: Mall, survey: dict[str, Any], event: dict[str, Any]
) -> None:
    publish(**survey)
    settings.read()  # and remembers them
    with operations() as made:
        assert mall.happens(**event) == []
    assert (invitations(), made) == ([], ["BatchWriteItem", "Query"])


@pytest.mark.parametrize("state", [OfferState.PAUSED, OfferState.ENDED])
def test_a_survey_that_is_paused_or_ended_asks_nobody(mall: Mall, state: OfferState) -> None:
    publish()
    stands(state)
    assert mall.happens() == []
    assert invitations() == []


def test_a_survey_published_a_moment_ago_counts_for_the_next_event(mall: Mall) -> None:
    mall.happens()
    publish()
    mall.happens(id="e-2", data={"entry_id": "two"})
    assert len(invitations()) == 1


def test_of_several_surveys_the_first_whose_rest_is_over_asks(mall: Mall) -> None:
    for name, priority in (("low", 1), ("high", 9), ("middle", 5)):
        publish(survey_id=name, series_id=name, priority=priority, once_days=30, minds_fatigue=False)
    for n in range(5):
        mall.happens(id=f"e-{n}", data={"entry_id": f"entry-{n}"})
        mall.happens(id=f"e-{n}", data={"entry_id": f"entry-{n}"})
    assert [name for _, name in asked()] == ["high", "low", "middle"]
    in_order = sorted(invitations(), key=lambda one: one.cause or "")
    assert len({one.invitation_id for one in in_order}) == 3


def test_one_occasion_asks_one_survey_even_where_another_minds_no_rest(mall: Mall) -> None:
    publish(survey_id="first", series_id="first", priority=9)
    publish(survey_id="second", series_id="second", once_days=0, minds_fatigue=False)
    assert mall.hear(*[message(mall.event(), f"m{n}") for n in range(4)]) == []
    assert asked() == [(ANNA, "first")]
    mall.happens(id="e-2", data={"entry_id": "two"})
    assert asked() == [(ANNA, "first"), (ANNA, "second")]


def test_a_reading_that_lags_makes_no_second_survey_ask_for_the_occasion(mall: Mall) -> None:
    """The slot is seen, the invitation that took it is not: without a certain reading the second survey would ask."""
    publish(survey_id="first", series_id="first", priority=9)
    publish(survey_id="second", series_id="second", once_days=0, minds_fatigue=False)
    mall.happens()

    def lags(_n: int, operation: str, call: Any) -> Any:
        answer = call()
        if operation == "BatchGetItem":
            rows = answer["Responses"]["surveys"]
            answer["Responses"]["surveys"] = [row for row in rows if row["kind"]["S"] != "invitation"]
        return answer

    with calls_through(lags):
        assert mall.happens() == []
    assert asked() == [(ANNA, "first")]


def test_an_account_that_is_not_visible_yet_is_looked_for_again(mall: Mall) -> None:
    publish()

    def lags(_n: int, operation: str, call: Any) -> Any:
        answer = call()
        if operation == "BatchGetItem":
            answer["Responses"]["accounts"] = []
        return answer

    with calls_through(lags):
        assert mall.happens() == []
    assert asked() == [(ANNA, "survey-1")]


def test_the_answer_of_the_checkout_and_its_event_invite_once(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_once, "utc_now", lambda: mall.now)
    publish()
    occasion = heard(message(mall.event())["body"]).occasion
    shown = at_once.offer([occasion], "gold", "zh", "trace", replayed=False)
    assert shown is not None
    assert mall.happens() == []
    (one,) = invitations()
    assert (one.invitation_id, one.way) == (shown.invitation_id, "at_once")


def test_a_delay_plans_the_invitation(mall: Mall) -> None:
    publish(trigger=Trigger(("PointsRedeemed",), delay_minutes=90))
    mall.happens(ago=30)
    (one,) = invitations()
    assert (one.state, one.opens_at, one.happened) == ("planned", iso(NOON + timedelta(minutes=60)), ())


def test_a_batch_reads_once_and_writes_one_transaction_an_invitation(mall: Mall) -> None:
    publish()
    mall.happens(who="member-nobody")  # the secret and the settings are remembered from here on
    told = [message(mall.event(who=f"member-{n}", id=f"e-{n}"), f"m{n}") for n in range(8)]
    for n in range(8):
        mall.member(f"member-{n}")
    told += [message(mall.event("TierChanged.purchase", id="tier"), "tier"), {"messageId": "bad", "body": ""}]
    with operations() as made:
        assert mall.hear(*told) == ["bad"]
    programme = "Query"  # once in half a minute
    assert made == ["BatchWriteItem", "Query", "BatchGetItem", programme, *["TransactWriteItems"] * 8]
    with operations() as made:
        mall.hear(*told)
    assert made == ["BatchWriteItem", "Query", "BatchGetItem"]


def test_a_member_who_was_just_asked_costs_a_reading_and_no_writing_in_vain(mall: Mall) -> None:
    publish()
    told = [message(mall.event(id=f"e-{n}", data={"entry_id": f"entry-{n}"}), f"m{n}") for n in range(4)]
    with operations() as made:
        assert mall.hear(*told) == []
    assert (made.count("TransactWriteItems"), made.count("TransactGetItems"), len(invitations())) == (1, 1, 1)


def test_a_large_batch_reads_in_as_many_calls_as_it_takes(mall: Mall) -> None:
    for n in range(5):
        publish(survey_id=f"s-{n}", series_id=f"s-{n}", priority=n)
    people = [f"member-{n:02d}" for n in range(40)]
    for name in people:
        mall.member(name)
    told = [message(mall.event(who=name, id=f"e-{name}"), name) for name in people]
    with operations() as made:
        assert mall.hear(*told) == []
    assert made.count("BatchGetItem") == 3
    assert asked() == [(name, "s-4") for name in people]


def test_invitations_are_counted_and_no_person_or_token_is_logged(
    mall: Mall, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    publish()
    mall.happens()
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["SurveyInvitations"] == [1.0]
    said = str([vars(record) for record in caplog.records])
    assert "'invitations': 1" in said
    assert ANNA not in said
    assert invitations()[0].token not in said
