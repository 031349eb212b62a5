"""What a member takes along beside the profile: decisions about them, and a statement in words (M6, K1, K5)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.control.request import (
    Appeal,
    AppealState,
    Asked,
    ControlReason,
    ControlRequest,
    ControlState,
    ControlTask,
)
from functions.control.request_row import Act, to_row
from functions.lifecycle.shelf import GIVEN, GREETED, given_key
from functions.notices.messages import outgoing
from functions.notices.messages.message import Message, MessageState
from functions.notices.templates.words import Channel
from loyalty import dynamo, looks
from loyalty.clock import iso
from loyalty.earning import running
from loyalty.earning.rule import Add, Gift, Rule, to_plain
from loyalty.types import MemberId, Origin, Points, Purse
from tests.functions.members.conftest import Mall

ENGLISH = {"accept-language": "en"}
STAFF_WORDS, OWN_WORDS = "疑似套积分", "小票是我本人的"
AT = "2026-11-21T04:00:00.000Z"


@pytest.fixture
def ada(mall: Mall) -> MemberId:
    return MemberId(mall.enrol("ada", "+8613800000001").body["member_id"])


def asked(member_id: str, request_id: str = "r-1", **changes: Any) -> ControlRequest:
    """A request to void 500 points."""
    why = ControlReason.FALSE_RECEIPTS
    what = Asked(MemberId(member_id), ControlTask.VOID, why, Purse.POINTS, -500)
    return replace(ControlRequest(request_id, what, "maker-1", AT, text=STAFF_WORDS), **changes)


def decided(member_id: str, state: ControlState, **changes: Any) -> ControlRequest:
    return asked(member_id, state=state, checker="checker-1", decided_at=AT, version=2, **changes)


def keep(*requests: ControlRequest) -> None:
    """Write requests as control does."""
    act = Act("ControlDecided", AT, "checker-1", Origin.STAFF, "trace-1")
    for request in requests:
        dynamo.client().put_item(TableName="control", Item=dynamo.to_item(to_row(request, act)))


def exported(mall: Mall, name: str) -> Any:
    answer = mall.member("ada", "GET /me/export", headers=ENGLISH)
    assert answer.status == 200, answer.body
    return answer.body[name]


def test_a_decision_is_exported_with_the_members_own_words_and_not_with_those_of_staff(
    mall: Mall, ada: MemberId
) -> None:
    appeal = Appeal(OWN_WORDS, AT, AppealState.REJECTED, judge="judge-1", judged_at="2026-11-21T05:00:00.000Z")
    keep(decided(ada, ControlState.APPROVED, moved=-480, entry_id="e-1", appeal=appeal))
    (told,) = exported(mall, "control_decisions")
    assert told == {
        "request_id": "r-1", "task": "void", "why": "false_receipts", "state": "approved", "purse": "points",
        "moved": -480, "entry_id": "e-1", "created_at": AT, "decided_at": AT,
        "appeal": {"text": OWN_WORDS, "at": AT, "state": "rejected", "judged_at": "2026-11-21T05:00:00.000Z"},
    }  # fmt: skip


def test_what_is_only_asked_for_and_what_is_about_others_is_not_exported(mall: Mall, ada: MemberId) -> None:
    refused = decided(ada, ControlState.REFUSED, request_id="r-2")
    keep(asked(ada), refused, decided("member-else", ControlState.APPROVED, request_id="r-3"))
    told = exported(mall, "control_decisions")
    assert [(one["request_id"], one["state"], one["appeal"]) for one in told] == [("r-2", "refused", None)]


def test_no_decision_is_an_empty_list(mall: Mall, ada: MemberId) -> None:
    assert exported(mall, "control_decisions") == []


def reward(member_id: str, version: int, *reasons: list[Any]) -> None:
    """Write an entry with these reasons."""
    row = {
        "source": f"receipt/shoes/{version}", "movement": "purchase", "kind": "purchase", "at": AT, "recorded_at": AT,
        "origin": "till", "actor": "till:shoes", "member_id": member_id, "account_version": version,
        "legs": [["points", "271130", 7]], "reasons": list(reasons), "answer": {},
    }  # fmt: skip
    dynamo.client().put_item(TableName="ledger", Item=dynamo.to_item(row))


def rule(campaign_id: str, name: str) -> dict[str, Any]:
    """A campaign's rule as it is published."""
    starts = datetime(2026, 11, 1, tzinfo=UTC)
    one = Rule(campaign_id, "会员日", name, starts, starts + timedelta(days=30), (Add(Gift(Points(5))),))
    return {"rule": to_plain(one)}


