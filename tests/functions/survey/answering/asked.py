"""A mall that asks: a published survey, members with accounts, invitations, and the routes that answer them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.survey import answers_desk, links, me
from functions.survey.answers import answering_reads
from functions.survey.definition import Survey
from loyalty import account_store, catalogue, dynamo
from loyalty.accounts import Account, open_account
from loyalty.catalogue import OfferState
from loyalty.clock import local_day
from loyalty.surveys import inviting, running
from loyalty.surveys.invitation import Asked, AskedBy, Invitation, from_row, invited
from loyalty.surveys.occasion import Occasion
from loyalty.surveys.running import Running
from loyalty.surveys.settings import Settings
from loyalty.types import MemberId, Status
from tests.functions.members.faults import calls_through
from tests.support import PROGRAMME, HttpAnswer, call, http_event, member_caller, staff_caller

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
ANNA, BEN = "member-anna", "member-ben"
SURVEY_ID = "survey-1"
GOOD: dict[str, Any] = {"ease": 9, "again": 10, "visit": "lunch", "liked": ["food", "staff"], "why": "很好"}
SURVEY: dict[str, Any] = {
    "title_zh": "积分好用吗？",
    "title_en": "Are points easy to use?",
    "intro_zh": "五个问题，一分钟。",
    "thanks_zh": "谢谢您！",
    "thanks_en": "Thank you!",
    "questions": [
        {
            "code": "ease", "kind": "scale", "dimension": "ease", "zh": "用积分方便吗？", "en": "Was it easy?",
            "low_zh": "很麻烦", "low_en": "Hard", "high_zh": "很方便", "high_en": "Easy",
        },
        {"code": "again", "kind": "recommendation", "zh": "您会推荐我们吗？", "en": "Would you recommend us?"},
        {
            "code": "visit", "kind": "single", "zh": "您为何而来？", "en": "What brought you here?",
            "choices": [
                {"code": "shop", "zh": "购物", "en": "Shopping"},
                {"code": "lunch", "zh": "用餐", "en": "Lunch"},
            ],
        },
        {
            "code": "liked", "kind": "multiple", "most": 2, "required": False,
            "zh": "您喜欢什么？", "en": "What did you like?",
            "choices": [
                {"code": "staff", "zh": "服务", "en": "Staff"},
                {"code": "food", "zh": "餐饮", "en": "Food"},
                {"code": "quiet", "zh": "安静", "en": "Quiet"},
            ],
        },
        {"code": "why", "kind": "text", "zh": "还想告诉我们什么？", "en": "Anything else?"},
    ],
    "reward": {"purse": "courtesy", "points": 50},
}  # fmt: skip


@dataclass
class Mall:
    """The routes of members, holders of links and staff, as their callers use them."""

    now: datetime = NOON
    asked: int = field(default=0)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def publish(
        self, survey_id: str = SURVEY_ID, state: OfferState = OfferState.PUBLISHED, number: int = 1, **changes: Any
    ) -> Running:
        """Publish a survey."""
        series_id = changes.pop("series_id", SURVEY_ID)
        survey = Survey.model_validate({**SURVEY, **changes})
        reward = survey.reward
        asks = Running(
            survey_id=survey_id,
            series_id=series_id,
            version=number,
            title_zh=survey.title_zh,
            title_en=survey.title_en,
            once_days=survey.once_days,
            open_days=survey.open_days,
            purse=reward.purse if reward else "points",
            points=reward.points if reward else 0,
        )
        facts = {"series_id": asks.series_id, "number": number, "running": running.to_plain(asks)}
        body = survey.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        offer = replace(
            catalogue.drafted(survey_id, body, "maker", "2026-11-01T00:00:00.000Z"), state=state, facts=facts
        )
        dynamo.client().transact_write_items(TransactItems=list(running.catalogue().put_if_absent(offer)))
        return asks

    def member(self, name: str, status: Status = Status.ACTIVE, version: int = 0) -> None:
        """Open an account, and let its member sign in by their own name."""
        account = open_account(MemberId(name), status, PROGRAMME, local_day(self.now, "Asia/Shanghai"))
        account = replace(account, version=version)
        put(account_store.to_row(account, PROGRAMME), "accounts")
        put({"member_id": f"login/{name}", "kind": "lookup", "target": name}, "members")

    def invite(self, asks: Running, who: str = ANNA, **changes: Any) -> Invitation:
        """Invite a member for an occasion of its own."""
        self.asked += 1
        occasion = Occasion("PointsRedeemed", who, f"one/{self.asked}", self.now, "till", {}, tenant_id="noodle-bar")
        asked = Asked(AskedBy.EVENT, "silver", self.now, "Asia/Shanghai", "trace-1")
        one = invited(inviting.token_for(asks, occasion), asks, occasion, Settings(), asked)
        one = replace(one, **changes)
        dynamo.client().put_item(TableName="surveys", Item=dynamo.to_item(inviting.row_of(one)))
        return one

    def mine(self, route: str, body: object = None, who: str = ANNA, **more: Any) -> HttpAnswer:
        """Call a member's route."""
        return call(me.handler, http_event(route, body=body, caller=member_caller(who), **more))

    def link(self, token: str, body: object = None, ip: str = "192.0.2.1", **more: Any) -> HttpAnswer:
        """Follow a link, or answer by it."""
        event = http_event(f"{'GET' if body is None else 'POST'} /surveys/invitations/{token}", body=body, **more)
        event["requestContext"]["http"]["sourceIp"] = ip
        return call(links.handler, event)

    def answer(
        self, one: Invitation, answers: Mapping[str, Any] = GOOD, *, complete: bool = True, **more: Any
    ) -> HttpAnswer:
        """Answer by the link."""
        return self.link(one.token, {"answers": answers, "complete": complete}, **more)

    def staff(
        self, route: str, body: object = None, group: str = "operator", key: str = "key-1", **more: Any
    ) -> HttpAnswer:
        """Call a route of staff."""
        headers = {"idempotency-key": key}
        caller = staff_caller(group, login=more.pop("login", "staff-1"))
        return call(answers_desk.handler, http_event(route, body=body, caller=caller, headers=headers, **more))

    def take(self, who: str | None = ANNA, answers: Mapping[str, Any] = GOOD, **more: Any) -> HttpAnswer:
        """Enter an answer by telephone."""
        named: dict[str, Any] = {
            name: more.pop(name) for name in ("invitation_id", "tenant_id", "mode") if name in more
        }
        body: dict[str, Any] = {"mode": "telephone", "answers": answers, **named}
        if who:
            body["member_id"] = who
        return self.staff(f"POST /surveys/{more.pop('survey_id', SURVEY_ID)}/answers", body, **more)


def put(row: Mapping[str, Any], table: str = "surveys") -> None:
    """Write a row."""
    dynamo.client().put_item(TableName=table, Item=dynamo.to_item(row))


def rows(kind: str) -> list[dict[str, Any]]:
    """Every row of a kind."""
    found = [dynamo.from_item(item) for item in dynamo.client().scan(TableName="surveys")["Items"]]
    return [row for row in found if row["kind"] == kind]


def stored(invitation_id: str) -> Invitation:
    """An invitation as it is stored."""
    row = dynamo.get("surveys", inviting.key(invitation_id), consistent=True)
    assert row is not None
    return from_row(row)


def account(who: str = ANNA) -> Account:
    """An account as it is stored."""
    found = account_store.read(MemberId(who), consistent=True)
    assert found is not None
    return found


@contextmanager
def operations() -> Iterator[list[str]]:
    """Yields the names of the calls to DynamoDB, as they are made."""
    made: list[str] = []

    def noted(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        made.append(operation)
        return call()

    with calls_through(noted):
        yield made


forget = answering_reads._definitions.clear
