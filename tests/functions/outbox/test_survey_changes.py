"""Rows of the surveys table between stream and bus: what they say happened, and nothing of what was written."""

import json

from events.survey_examples import ANSWER, SURVEY_ROWS, WORDS
from functions.outbox.on_change import handler
from tests.functions.outbox.conftest import Bus, Clock, batch, record

OPEN = SURVEY_ROWS["after_a_checkout"]


def test_an_invitation_in_the_daytime_is_offered_and_may_be_sent(bus: Bus) -> None:
    handler(batch(record(OPEN)), Clock())

    offered, invited = bus.details()
    assert (offered["type"], invited["type"]) == ("SurveyOffered", "SurveyInvited")
    assert invited["data"]["link"] == f"/s/{OPEN['token']}"
    assert invited["data"]["survey_id"] == OPEN["survey"]
    assert OPEN["token"] not in json.dumps(offered)


def test_late_in_the_evening_nobody_is_to_be_written_to(bus: Bus) -> None:
    handler(batch(record(SURVEY_ROWS["late_in_the_evening"])), Clock())

    assert [event["detail-type"] for event in bus.events()] == ["SurveyOffered"]


def test_a_version_and_a_row_that_mean_nothing_are_not_told(bus: Bus) -> None:
    kept = {**OPEN, "version": 2, "happened": []}
    figures = {"survey_id": "figures/one", "kind": "all/261121/0", "answered": 7}

    assert handler(batch(record(kept, 1), record(figures, 2)), Clock()) == {"batchItemFailures": []}

    assert bus.wire.calls == []


def test_an_answer_tells_what_was_understood_and_never_the_words(bus: Bus) -> None:
    handler(batch(record(ANSWER, 1), record(SURVEY_ROWS["found_elsewhere"], 2)), Clock())

    details = own, found = bus.details()
    assert own["data"]["complaints"] == ["queue.too_long"]
    assert (own["subject"], own["data"]["anonymous"]) == (ANSWER["member_id"], False)
    assert (found["subject"], found["data"]["anonymous"]) == ("social_media.1", True)
    assert WORDS not in json.dumps(details, ensure_ascii=False)
    assert "排队太久" not in json.dumps(details, ensure_ascii=False)


def test_a_parked_row_keeps_neither_words_nor_what_opens_a_survey(bus: Bus) -> None:
    spoilt = [record({**OPEN, "opened_on": "soon"}, 1), record({**ANSWER, "answered_on": "soon"}, 2)]

    assert handler(batch(*spoilt), Clock()) == {"batchItemFailures": []}

    messages = bus.parked()
    parked = json.dumps(messages, ensure_ascii=False)
    assert len(messages) == 2
    assert OPEN["token"] not in parked
    assert WORDS not in parked
