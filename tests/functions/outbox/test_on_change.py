"""The outbox between stream and bus: nothing lost, nothing blocked, the same ids however often."""

import base64
import gzip
import json
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError

from events.examples import ENTRIES, MEMBER, PROFILES
from functions.outbox.bus import ATTEMPTS
from functions.outbox.on_change import handler
from loyalty.dynamo import Item
from tests.functions.outbox.conftest import Answer, Bus, Clock, batch, record

NOTHING_LEFT: dict[str, Any] = {"batchItemFailures": []}
PURCHASE = ENTRIES["purchase"]


def simple(number: int) -> Item:
    """An entry that means exactly one event."""
    return {**ENTRIES["expiry"], "movement": f"expire/{number}", "account_version": number}


def poison(number: int) -> Item:
    """An entry whose reasons do not explain its legs."""
    return {**simple(number), "reasons": []}


def run(*records: dict[str, Any], clock: Clock | None = None) -> dict[str, Any]:
    answer: dict[str, Any] = handler(batch(*records), clock or Clock())
    return answer


def failing(code: str, *positions: int) -> Answer:
    """A 200 answer of the bus in which some entries failed."""

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        entries = [
            {"ErrorCode": code, "ErrorMessage": "no"} if n in positions else {"EventId": f"b{n}"}
            for n in range(len(request["Entries"]))
        ]
        return {"FailedEntryCount": len(positions), "Entries": entries}

    return answer


def refusing(code: str, status: int = 400) -> Answer:
    """An answer of the bus that refuses the whole call."""
    return lambda request: {"status": status, "Error": {"Code": code, "Message": "no"}}


def begin_again_at(number: int) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": f"{number:021d}"}]}


def versions(request: dict[str, Any]) -> list[int]:
    return [json.loads(entry["Detail"])["member_seq"] for entry in request["Entries"]]


def test_a_row_arrives_on_the_bus_as_its_events(bus: Bus) -> None:
    assert run(record(PURCHASE)) == NOTHING_LEFT

    arrived = bus.events()
    assert [event["detail-type"] for event in arrived] == ["PointsRedeemed", "PointsEarned", "TierChanged"]
    assert {event["source"] for event in arrived} == {"loyalty"}
    assert {event["detail"]["mall"] for event in arrived} == {"aurora"}


def test_a_purchase_that_replaces_its_placeholder_is_news(bus: Bus) -> None:
    run(record(simple(4), name="MODIFY"))

    assert [detail["member_seq"] for detail in bus.details()] == [4]


def test_a_member_is_enrolled_once_whatever_happens_to_the_profile_later(bus: Bus) -> None:
    profile = PROFILES["enrolled_by_app"]

    run(record(profile, 1), record(profile, 2, name="MODIFY"), record(profile, 3, name="REMOVE"))

    assert [(d["type"], d["subject"]) for d in bus.details()] == [("MemberEnrolled", MEMBER)]


def test_rows_without_events_make_no_call(bus: Bus) -> None:
    guard = {"source": "receipt/t/1", "movement": "return/0001", "kind": "guard"}
    lookup = {"member_id": "phone/x", "kind": "lookup", "target": MEMBER}

    assert run(record(guard, 1), record(lookup, 2), record(PURCHASE, 3, name="REMOVE")) == NOTHING_LEFT
    assert bus.wire.calls == []


def test_calls_hold_ten_events_at_most_in_the_streams_order(bus: Bus) -> None:
    run(*(record(simple(n), n) for n in range(1, 26)))

    assert [versions(call) for call in bus.wire.calls] == [
        list(range(1, 11)),
        list(range(11, 21)),
        list(range(21, 26)),
    ]


def test_calls_weigh_256_kb_at_most(bus: Bus) -> None:
    heavy = {**PURCHASE["facts"], "lines": [["S" * 100_000, "c", 1, 1, 1, 1, True]]}
    rows = [{**PURCHASE, "facts": heavy, "account_version": n} for n in range(1, 7)]

    assert run(*(record(row, n) for n, row in enumerate(rows, 1))) == NOTHING_LEFT

    weights = [
        sum(len(e["Source"] + e["DetailType"] + e["Detail"]) for e in call["Entries"]) for call in bus.wire.calls
    ]
    assert max(weights) <= 256 * 1024
    assert len(weights) == 3, "ten events would have fitted into two calls"
    assert len(bus.details()) == 18


