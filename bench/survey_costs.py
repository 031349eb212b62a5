"""What surveys cost: the offer in a redemption's answer, answering with its points, the report, reading words."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.baskets import purchase
from bench.costs import TRACE, Cost
from bench.mall import TIME_ZONE, enrol, register_tenant, store
from bench.meter import metered
from functions.earn import checkout
from functions.survey.answers import answering
from functions.survey.answers.answering import By
from functions.survey.defining import publication, staff_drafts
from functions.survey.definition import Survey
from functions.survey.reporting import figures, report_reading
from functions.survey.reporting.counting import event_of
from functions.survey.understanding.analysis import analyse
from loyalty import account_store, discounts, dynamo, offers, programme_store
from loyalty.buckets import BucketKey, Leg
from loyalty.catalogue import Step
from loyalty.clock import days_after, iso, local_day
from loyalty.earning import running as running_campaigns
from loyalty.remembering import forget_everything
from loyalty.surveys import at_once, running, settings
from loyalty.types import Origin, Purse

PLAIN = "plain purchase beside a published survey"
OFFER = "purchase spending points, offering a survey"
OFFER_REPLAY = "the same, replayed"
RESTING = "purchase spending points, the member rests"
PARTIAL = "answers kept for later"
ANSWER = "answering, with points"
ANSWER_REPLAY = "answering, replayed"
REPORT_SMALL = "report of a quarter, 10 answers"
REPORT_LARGE = "report of a quarter, 5,000 answers"
ANSWERS = (10, 5_000)
GROUPS = 20
TEXT_LIMIT = 1.0
"""Milliseconds of CPU that understanding a text may take."""
TEXTS = (
    "兑换台排队太久了，等了四十分钟",
    "找了二十分钟才找到服务台",
    "停车券在哪里领？",
    "The app crashed twice while I tried to redeem, but the lady at the desk was lovely",
)

SURVEY: dict[str, Any] = {
    "title_zh": "兑换体验",
    "questions": [
        {"kind": "scale", "code": "ease", "dimension": "ease", "zh": "方便吗？"},
        {"kind": "recommendation", "code": "recommend", "zh": "会推荐吗？"},
        {"kind": "text", "code": "more", "zh": "还想说什么？"},
    ],
    "on_event": {"events": ["PointsRedeemed"]},
    "reward": {"purse": "courtesy", "points": 20},
}
GIVEN = {"ease": 3, "recommend": 6, "more": "排队太久"}


class SurveyCounter:
    """One member who redeems, is asked and answers; and a survey that many have answered."""

    def __init__(self, name: str) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.tenant = register_tenant(f"shop-{name}")
        self.member = enrol(f"01K{name:0>23}")
        self.costs: list[Cost] = []
        account = account_store.read(self.member, consistent=True)
        assert account
        last = BucketKey(days_after(local_day(self.now, TIME_ZONE), 200))
        store(account.moved([Leg(Purse.POINTS, last, 5_000)]))
        self.survey_id = _publish(name, self.now)

    def run(self) -> dict[str, Cost]:
        """Return the bill of every operation by its name."""
        analyse(TEXTS[0])  # reads the lexicon, once a process
        self._meter(PLAIN, lambda: self._buy("A-0", 0))
        self._meter(OFFER, lambda: self._buy("A-1", 500))
        self._meter(OFFER_REPLAY, lambda: self._buy("A-1", 500))
        self._meter(RESTING, lambda: self._buy("A-2", 500))
        self._answer(self._buy("A-1", 500).invitation_id)
        today = self.now.date()
        period = report_reading.period(today - timedelta(days=89), today, today)
        for operation, answers in zip((REPORT_SMALL, REPORT_LARGE), ANSWERS, strict=True):
            self._fill(answers)
            self._meter(operation, lambda: report_reading.read(self.survey_id, period, "tenant"))
        _end(self.survey_id, self.now)
        return {cost.operation: cost for cost in self.costs}

    def _buy(self, receipt_no: str, points: int) -> Any:
        outcome = checkout.record(purchase(self.tenant, self.member, receipt_no, self.now, points=points), self.now)
        return at_once.after(outcome, "zh", TRACE)

    def _answer(self, invitation_id: str) -> None:
        by = By("app", "app", "member", Origin.MEMBER, TRACE, "zh", self.member)
        now = datetime.now(UTC)
        self._meter(PARTIAL, lambda: answering.keep(invitation_id, {"ease": 3}, by, now))
        for operation in (ANSWER, ANSWER_REPLAY):
            self._meter(operation, lambda: answering.answer(invitation_id, GIVEN, by, now))

    def _fill(self, answers: int) -> None:
        """Count so many answers of the last quarter, from twenty tenants."""
        counted = (event_of(_answered(self.survey_id, n, self.now)) for n in range(answers))
        for pack in figures.packs(event for event in counted if event):
            figures.count(pack, self.now)

    def _meter(self, operation: str, do: Callable[[], Any]) -> None:
        programme_store.current(self.now)  # what a process remembers for half a minute is not the operation's
        running_campaigns.rules()
        discounts.running(self.now)
        running.remembered()
        settings.read()
        with metered(dynamo.client()) as bill:
            do()
        self.costs.append(Cost(operation, bill))


def milliseconds_a_text(rounds: int = 500) -> float:
    """Return the median CPU of understanding one text, in milliseconds."""
    taken = []
    for n in range(rounds):
        started = time.process_time()
        for text in TEXTS:
            analyse(f"{text} {n}")
        taken.append((time.process_time() - started) * 1000 / len(TEXTS))
    return sorted(taken)[rounds // 2]


def _publish(name: str, now: datetime) -> str:
    plan = staff_drafts.create(Survey.model_validate(SURVEY), "maker", name, now)
    survey_id = plan.answer.offer_id
    offers.step(running.catalogue(), survey_id, Step.APPROVE, "approver", now)
    publication.publish(survey_id, "maker", now)
    forget_everything()
    return survey_id


def _end(survey_id: str, now: datetime) -> None:
    """End the survey, so that nothing else measured here asks anybody."""
    offers.step(running.catalogue(), survey_id, Step.END, "maker", now)
    forget_everything()


def _answered(survey_id: str, number: int, now: datetime) -> dict[str, Any]:
    at = now - timedelta(days=number % 90)
    day = at.date().isoformat()
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "type": "SurveyAnswered",
        "subject": f"member-{number}",
        "time": iso(at),
        "data": {
            "answer_id": f"answer-{number}",
            "series_id": survey_id,
            "survey_id": survey_id,
            "survey_version": 1,
            "channel": "app",
            "invited_on": day,
            "answered_on": day,
            "tenant_id": f"tenant-{number % GROUPS}",
            "tier": "gold",
            "scores": [{"question": "ease", "kind": "scale", "dimension": "ease", "score": 1 + number % 10}],
        },
    }
