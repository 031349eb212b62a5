"""A mall that gives on occasions: its members, its offers, events, the sweep and its pages, and what came of it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.coupons import on_event as coupons_on_event
from functions.lifecycle import daily, on_event, on_page, publication, shelf
from functions.lifecycle.definition import OccasionOffer
from functions.outbox.lifecycle import of_occasion_row
from loyalty import account_store, catalogue, dynamo, offers, stock
from loyalty.accounts import Account, open_account
from loyalty.birthdays import shard_of
from loyalty.catalogue import OfferState, Step
from loyalty.clock import iso, local_day
from loyalty.coupons import issue
from loyalty.coupons.template import Template
from loyalty.entries import fingerprint
from loyalty.tiers import Record, Rung
from loyalty.types import Day, MemberId, Month, Status
from tests.support import PROGRAMME, Context

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Shanghai."""
ANNA, BEN = "anna-000001", "ben-0000001"
WELCOME: dict[str, Any] = {
    "name_zh": "入会礼",
    "name_en": "Welcome pack",
    "occasion": "welcome",
    "coupons": ["T1", "T2"],
}
Event = dict[str, Any]


class Mall:
    """The mall, at a time that stands."""

    def __init__(self, pages: str = "") -> None:
        self.now, self.pages = NOON, pages

    def write(self, table: str, row: Mapping[str, object]) -> None:
        """Put a row."""
        dynamo.client().put_item(TableName=table, Item=dynamo.to_item(row))

    def member(
        self,
        name: str = ANNA,
        *,
        tier: str = "regular",
        status: Status = Status.ACTIVE,
        born: str | None = None,
        joined: str = "251121",
        spend: Mapping[str, int] | None = None,
    ) -> None:
        """Let somebody be a member; `born` is their birthday, `mmdd`."""
        day = local_day(self.now, "Asia/Shanghai")
        account = replace(
            open_account(MemberId(name), status, PROGRAMME, day),
            rung=Rung(tier, day, Day("301231")),
            record=Record(spend={Month(month): fen for month, fen in (spend or {}).items()}),
        )
        self.write("accounts", account_store.to_row(account, PROGRAMME))
        where = {"born_on": shard_of(born, name)} if born else {}
        self.write("members", {"member_id": name, "kind": "dates", "born": born, "joined": joined, **where})
        self.write("members", {"member_id": name, "kind": "profile", "name": "王小明", "phone": "+8613800138000"})

    def ticked(self, name: str, *interests: str) -> None:
        """Let a member agree to profiling, with these interests."""
        self.write("members", {"member_id": name, "kind": "facts", "profiling": "granted", "interests": interests})

    def template(self, template_id: str = "T1", **changes: Any) -> None:
        """Put a coupon template on offer."""
        body = {
            "name_zh": "满500减50",
            "name_en": "50 off 500",
            "terms": {"kind": "amount_off", "off_fen": 5000, "threshold_fen": 50000},
            "validity": {"days_after_issue": 60},
            "per_member": 10,
            **changes,
        }
        plain = Template.model_validate(body).model_dump(mode="json", by_alias=True, exclude_defaults=True)
        made = replace(catalogue.drafted(template_id, plain, "maker", iso(self.now)), state=OfferState.PUBLISHED)
        dynamo.client().transact_write_items(TransactItems=list(issue.templates().put_if_absent(made)))

    def publish(self, definition: Mapping[str, Any] = WELCOME, **changes: Any) -> str:
        """Publish an offer; return its id."""
        offer = OccasionOffer.model_validate({**definition, **changes})
        key = f"key-{fingerprint(offers.stored(offer))}"
        made = offers.create(shelf.catalogue(), offer, "marketer", key, self.now).answer
        offers.step(shelf.catalogue(), made.offer_id, Step.APPROVE, "approver", self.now)
        publication.publish(made.offer_id, "marketer", self.now)
        return made.offer_id

    def step(self, offer_id: str, step: Step) -> None:
        """Take a step in an offer's life."""
        offers.step(shelf.catalogue(), offer_id, step, "marketer", self.now)

    def event(self, kind: str = "MemberEnrolled", who: str = ANNA, **changes: Any) -> Event:
        """Return an event of the bus."""
        data = {"status": "active"} if kind == "MemberEnrolled" else {}
        return {
            "id": f"event-{kind}-{who}",
            "type": kind,
            "subject": who,
            "time": iso(self.now),
            "origin": "member",
            "correlationid": "trace-1",
            "data": data,
            **changes,
        }

    def hear(self, *events: Event) -> list[str]:
        """Hear of events; return the ids of those that must come again."""
        records = [{"messageId": one["id"], "body": json.dumps({"detail": one})} for one in events]
        answer = on_event.handler({"Records": records}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def relative(self, relative_id: str, birthday: str, who: str = ANNA, **known: Any) -> None:
        """Let a member register a relative who counts."""
        row = {"relation": "child", "birthday": birthday, "consent": {"by": "guardian"}, **known}
        mmdd = birthday[5:7] + birthday[8:10]
        key = {"member_id": who, "kind": f"relative/{relative_id}"}
        self.write("members", {**key, **row, "born_on": shard_of(mmdd, who)})

    def look(self, as_of: str | None = None) -> dict[str, Any]:
        """Let the daily sweep run, today or as of a day."""
        context: Any = Context()
        return daily.handler({"as_of": as_of} if as_of else {}, context)

    def work(self) -> list[str]:
        """Work off every page in the queue, and return those that must come again."""
        failed = list[str]()
        for body in self.taken():
            answer = on_page.handler({"Records": [{"messageId": "page", "body": body}]}, Context())
            failed += [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        return failed

    def taken(self) -> list[str]:
        """Take every page off the queue."""
        sqs, found = dynamo.service("sqs"), list[str]()
        while messages := sqs.receive_message(QueueUrl=self.pages, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                sqs.delete_message(QueueUrl=self.pages, ReceiptHandle=message["ReceiptHandle"])
                found.append(message["Body"])
        return found

    def day(self, as_of: str | None = None) -> None:
        """Let a day's sweep run to its end."""
        self.look(as_of)
        assert self.work() == []

    def days(self, first: str, last: str) -> None:
        """Let the sweep run on each of these days, in the morning of the mall."""
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            self.now = datetime(day.year, day.month, day.day, 22, 30, tzinfo=UTC) - timedelta(days=1)
            self.day()
            day += timedelta(days=1)

    def issue(self) -> int:
        """Let coupons hear of everything given so far; return how many coupons there are then."""
        records = [
            {"messageId": one["id"], "body": json.dumps({"detail": one})}
            for one in events()
            if one["type"] == "OccasionGiven"
        ]
        answer = coupons_on_event.handler({"Records": records}, Context())
        assert answer["batchItemFailures"] == []
        return len(coupons())


def rows(table: str = "offers") -> list[dict[str, Any]]:
    """Return every row of a table."""
    return [dynamo.from_item(item) for item in dynamo.client().scan(TableName=table)["Items"]]


def events() -> list[Event]:
    """Return what the rows that stand mean."""
    return [event.model_dump(mode="json") for row in rows() for event in of_occasion_row(row, "aurora")]


def given(who: str | None = None) -> list[dict[str, Any]]:
    """Return what was given, as the newest event of each offer and member tells it."""
    found = [one for one in events() if one["type"] == "OccasionGiven" and who in {None, one["subject"]}]
    return [{"who": one["subject"], **one["data"]} for one in found]


def coupons(who: str | None = None) -> list[dict[str, Any]]:
    """Return every coupon."""
    return [row for row in rows("coupons") if row["kind"] == "coupon" and who in {None, row["member_id"]}]


def entries() -> list[dict[str, Any]]:
    """Return every entry of the ledger."""
    return rows("ledger")


def account(who: str = ANNA) -> Account:
    """Return a member's account."""
    found = account_store.read(MemberId(who), consistent=True)
    assert found is not None
    return found


def left(offer_id: str) -> int:
    """Return what is left of an offer's budget."""
    offer = shelf.catalogue().read(offer_id, consistent=True)
    assert offer is not None
    return sum(shard.left for shard in stock.read(shelf.place(offer_id, shelf.shards_of(offer))))