def put_campaign(row: dict[str, Any]) -> None:
    dynamo.client().put_item(TableName="campaigns", Item=dynamo.to_item(row))


def test_the_statement_names_campaigns_that_run_that_ended_and_tiers(mall: Mall, ada: MemberId) -> None:
    put_campaign({"campaign_id": running.RUNNING, "kind": "c-1", **rule("c-1", "Members' day")})
    put_campaign({"campaign_id": "campaign/c-2", "kind": "definition", "facts": rule("c-2", "Summer")})
    reward(ada, 1, ["base", "points", 1], ["campaign", "points", 5, "c-1"], ["campaign", "points", 1, "gone"])
    reward(ada, 2, ["campaign_back", "points", 2, "c-2"], ["tier_welcome", "points", 5, "silver"])
    assert [line["reasons"] for line in exported(mall, "entries")] == [
        ["Points for your purchase", "Campaign: Members' day", "Campaign"],
        ["Campaign award of the returned goods: Summer", "Welcome to your tier: Silver"],
    ]


def test_years_of_campaigns_are_named(mall: Mall, ada: MemberId) -> None:
    for number in range(120):
        put_campaign({"campaign_id": f"campaign/c-{number}", "kind": "definition", "facts": rule(f"c-{number}", "Old")})
        reward(ada, number + 1, ["campaign", "points", 7, f"c-{number}"])
    assert {line["reasons"][0] for line in exported(mall, "entries")} == {"Campaign: Old"}


def browsed(member_id: str, minute: int, *refs: str) -> None:
    """The member's app told what they looked at; the row lies as insight keeps it."""
    at = f"2026-11-21T04:{minute:02d}:00.000Z"
    looked = [{"what": "clicked", "kind": "item", "ref": ref, "at": at} for ref in refs]
    row = {"insight_id": looks.partition(MemberId(member_id)), "kind": f"batch/{at}/{refs[0]}"}
    told = {"channel": "app", "actions": looked, "member_id": member_id, "tier": "regular", "correlation_id": "t"}
    dynamo.client().put_item(TableName="insight", Item=dynamo.to_item({**row, **told}))


def test_what_the_member_looked_at_is_exported_oldest_first(mall: Mall, ada: MemberId) -> None:
    for minute, ref in ((5, "SOCK-7"), (1, "SHOE-42")):
        browsed(ada, minute, ref)
    browsed("member-else", 2, "RING-1")
    told = {"channel": "app", "what": "clicked", "kind": "item"}
    assert exported(mall, "activity") == [
        {**told, "ref": "SHOE-42", "at": "2026-11-21T04:01:00.000Z"},
        {**told, "ref": "SOCK-7", "at": "2026-11-21T04:05:00.000Z"},
    ]


def test_all_of_it_is_exported_however_much_there_is(mall: Mall, ada: MemberId) -> None:
    for number in range(200):
        browsed(ada, number % 60, *(f"{number}-{place}-".ljust(64, "x") for place in range(50)))
    assert len(exported(mall, "activity")) == 200 * 50


def test_what_was_bought_on_many_receipts_is_exported(mall: Mall, ada: MemberId) -> None:
    for number in range(1, 121):
        reward(ada, number, ["base", "points", 1])
        bought(number, ["SHOE-42", "shoes", 1, number, number, 1000, True])
    told = [entry["bought"] for entry in exported(mall, "entries")]
    assert [line["paid_fen"] for lines in told for line in lines] == list(range(1, 121))


def bought(number: int, *lines: list[Any]) -> None:
    """Write what was on the receipt of a purchase that is there."""
    row = dynamo.get("ledger", {"source": f"receipt/shoes/{number}", "movement": "purchase"})
    assert row is not None
    dynamo.client().put_item(TableName="ledger", Item=dynamo.to_item({**row, "facts": {"lines": list(lines)}}))


def test_what_was_bought_is_exported_with_its_entry(mall: Mall, ada: MemberId) -> None:
    reward(ada, 1, ["base", "points", 1])
    bought(1, ["SHOE-42", "shoes", 2, 20000, 19000, 1000, True, 1000, "Yue"])
    reward(ada, 2, ["base", "points", 1])
    line = {"sku": "SHOE-42", "category": "shoes", "brand": "Yue", "quantity": 2}
    assert [entry["bought"] for entry in exported(mall, "entries")] == [
        [{**line, "amount_fen": 20000, "paid_fen": 19000}],
        [],
    ]


