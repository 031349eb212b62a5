"""Points change hands: both sides or neither, exactly once, in three calls; and nothing is told about a phone."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from functions.accounts import api as accounts
from functions.transfer import api, giving
from loyalty import dynamo, identity
from loyalty.clock import local_day, utc_now
from loyalty.types import Purse, Status
from tests.functions.till import (
    ANNA,
    BEN,
    WRITE,
    WRITTEN,
    ZONE,
    account_of,
    bucket,
    everything,
    ledger_rows,
    ledger_sum,
    once,
)
from tests.functions.transfer.conftest import PHONES, UNKNOWN, allow, known, limits, stand, transfer
from tests.support import call, http_event, member_caller

pytestmark = pytest.mark.usefixtures("friends")


def test_points_reach_the_other_member_with_their_expiry() -> None:
    answer = transfer(400, "138 0013 8001")
    assert (answer.status, answer.headers["location"]) == (201, "/me/points/entries")
    assert answer.body == {
        "transfer_id": answer.body["transfer_id"],
        "points": 400,
        "fee_points": 0,
        "to": "*8001",
        "balance": 600,
        "tier": "regular",
        "at": answer.body["at"],
    }
    assert account_of(ANNA).held(Purse.POINTS) == {bucket(200): 600}
    assert account_of(BEN).held(Purse.POINTS) == {bucket(60): 300, bucket(200): 100}
    assert (ledger_sum(ANNA), ledger_sum(BEN)) == (-400, 400)


def test_both_entries_say_what_happened_and_both_accounts_when() -> None:
    transfer(200)
    out, into = sorted(ledger_rows(), key=lambda row: str(row["movement"]), reverse=True)
    assert out["source"] == into["source"]
    assert [row["movement"] for row in (out, into)] == ["out", "in"]
    assert [row["kind"] for row in (out, into)] == ["transfer", "transfer"]
    assert (out["facts"], into["facts"]) == ({"other": BEN}, {"other": ANNA})
    today = local_day(utc_now(), ZONE)
    assert {account_of(one).moved_on for one in (ANNA, BEN)} == {today}
    assert {account_of(one).version for one in (ANNA, BEN)} == {1}
    assert account_of(ANNA).given == (today, 200, today[:2], 200)


@pytest.mark.parametrize(("who", "points", "code"), [(ANNA, -202, "transfer_out"), (BEN, 200, "transfer_in")])
def test_the_statement_shows_it_on_both_sides(who: str, points: int, code: str) -> None:
    allow(fee_percent=1)
    transfer(200)
    answer = call(accounts.handler, http_event("GET /me/points/entries", caller=member_caller(who)))
    (line,) = answer.body["items"]
    assert (line["movement"], line["points"], line["reasons"][0]["code"]) == ("transfer", points, code)
    assert line["reasons"][0]["text"]


def test_the_same_request_is_answered_alike_and_moves_nothing_again() -> None:
    first = transfer(400)
    before = everything()
    allow(enabled=False)
    again = transfer(400, "013800138001")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert everything()["ledger"] == before["ledger"]
    assert everything()["accounts"] == before["accounts"]


@pytest.mark.parametrize("other", [{"points": 401}, {"phone": PHONES[ANNA]}, {"phone": UNKNOWN}])
def test_a_key_stands_for_one_transfer(other: dict[str, Any]) -> None:
    transfer(400)
    before = everything()
    assert transfer(**{"points": 400, **other}).code == "idempotency_key_reused"
    assert everything() == before


def test_an_answer_that_was_lost_is_found_again() -> None:
    def lose(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="http://x")

    with once(WRITTEN, lose):
        answer = transfer(500)
    assert (answer.status, answer.body["balance"]) == (201, 500)
    assert (ledger_sum(ANNA), ledger_sum(BEN)) == (-500, 500)


def test_a_transfer_is_two_readings_and_one_transaction() -> None:
    transfer(100, key="warm")  # the login, the programme and the mall's key are remembered
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb", note)
    transfer(100, key="counted")
    events.unregister("before-call.dynamodb", note)
    assert calls == ["BatchGetItem", "BatchGetItem", "TransactWriteItems"]


def test_pitfall_1_twenty_parallel_gifts_of_one_balance_create_no_points() -> None:
    """Every gift reads the same hundred points before any of them is written."""
    allow(minimum=10, most_a_day=10_000, most_a_year=10_000)
    stand(ANNA, Status.ACTIVE)
    assert transfer(900, key="leaves-a-hundred").status == 201
    answers, started = [], [1]

    def another(**_: Any) -> None:
        started[0] += 1
        if started[0] <= 20:
            answers.append(transfer(100, key=f"gift-{started[0]}"))

    events = dynamo.client().meta.events
    events.register(WRITE, another)
    answers.append(transfer(100, key="gift-1"))
    events.unregister(WRITE, another)
    assert sorted(answer.status for answer in answers) == [201] + [422] * 19
    assert {answer.code for answer in answers if answer.status == 422} == {"insufficient_points"}
    assert account_of(ANNA).total(Purse.POINTS) == 0
    assert account_of(BEN).total(Purse.POINTS) == 1000
    assert ledger_sum(ANNA) == -ledger_sum(BEN) == -1000


def test_whoever_of_the_two_moves_meanwhile_is_read_again() -> None:
    known("member-cleo", "+8613800138002")
    stand("member-cleo", Status.ACTIVE)
    with once(WRITE, lambda **_: transfer(100, PHONES[ANNA], giver="member-cleo", key="the-giver-moves")):
        assert transfer(400).status == 201
    with once(WRITE, lambda **_: transfer(100, giver="member-cleo", key="the-receiver-moves")):
        assert transfer(100, key="second").status == 201
    assert (account_of(BEN).total(Purse.POINTS), account_of(BEN).version) == (600, 3)
    assert account_of(ANNA).total(Purse.POINTS) == 600


def test_a_limit_holds_over_the_day() -> None:
    assert transfer(300, key="a").status == 201
    answer = transfer(201, key="b")
    assert (answer.status, answer.code, answer.body["left"], answer.body["per"]) == (422, "transfer_limit", 200, "day")
    assert transfer(200, key="c").status == 201


def test_the_limits_can_be_read() -> None:
    allow(fee_percent=1, fee_points=2)
    transfer(300)
    answer = limits()
    assert (answer.status, answer.body["left_today"], answer.body["left_this_year"]) == (200, 200, 500)
    assert (answer.body["spendable"], answer.body["transferable"], answer.body["most_now"]) == (695, 695, 200)
    assert transfer(201, key="b").code == "transfer_limit"


def test_the_own_phone_is_told_apart_and_is_no_wrong_guess() -> None:
    for n in range(giving.WRONG_PHONES.times + 1):
        assert transfer(100, PHONES[ANNA], key=f"own-{n}").code == "own_phone"


def test_who_is_no_member_neither_gives_nor_sees_limits() -> None:
    assert transfer(giver="nobody").code == limits("nobody").code == "not_enrolled"


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.ACTIVE])
def test_a_phone_of_nobody_and_of_who_cannot_receive_are_answered_alike(status: Status) -> None:
    stand(BEN, status)
    before = everything()["accounts"]
    theirs, nobodys = transfer(100, key="a"), transfer(100, UNKNOWN, key="b")
    for answer in (theirs, nobodys):
        del answer.body["trace_id"]
    assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body) == (422, nobodys.body)
    assert everything()["accounts"] == before
    assert everything()["ledger"] == []


def test_phones_cannot_be_tried_one_after_the_other() -> None:
    for n in range(giving.WRONG_PHONES.times):
        assert transfer(100, UNKNOWN, key=f"try-{n}").code == "cannot_receive"
    for phone in (UNKNOWN, PHONES[BEN]):
        answer = transfer(100, phone, key="one-more")
        assert (answer.status, answer.code) == (429, "too_many_requests")
        assert int(answer.headers["retry-after"]) > 0
    stand("member-cleo", Status.ACTIVE)
    known("member-cleo", "+8613800138002")
    assert transfer(100, giver="member-cleo").status == 201


def test_what_was_given_before_is_answered_even_after_too_many_wrong_phones() -> None:
    first = transfer(100)
    for n in range(giving.WRONG_PHONES.times):
        transfer(100, UNKNOWN, key=f"try-{n}")
    assert transfer(100).body == first.body


def test_parallel_guesses_are_counted_one_by_one() -> None:
    answers, started = [], [1]

    def another(**_: Any) -> None:
        started[0] += 1
        if started[0] <= 15:
            answers.append(transfer(100, UNKNOWN, key=f"guess-{started[0]}"))

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb.UpdateItem", another)
    answers.append(transfer(100, UNKNOWN, key="guess-1"))
    events.unregister("before-call.dynamodb.UpdateItem", another)
    assert [answer.code for answer in answers].count("cannot_receive") == giving.WRONG_PHONES.times


def test_no_phone_is_stored_with_a_transfer_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    transfer(100)
    transfer(100, UNKNOWN, key="b")
    written = str(everything()["ledger"]) + caplog.text + str([vars(record) for record in caplog.records])
    assert "1380013800" not in written
    assert identity.phone_key(PHONES[BEN]).removeprefix("phone/") not in written


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"to_phone": "13800138001", "points": 0}, "invalid_request"),
        ({"to_phone": "13800138001", "points": -100}, "invalid_request"),
        ({"to_phone": "13800138001", "points": 100.0}, "invalid_request"),
        ({"to_phone": "13800138001", "points": "100"}, "invalid_request"),
        ({"to_phone": "13800138001"}, "invalid_request"),
        ({"points": 100}, "invalid_request"),
        ({"to_phone": "13800138001", "points": 100, "note": "Mei"}, "invalid_request"),
        ({"to_phone": "12345", "points": 100}, "invalid_phone"),
    ],
)
def test_a_malformed_request_moves_nothing(body: dict[str, Any], code: str) -> None:
    before = everything()
    headers = {"idempotency-key": "k"}
    event = http_event("POST /me/transfers", body=body, caller=member_caller(ANNA), headers=headers)
    answer = call(api.handler, event)
    assert (answer.status, answer.code) == (400, code)
    assert everything() == before