def test_an_entry_that_failed_inside_a_200_is_put_again_alone(bus: Bus) -> None:
    bus.wire.answers = [failing("ThrottlingException", 1)]

    assert run(*(record(simple(n), n) for n in range(1, 4))) == NOTHING_LEFT

    assert [versions(call) for call in bus.wire.calls] == [[1, 2, 3], [2]]
    assert len(bus.pauses) == 2
    assert 0 < bus.pauses[1] <= 0.2


def test_the_stream_begins_again_at_the_first_row_that_is_not_on_the_bus(bus: Bus) -> None:
    bus.wire.answers = [failing("InternalFailure", 3, 5), *[failing("InternalFailure", 0)] * ATTEMPTS]

    answer = run(*(record(simple(n), n) for n in range(1, 13)))

    assert answer == begin_again_at(4)
    assert 11 not in [seq for call in bus.wire.calls for seq in versions(call)], "later rows wait their turn"


def test_a_row_of_which_one_event_is_not_on_the_bus_begins_again_whole(bus: Bus) -> None:
    bus.wire.answers = [failing("InternalFailure", 2), *[failing("InternalFailure", 0)] * ATTEMPTS]

    assert run(record(PURCHASE, 1), record(simple(8), 2)) == begin_again_at(1)


@pytest.mark.parametrize(
    "trouble",
    [
        refusing("ThrottlingException"),
        refusing("InternalException", 500),
        refusing("AccessDeniedException"),
        lambda request: EndpointConnectionError(endpoint_url="https://events"),
        lambda request: ReadTimeoutError(endpoint_url="https://events"),
    ],
    ids=["throttled", "fault", "denied", "unreachable", "answer lost"],
)
def test_a_bus_in_trouble_is_waited_for_and_then_the_stream_holds(bus: Bus, trouble: Answer) -> None:
    bus.wire.answers = [trouble]
    assert run(record(simple(1))) == NOTHING_LEFT

    bus.wire.answers = [trouble] * ATTEMPTS
    assert run(record(simple(1)), record(simple(2), 2)) == begin_again_at(1)
    assert bus.parked() == []


def test_redelivered_batches_carry_the_same_ids(bus: Bus) -> None:
    records = [record(PURCHASE, 1), record(PROFILES["enrolled_by_import"], 2)]

    run(*records)
    first = [detail["id"] for detail in bus.details()]
    run(*records)

    assert [detail["id"] for detail in bus.details()] == first
    assert len(set(first)) == 4


def test_a_poison_row_is_parked_whole_and_the_batch_goes_on(bus: Bus) -> None:
    assert run(record(simple(1), 1), record(poison(2), 2), record(simple(3), 3)) == NOTHING_LEFT

    assert [detail["member_seq"] for detail in bus.details()] == [1, 3]
    (parked,) = bus.parked()
    assert parked == {"reason": "UnexplainedLegsError", "record": record(poison(2), 2)}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"kind": "haunting"},
        {"legs": "none"},
        {"legs": [["points", "261131", -1000]]},
        {"recorded_at": "yesterday"},
        {"facts": {"tier_after": "gold"}},
        {"account_version": -1},
        {"answer": None},
    ],
    ids=lambda spoilt: next(iter(spoilt)),
)
def test_whatever_is_wrong_with_a_row_it_is_parked(bus: Bus, spoilt: Item) -> None:
    row = {**simple(1), **spoilt}

    assert run(record(row, 1), record(simple(2), 2)) == NOTHING_LEFT

    assert [message["record"] for message in bus.parked()] == [record(row, 1)]
    assert len(bus.details()) == 1


def test_a_parked_record_can_be_given_to_the_function_again(bus: Bus) -> None:
    run(record(PROFILES["enrolled_by_app"] | {"status": 5}))
    (parked,) = bus.parked()
    parked["record"]["dynamodb"]["NewImage"]["status"] = {"S": "active"}

    assert run(parked["record"]) == NOTHING_LEFT
    assert [detail["type"] for detail in bus.details()] == ["MemberEnrolled"]


