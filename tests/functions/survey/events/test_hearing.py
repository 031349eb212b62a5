"""Which messages surveys can use: whatever else comes, comes back alone and harms no other."""

import json
from typing import Any

import pytest

from functions.survey.inviting.hearing import MalformedEventError, heard
from tests.functions.survey.events.conftest import ANNA, COUPON, HANDED_OVER, NOON, REDEEMED, Mall, message
from tests.functions.survey.published import invitations, publish

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")

TRIGGERS = [
    REDEEMED,
    "PointsRedeemed.purchase",
    COUPON,
    HANDED_OVER,
    "CouponExpired.unused",
    "PointsRefunded.refund_into_debt",
    "TierChanged.purchase",
    "MemberEnrolled.enrolled_by_app",
]
NOT_JSON = ["", "{", "[]", "null", "7", "{}", '{"detail": {}}', '{"detail": 7}', '{"detail": null}', "[" * 100_000]


def body(sample: str = REDEEMED, **changes: Any) -> str:
    return str(message(Mall().event(sample, **changes))["body"])


def without(name: str) -> str:
    detail = Mall().event()
    del detail[name]
    return str(message(detail)["body"])


@pytest.mark.parametrize("sample", TRIGGERS)
def test_every_event_that_may_lead_to_an_invitation_is_understood(sample: str) -> None:
    event = heard(body(sample))
    assert (event.occasion.event, event.occasion.member_id) == (sample.split(".")[0], ANNA)
    assert not event.is_erasure


def test_an_event_is_heard_with_its_occasion_and_its_trace() -> None:
    event = heard(body(COUPON, id="e-1", correlationid="trace-1"))
    assert (event.event_id, event.trace, event.occasion.origin) == ("e-1", "trace-1", "till")
    assert (event.occasion.tenant_id, event.occasion.about) == ("shoes-and-more", "autumn-200-30")
    assert event.occasion.key == "receipt/shoes-and-more/A-20261121-0042"
    assert heard(without("correlationid")).trace == Mall().event()["id"]


def test_what_a_later_edition_adds_does_no_harm_and_reaches_no_condition() -> None:
    event = heard(body(colour="red", data={"mood": 0.5}))
    assert "mood" not in event.occasion.data


def test_an_erasure_is_heard() -> None:
    detail = {**Mall().event(), "type": "MemberErased", "data": {"entry_id": "x"}}
    event = heard(message(detail)["body"])
    assert (event.is_erasure, event.occasion.member_id) == (True, ANNA)
    with pytest.raises(MalformedEventError):
        heard(message({**detail, "data": None})["body"])


@pytest.mark.parametrize("text", NOT_JSON, ids=lambda text: text[:12])
def test_what_is_no_event_is_malformed(text: str) -> None:
    with pytest.raises(MalformedEventError):
        heard(text)


@pytest.mark.parametrize("name", ["id", "type", "time", "subject", "origin", "data", "source", "member_seq"])
def test_an_event_that_lacks_something_is_malformed(name: str) -> None:
    with pytest.raises(MalformedEventError):
        heard(without(name))


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "PointsEarned"},
        {"type": "SomethingNew"},
        {"type": ["PointsRedeemed"]},
        {"type": {"PointsRedeemed": 1}},
        {"id": ""},
        {"id": "../../settings"},
        {"id": "e" * 65},
        {"id": "event-1\n"},
        {"id": 7},
        {"subject": ""},
        {"subject": "anna"},
        {"subject": "member/anna"},
        {"subject": "m" * 41},
        {"subject": "成员的编号一二三四"},
        {"time": "2026-11-21T10:30:00"},
        {"time": "yesterday"},
        {"time": "0001-01-01T00:00:00+14:00"},
        {"time": "9999-12-31T23:59:59Z"},
        {"time": "1999-12-31T23:59:59Z"},
        {"specversion": "2.0"},
        {"member_seq": -1},
        {"data": {"points": "500"}},
        {"data": {"points": 500.5}},
        {"data": {"points": -1}},
        {"data": {"points": 10**40}},
        {"data": {"points": True}},
        {"data": {"legs": "many"}},
        {"data": {"legs": [{"purse": "gold", "points": 1}]}},
        {"data": {"tenant_id": "t" * 65}},
        {"data": {"receipt": {"tenant_id": "shoes"}}},
        {"data": {"receipt": {"tenant_id": "shoes", "receipt_no": "\ud800"}}},
        {"data": {"entry_id": "x" * 300_000}},
    ],
    ids=lambda changes: json.dumps(changes)[:40],
)
def test_an_event_that_its_published_model_or_our_tables_refuse_is_malformed(changes: dict[str, Any]) -> None:
    detail = Mall().event(**changes)
    with pytest.raises(MalformedEventError):
        heard(json.dumps({"detail": detail}))


@pytest.mark.parametrize("at", [0, 3, 9])
def test_a_malformed_message_comes_back_alone_wherever_it_stands(mall: Mall, at: int) -> None:
    publish(once_days=0, minds_fatigue=False)
    events = [message(mall.event(id=f"e-{n}", data={"entry_id": f"entry-{n}"}), f"m{n}") for n in range(10)]
    events[at] = {"messageId": "bad", "body": "{"}
    assert mall.hear(*events) == ["bad"]
    assert len(invitations()) == 9


def test_nothing_is_said_of_a_malformed_message_but_which_one(mall: Mall, caplog: pytest.LogCaptureFixture) -> None:
    mall.hear({"messageId": "bad", "body": body(data={"points": "秘密"})})
    said = str([vars(record) for record in caplog.records])
    assert "'message_id': 'bad'" in said
    assert ANNA not in said
    assert "秘密" not in said


def test_noon_is_noon() -> None:
    assert heard(body(ago=0)).occasion.at == NOON