def notices_know(member_id: str, **known: Any) -> None:
    """Write what notices keep of a member, as they do."""
    row = {"notice_id": f"member/{member_id}", "kind": "member", "version": 3, **known}
    dynamo.client().put_item(TableName="notices", Item=dynamo.to_item(row))


def test_how_the_member_is_written_to_is_exported_without_digests(mall: Mall, ada: MemberId) -> None:
    notices_know("member-else", language="zh", opted_out=["email/service"], dead={"sms": "d1"}, recent=[])
    refused = ["email/marketing", "sms/marketing"]
    dead, grants = {"sms": "d2", "email": "digest-3"}, {"template-1": 2}
    notices_know(ada, language="en", opted_out=refused, dead=dead, recent=[AT], grants=grants)
    assert exported(mall, "notices") == {
        "language": "en",
        "refused": [{"channel": "email", "purpose": "marketing"}, {"channel": "sms", "purpose": "marketing"}],
        "unreachable": ["email", "sms"],
        "marketing_lately": [AT],
        "permitted": {"template-1": 2},
        "messages": [],
    }


def test_of_whom_notices_know_nothing_nothing_is_exported(mall: Mall, ada: MemberId) -> None:
    nothing: dict[str, list[str]] = {"refused": [], "unreachable": [], "marketing_lately": [], "messages": []}
    assert exported(mall, "notices") == {"language": None, "permitted": {}, **nothing}
    assert exported(mall, "occasions") == []


def planned(number: int, member_id: str, **changes: Any) -> Message:
    """A message, as notices keep it."""
    at = iso(datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=number))
    message = Message(
        f"m-{member_id}-{number}", member_id, "t-1", 1, "PointsExpiring", "service", f"e-{number}", at, at, "schedule",
        at=at, facts={"points": number},
    )  # fmt: skip
    return replace(message, **changes)


def keep_messages(*found: Message) -> None:
    for message in found:
        dynamo.client().put_item(**outgoing.put_if_absent(message)["Put"])


def test_every_message_to_the_member_is_exported_oldest_first_and_nobody_elses(mall: Mall, ada: MemberId) -> None:
    sent = replace(planned(0, ada), facts=None, state=MessageState.SENT, channel=Channel.SMS, to="digest-4")
    keep_messages(*(planned(number, ada) for number in range(130, 0, -1)), sent, planned(5, "member-else"))
    told = exported(mall, "notices")["messages"]
    assert told[0] == {
        "occasion": "PointsExpiring", "purpose": "service", "channel": "sms", "state": "sent",
        "planned_at": sent.planned_at, "at": sent.at,
    }  # fmt: skip
    assert [one["facts"]["points"] for one in told[1:]] == list(range(1, 131))


def given(member_id: str, shelf: str, **changes: Any) -> None:
    """Write what somebody had by occasion, as offers do."""
    row = {
        **given_key(member_id, "o-1", shelf), "member_id": member_id, "occasion": "family_birthday", "version": 2,
        "name_zh": "家人生日", "name_en": "Family birthday", "at": AT, "tier": "gold", "happened": ["OccasionGiven"],
        "days": {"r-2": "2026-12-02", "r-1": "2026-11-30"}, **changes,
    }  # fmt: skip
    dynamo.client().put_item(TableName="offers", Item=dynamo.to_item(row))


def test_what_the_member_had_by_occasion_is_exported_with_the_days_it_was_for(mall: Mall, ada: MemberId) -> None:
    given(ada, GIVEN)
    given(ada, GREETED, version=1, days={"self": "2026-11-21"})
    given("member-else", GIVEN)
    assert exported(mall, "occasions") == [
        {
            "what": "given", "name": "Family birthday", "occasion": "family_birthday", "times": 2, "last_at": AT,
            "days": [{"about": "r-1", "day": "2026-11-30"}, {"about": "r-2", "day": "2026-12-02"}],
        },
        {
            "what": "greeted", "name": "Family birthday", "occasion": "family_birthday", "times": 1, "last_at": AT,
            "days": [{"about": "self", "day": "2026-11-21"}],
        },
    ]  # fmt: skip