def test_a_parked_profile_does_not_say_who_it_is(bus: Bus) -> None:
    spoilt = record(PROFILES["enrolled_by_app"] | {"status": 5})
    spoilt["dynamodb"]["OldImage"] = spoilt["dynamodb"]["NewImage"]
    run(spoilt)

    (parked,) = bus.parked()
    person = [PROFILES["enrolled_by_app"][name] for name in ("name", "phone", "birthday")]
    assert not [value for value in person if value in json.dumps(parked, ensure_ascii=False)]
    assert parked["record"]["dynamodb"]["NewImage"]["member_id"] == {"S": MEMBER}


def test_an_event_the_bus_will_never_take_is_parked_and_the_others_go_on(bus: Bus) -> None:
    bus.wire.answers = [failing("MalformedDetail", 1)]

    assert run(*(record(simple(n), n) for n in range(1, 4))) == NOTHING_LEFT

    (parked,) = bus.parked()
    assert (parked["reason"], parked["record"]) == ("MalformedDetail", record(simple(2), 2))
    assert len(bus.wire.calls) == 1


def test_a_call_refused_as_invalid_is_taken_apart_to_find_the_culprit(bus: Bus) -> None:
    invalid = refusing("ValidationException")
    bus.wire.answers = [invalid, lambda request: None, invalid, lambda request: None]

    assert run(*(record(simple(n), n) for n in range(1, 4))) == NOTHING_LEFT

    assert [versions(call) for call in bus.wire.calls] == [[1, 2, 3], [1], [2], [3]]
    assert [message["record"] for message in bus.parked()] == [record(simple(2), 2)]
    assert [detail["member_seq"] for detail in bus.details()] == [1, 3]


def test_a_row_too_large_for_the_bus_is_parked_packed(bus: Bus) -> None:
    heavy = {**PURCHASE["facts"], "lines": [["鞋" * 100_000, "c", 1, 1, 1, 1, True]]}
    row = {**PURCHASE, "facts": heavy}

    assert run(record(row, 1), record(simple(2), 2)) == NOTHING_LEFT

    (parked,) = bus.parked()
    assert parked["reason"] == "TooLarge"
    assert json.loads(gzip.decompress(base64.b64decode(parked["record_gzip"]))) == record(row, 1)
    assert len(bus.details()) == 1


def test_what_no_message_can_hold_is_parked_by_its_key(bus: Bus) -> None:
    noise = "".join(chr(0x4E00 + (n * 7919 + n * n * 104729) % 20000) for n in range(200_000))
    row = {**PURCHASE, "facts": {**PURCHASE["facts"], "lines": [[noise, "c", 1, 1, 1, 1, True]]}}

    assert run(record(row, 1)) == NOTHING_LEFT

    assert bus.parked() == [{"reason": "TooLarge", "keys": record(row, 1)["dynamodb"]["Keys"]}]


def test_a_poison_row_that_cannot_be_parked_now_is_held_by_the_stream(bus: Bus) -> None:
    bus.parking.answers = [refusing("ServiceUnavailable", 503)]

    assert run(record(simple(1), 1), record(poison(2), 2), record(poison(3), 3)) == begin_again_at(2)
    assert bus.parked() == []


def test_rows_behind_the_first_unsent_are_not_parked_yet(bus: Bus) -> None:
    bus.wire.answers = [refusing("ThrottlingException")] * ATTEMPTS

    answer = run(record(poison(1), 1), record(simple(2), 2), record(poison(3), 3))

    assert answer == begin_again_at(2)
    assert [message["record"] for message in bus.parked()] == [record(poison(1), 1)]


def test_no_call_is_begun_without_the_time_to_end_it(bus: Bus) -> None:
    assert run(record(simple(1), 1), clock=Clock(seconds=8)) == begin_again_at(1)
    assert bus.wire.calls == []


def test_patience_ends_before_the_function_does(bus: Bus) -> None:
    bus.wire.answers = [refusing("ThrottlingException")] * ATTEMPTS

    run(record(simple(1), 1), clock=Clock(seconds=24, per_look=5))

    assert len(bus.wire.calls) == 2


def test_a_log_of_a_poison_row_has_nothing_of_the_row(bus: Bus, caplog: pytest.LogCaptureFixture) -> None:
    run(record(PROFILES["enrolled_by_app"] | {"status": 5}))

    (logged,) = [line for line in caplog.records if line.message == "row parked"]
    assert logged.__dict__["reason"] == "ValidationError"
    assert "13800138000" not in str(logged.__dict__)
