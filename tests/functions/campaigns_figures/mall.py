"""A mall whose campaigns run for real: tills ring, the outbox tells, figures are counted, trials are asked for."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.campaigns import on_job, on_receipt, publication, reports, trials_desk
from functions.campaigns.definition import EarningCampaign
from functions.outbox.conversion import of_ledger
from loyalty import dynamo, offers
from loyalty.catalogue import Offer, OfferState, Step
from loyalty.clock import iso, utc_now
from loyalty.coupons import issue
from loyalty.remembering import forget_everything
from tests.functions.till import ANNA, ledger_rows, post, receipt
from tests.support import Context, HttpAnswer, call, http_event, staff_caller

MARKETER = staff_caller("marketer", login="mei")
AUDITOR = staff_caller("auditor", login="ada")
TEA = "c" * 24
CAMPAIGN: dict[str, Any] = {
    "name_zh": "双倍积分",
    "name_en": "Double points",
    "from": "2026-01-01T00:00:00+08:00",
    "until": "2035-01-01T00:00:00+08:00",
    "effects": [{"kind": "multiply", "factor": "2"}],
}


def noon() -> str:
    """Noon of yesterday in the mall: no test stands astride midnight."""
    return iso((utc_now() - timedelta(days=1)).replace(hour=4, minute=0, second=0, microsecond=0))


def draft(key: str, **changes: Any) -> str:
    """Write a draft and return its id."""
    model = EarningCampaign.model_validate(CAMPAIGN | changes)
    return offers.create(publication.catalogue(), model, "mei", key, utc_now()).answer.offer_id


def published(key: str, **changes: Any) -> str:
    """Bring a campaign to publication and return its id; the checkout knows it at once."""
    campaign_id = draft(key, **changes)
    offers.step(publication.catalogue(), campaign_id, Step.APPROVE, "an", utc_now())
    publication.publish(campaign_id, "mei", utc_now())
    forget_everything()
    return campaign_id


def stepped(campaign_id: str, step: Step) -> None:
    """Take a step in a campaign's life; the checkout follows at once."""
    publication.step(campaign_id, step, "mei", utc_now())
    forget_everything()


def put_template(template_id: str = TEA, off_fen: int = 3000) -> str:
    """Publish a coupon template worth so much."""
    definition = {
        "name_zh": "茶",
        "name_en": "Tea",
        "terms": {"kind": "amount_off", "threshold_fen": 10_000, "off_fen": off_fen},
        "validity": {"until": "2088-12-31"},
    }
    offer = Offer(template_id, definition, "mei", OfferState.PUBLISHED)
    dynamo.client().transact_write_items(TransactItems=list(issue.templates().put_if_absent(offer)))
    return template_id


def buy(
    number: str, *lines: tuple[str, str, int], who: str = ANNA, tenant_id: str = "shoes", **more: Any
) -> HttpAnswer:
    """Ring up a purchase of yesterday noon; it must be recorded."""
    body = receipt(number, *lines, member_id=who, purchased_at=noon(), **more)
    answer = post("/purchases", body, tenant_id)
    assert answer.status == 201, answer.body
    return answer


def give_back(number: str, refund_no: str, amount: int, tenant_id: str = "shoes") -> HttpAnswer:
    """Return goods of a receipt by amount."""
    return post(f"/purchases/{number}/refunds", {"refund_no": refund_no, "amount": amount}, tenant_id)


