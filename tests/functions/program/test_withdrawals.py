"""An announcement is taken back before its day, the latest first; nothing that was in force ever is (K5)."""

from functools import partial
from typing import Any

import pytest

from functions.outbox import on_change
from loyalty import dynamo, programme_store
from loyalty.remembering import forget_everything
from tests.functions.program.office import MAX, Calendar, announced, approved, row, rows, rules, send, step


def test_an_announcement_is_taken_back_before_its_day(calendar: Calendar) -> None:
    version_id = announced()
    for _ in range(2):
        assert (step(version_id, "endings").status, step(version_id, "endings").body["state"]) == (201, "ended")
    forget_everything()
    assert (row(2)["state"], row(2)["withdrawn_by"]) == ("withdrawn", "mei")
    assert rules()["announced"] == []
    calendar.days_pass(30)
    assert (rules()["version"], rules()["redemption"]["fen"]) == (1, 100)
    assert programme_store.by_version(2).redemption.fen == 120


def test_the_number_of_a_withdrawn_version_is_not_used_again(calendar: Calendar) -> None:
    step(announced(), "endings")
    again = announced({"pending": {"days": 7}}, key="again")
    answer = send(f"GET /program-versions/{again}")
    assert (answer.body["number"], answer.body["based_on"]) == (3, 1)
    assert answer.body["differences"] == [{"field": "pending.days", "from": 0, "to": 7}]
    calendar.days_pass(7)
    assert (rules()["version"], rules()["redemption"]["fen"]) == (3, 100)


def test_what_is_in_force_is_not_taken_back(calendar: Calendar) -> None:
    version_id = announced()
    calendar.days_pass(7)
    answer = step(version_id, "endings")
    assert (answer.status, answer.code, answer.body["since"]) == (409, "programme_in_force", "2026-11-09")
    assert row(2)["state"] == "announced"


def test_the_latest_announcement_is_taken_back_first(calendar: Calendar) -> None:
    first = announced()
    second = announced({"pending": {"days": 7}}, key="second")
    assert (step(first, "endings").code, step(first, "endings").body["version"]) == ("later_version_announced", 3)
    assert [step(one, "endings").status for one in (second, first)] == [201, 201]
    forget_everything()
    assert rules()["announced"] == []


@pytest.mark.parametrize("ending_first", [True, False])
def test_taking_back_and_announcing_on_top_exclude_each_other(calendar: Calendar, ending_first: bool) -> None:
    first = announced()
    second = approved({"pending": {"days": 7}}, key="second")
    withdraw, announce = partial(step, first, "endings"), partial(step, second, "publications", MAX)
    begun, rival = (withdraw, announce) if ending_first else (announce, withdraw)

    def overtake(**_: Any) -> None:
        dynamo.client().meta.events.unregister("before-call.dynamodb.TransactWriteItems", overtake)
        assert rival().status == 201

    dynamo.client().meta.events.register("before-call.dynamodb.TransactWriteItems", overtake)
    assert begun().code == ("later_version_announced" if ending_first else "programme_moved_on")


def told(row: dict[str, Any], *keys: str) -> list[Any]:
    """What a new version of a row means to the outbox, as its stream brings it."""
    image = dynamo.to_item(row)
    change = {"NewImage": image, "Keys": {name: image[name] for name in keys}}
    return on_change.events_of({"eventName": "MODIFY", "dynamodb": change}, "aurora")


def test_a_withdrawal_is_told_as_the_end_of_its_draft_and_announces_nothing_again(calendar: Calendar) -> None:
    version_id = announced()
    (news,) = told(row(2), "name", "version")
    assert (news.type, news.data.version) == ("ProgrammeAnnounced", 2)
    step(version_id, "endings")
    assert "withdrawn_at" in row(2)
    assert told(row(2), "name", "version") == []
    (ended,) = (event for one in rows("control") for event in told(one, "control_id", "kind"))
    assert (ended.type, ended.subject, ended.origin) == ("OfferChanged", version_id, "staff")
    assert (ended.data.offer_kind, ended.data.state, ended.data.actor) == ("programme", "ended", "mei")
