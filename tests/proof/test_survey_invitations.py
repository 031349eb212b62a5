"""Redemption events, each delivered once to five times, in any order, by eight consumers in bad weather (S1).

Whoever is due is invited exactly once, nobody else is, and the dead letters are the malformed messages and only those.
2,000 events, and 100,000 in `make proof`.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

import pytest

from functions.survey import on_event
from loyalty import account_store, dynamo
from loyalty.clock import utc_now
from loyalty.surveys import inviting, settings
from tests.proof.deliveries import Queue, deliver
from tests.proof.occasions import EVENTS_A_MEMBER, Plan, plan
from tests.proof.scale import SCALE, SEED
from tests.proof.weather import UNSEEN_SHARE, Fault, Weather

EVENTS = 2_000 if SCALE == 1 else min(100_000, 8_400 * SCALE)
STALE_SHARE = 0.15
_numbers = count()

pytestmark = pytest.mark.usefixtures("mall")
logger = logging.getLogger("proof")


class SurveyWeather(Weather):
    """Weather in which a reading of many rows may not show yet what was written a moment ago."""

    def _remember_or_age(self, parsed: dict[str, Any]) -> None:
        super()._remember_or_age(parsed)
        if self._mine.operation != "BatchGetItem":
            return
        for table, share in ((settings.table(), STALE_SHARE), (account_store.table(), UNSEEN_SHARE)):
            asked = self._mine.request["RequestItems"].get(table)
            if asked and not asked.get("ConsistentRead"):
                parsed["Responses"][table] = self._seen(parsed["Responses"].get(table, []), share)

    def _seen(self, items: list[dict[str, Any]], unseen: float) -> list[dict[str, Any]]:
        seen = [item for item in items if self._mine.luck.random() >= unseen]
        with self._lock:
            self.faults[Fault.STALE] += len(items) - len(seen)
        return seen


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Tens of thousands of lines about messages that cannot be read would be read by nobody."""
    level = on_event.logger.log_level
    on_event.logger.setLevel(logging.CRITICAL)
    yield
    on_event.logger.setLevel(level)


def consume(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the handler does with a batch, but for metrics: Powertools counts one invocation of a process at a time."""
    return on_event.hear(records, utc_now())[0]


def rush(events: int, seed: int, a_member: int = EVENTS_A_MEMBER) -> tuple[Plan, list[str]]:
    """Let all events happen; return the plan and every sentence the audit has to say."""
    weather, work = SurveyWeather(seed), plan(f"p{next(_numbers)}", seed, events, utc_now(), a_member=a_member)
    queue, began = Queue(f"occasions-{work.name}"), time.monotonic()
    with weather.over(dynamo.client()):
        batches = deliver(queue, work.bodies, consume, weather)
    logger.info(
        "%d events, %d messages in %d batches, %d calls, %.0f seconds, %d due, %s",
        *(events, len(work.bodies), batches, weather.calls, time.monotonic() - began, len(work.due)),
        dict(weather.faults),
    )
    return work, [*audit_invitations(work), *audit_dead_letters(work, queue.dead())]


def audit_invitations(work: Plan) -> list[str]:
    """Compare the invitations, slots and journal that stand with what happened."""
    rows = [row for row in _rows() if row.get("member_id", row["survey_id"]).startswith((work.name, "member/"))]
    invitations = [row for row in rows if row["kind"] == inviting.INVITATION]
    slots = {row["survey_id"].removeprefix("member/") for row in rows if row["kind"] == inviting.SLOT}
    kept = sum(row["survey_id"].startswith("heard/") for row in rows)
    times = Counter(row["member_id"] for row in invitations)
    found = [f"{who} was invited {often} times" for who, often in times.items() if often > 1]
    found += [f"{who} is due and was not invited" for who in work.due.keys() - times.keys()]
    found += [f"{who} is not due and was invited" for who in times.keys() - work.due.keys()]
    found += [
        f"{row['member_id']} was invited to {row['series_id']} for what is no occasion of it"
        for row in invitations
        if (row["series_id"], row["occurred_at"]) not in work.due.get(row["member_id"], ())
    ]
    mine = {who for who in slots if who.startswith(f"{work.name}-")}
    found += [f"{who} has a slot and no invitation, or the other way round" for who in mine ^ times.keys()]
    return found + ([f"{kept} events are in the journal, of {work.heard}"] if kept != work.heard else [])


def audit_dead_letters(work: Plan, dead: Counter[str]) -> list[str]:
    """Compare the dead letters with the malformed messages, copy by copy."""
    lost, wrong = work.malformed - dead, dead - work.malformed
    return [f"malformed and no dead letter, {n} times: {body[:80]}" for body, n in lost.items()] + [
        f"a dead letter and well-formed, {n} times: {body[:80]}" for body, n in wrong.items()
    ]


def _rows() -> Iterator[dict[str, Any]]:
    """Every row of the surveys table, its keys and what the audit compares."""
    pages = (
        dynamo.client()
        .get_paginator("scan")
        .paginate(
            TableName=settings.table(),
            ProjectionExpression="survey_id, #kind, member_id, series_id, occurred_at",
            ExpressionAttributeNames={"#kind": "kind"},
        )
    )
    return (dynamo.from_item(item) for page in pages for item in page["Items"])


def test_whoever_is_due_is_invited_once_and_the_dead_letters_are_the_malformed_messages() -> None:
    work, said = rush(EVENTS, SEED)
    assert said == [], f"PROOF_SEED={SEED}"
    assert len(work.due) > EVENTS // 40
    assert work.malformed.total() >= EVENTS // 100