def told(rows: Iterable[Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Everything the ledger's rows mean, as messages of the queue."""
    found = ledger_rows() if rows is None else rows
    events = [event for row in found for event in of_ledger(dict(row), "aurora") if event.type in on_receipt.HEARD]
    details = [json.loads(event.model_dump_json(exclude_none=True)) for event in events]
    return [{"messageId": one["id"], "body": json.dumps({"detail": one})} for one in details]


def hear(messages: list[dict[str, Any]]) -> list[str]:
    """Take messages in tens, as the queue delivers them; return those that must come again."""
    failed: list[str] = []
    for first in range(0, len(messages), 10):
        answer = on_receipt.handler({"Records": messages[first : first + 10]}, Context())
        failed += [one["itemIdentifier"] for one in answer["batchItemFailures"]]
    return failed


def ask(route: str, body: object = None, caller: Mapping[str, Any] = MARKETER, **headers: str) -> HttpAnswer:
    """Send a request of staff to the function that serves it."""
    handler = trials_desk.handler if "/trials" in route else reports.handler
    return call(handler, http_event(route, body=body, caller=caller, headers=headers))


def begun(campaign_id: str, key: str = "t-1", **changes: Any) -> HttpAnswer:
    """Ask for a trial of the last hour, unless told otherwise."""
    now = utc_now()
    period = {"from": iso(now - timedelta(hours=1)), "until": iso(now), **changes}
    headers = {"idempotency-key": key}
    event = http_event(f"POST /campaigns/{campaign_id}/trials", body=period, caller=MARKETER, headers=headers)
    return call(trials_desk.handler, event)


def worked(trial_id: str) -> None:
    """Let the worker take a job to its end."""
    message = {"messageId": "m", "body": json.dumps({"job_id": trial_id}), "attributes": {}}
    handler: Any = on_job.handler
    answer = handler({"Records": [message]}, LongContext())
    assert answer == {"batchItemFailures": []}


def tried(campaign_id: str, key: str = "t-1", **changes: Any) -> dict[str, Any]:
    """Try a campaign; return the answer at the end."""
    started = begun(campaign_id, key, **changes)
    assert started.status == 202, started.body
    worked(started.body["trial_id"])
    answer = ask(f"GET /campaigns/{campaign_id}/trials/{started.body['trial_id']}")
    assert answer.body["state"] == "done", answer.body
    found: dict[str, Any] = answer.body
    return found


class LongContext(Context):
    """An invocation with a quarter of an hour left."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return 900_000


@dataclass
class Did:
    """What the ledger gave and took back in the name of one campaign."""

    awards: int = 0
    returns: int = 0
    spend: int = 0
    units: int = 0
    points: Counter[str] = field(default_factory=Counter)
    points_back: Counter[str] = field(default_factory=Counter)
    coupons: Counter[str] = field(default_factory=Counter)
    coupons_back: Counter[str] = field(default_factory=Counter)
    members: set[str] = field(default_factory=set)

    def plain(self) -> dict[str, Any]:
        """The same as a trial or figures tell it."""
        return {
            "awards": self.awards,
            "returns": self.returns,
            "spend_fen": self.spend,
            "units": self.units,
            "points": dict(+self.points),
            "points_back": dict(+self.points_back),
            "coupons": self.coupons.total(),
            "coupons_back": self.coupons_back.total(),
            "coupons_by_template": dict(self.coupons),
            "coupons_back_by_template": dict(self.coupons_back),
        }


def ledger_did(campaign_id: str) -> Did:
    """Add up what the ledger's entries say of a campaign."""
    did = Did()
    for row in ledger_rows():
        facts = row.get("facts", {})
        own = {name: [one for one in facts.get(name, ()) if one[0] == campaign_id] for name in NAMED}
        for _, points, units, _ in own["awards"]:
            did.awards, did.spend, did.units = did.awards + 1, did.spend + facts["paid"], did.units + units
            did.points.update(points)
            did.members.add(row["member_id"])
        for _, points, units, _ in own["awards_back"]:
            did.units -= units
            did.points_back.update(points)
        did.coupons.update(template for _, template, _ in own["vouchers"])
        did.coupons_back.update(template for _, template, _ in own["vouchers_back"])
        did.returns += row["kind"] == "refund" and bool(own["awards_back"] or own["vouchers_back"])
    return did


NAMED = ("awards", "awards_back", "vouchers", "vouchers_back")
FIGURES = tuple(Did().plain())


def same(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an answer that the ledger can be asked for."""
    return {name: answer[name] for name in FIGURES}
