"""A broadcast to 100,000 members: paused, resumed and cancelled exactly, within every cap, and nobody hears twice.

240 members, and 100,000 in `make proof` (issue 7; requirements N1, N2, K6).
"""

import json
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bench.mall import TIME_ZONE
from functions.notices import hourly, on_job, on_page
from functions.notices.broadcasts import broadcasting
from functions.notices.channels import outcome
from functions.notices.messages import outgoing
from functions.notices.messages.message import Message, MessageState, Why, from_row
from functions.notices.templates.words import Channel
from loyalty import dynamo, jobs, sweeps
from loyalty.catalogue import Offer
from tests.proof.audience import HABIT, Fate, Person
from tests.proof.broadcasts import EVENING, SENDERS, Evening, furnished, live
from tests.proof.deliveries import Queue
from tests.proof.post_office import Letter, opened
from tests.proof.scale import SCALE, SEED

MEMBERS = 240 if SCALE == 1 else min(100_000, 8_400 * SCALE)
A_WEEK = 2
NOTICES = {
    "names": {"zh": "极光", "en": "Aurora"},
    "channels": ["sms", "email"],
    "quiet_from": "21:00",
    "quiet_until": "08:00",
    "marketing_a_week": A_WEEK,
    "member_url": "https://members.example",
    "email_from": "members@aurora.example",
    "email_events": None,
}
WENT = {MessageState.SENT, MessageState.UNKNOWN}
"""Handed to the provider; of the unknown nobody knows."""

pytestmark = pytest.mark.usefixtures("mall")
logger = logging.getLogger("proof")


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch) -> Evening:
    """The evening, lived through to its end."""
    queue, began = Queue("notices-pages"), time.monotonic()
    monkeypatch.setenv("NOTICES_PAGES_QUEUE_URL", queue.url)
    monkeypatch.setenv("NOTICES", json.dumps(NOTICES))
    made = furnished(MEMBERS, SEED, Random(f"office/{SEED}"), queue)
    for module in (on_job, on_page, sweeps):
        monkeypatch.setattr(module, "utc_now", lambda: made.now)
    monkeypatch.setattr(jobs, "send", lambda job_id, after_seconds=0: None)  # the evening says when a job goes on
    for one in (on_page, on_job, hourly):
        monkeypatch.setattr(one.logger, "disabled", True)
    with opened(made.office) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SNS", url)
        monkeypatch.setenv("AWS_ENDPOINT_URL_SES", url)
        outcome.CLIENTS.clear()
        furnished_in = time.monotonic() - began
        live(made)
        outcome.CLIENTS.clear()
    logger.info(
        "seed %d: %d members, %d letters (%d answers lost, %d times busy), %d calls, %d kills, %s, %.0f + %.0f seconds",
        *(SEED, len(made.people), len(made.office.letters), made.office.lost, made.office.busy, made.weather.calls),
        *(made.weather.kills, dict(made.weather.faults), furnished_in, time.monotonic() - began - furnished_in),
    )
    return made


@dataclass(frozen=True)
class Told:
    """What the provider took of one broadcast, beside what the table says of it."""

    rows: Mapping[str, Message]
    letters: Mapping[str, Sequence[Letter]]

    @classmethod
    def of(cls, evening: Evening, offer: Offer) -> "Told":
        """Return what is told of one broadcast: messages by member, letters by phone or address."""
        rows = {one.member_id: one for one in _messages() if one.template_id == offer.offer_id}
        text = str(offer.definition["name_zh"])
        letters = defaultdict[str, list[Letter]](list)
        for letter in evening.office.letters:
            if text in letter.text:
                letters[letter.to].append(letter)
        return cls(rows, letters)

    def to(self, person: Person) -> list[Letter]:
        """Return what the provider took for somebody."""
        return [*self.letters.get(person.phone, ()), *self.letters.get(person.email, ())]

    def fate(self, person: Person) -> Fate | None:
        """Return what became of somebody, by the table; None where nothing was decided, or it is not over."""
        row = self.rows.get(person.member_id)
        return None if row is None else row.channel if row.state in WENT else row.why

    def said(self, person: Person) -> list[str]:
        """Return what is wrong between the table and the provider."""
        row, times = self.rows.get(person.member_id), len(self.to(person))
        state = row.state.value if row else "nothing"
        least, most = {"sent": (1, 1), "unknown": (0, 1)}.get(state, (0, 0))
        found = [] if least <= times <= most else [f"{person}: {state} by the table, {times} times by the provider"]
        return found + ([f"{person} still waits, {state}"] if row and row.due_at else [])


def _messages() -> Iterator[Message]:
    pages = dynamo.client().get_paginator("scan").paginate(TableName=outgoing.table())
    rows = (dynamo.from_item(item) for page in pages for item in page["Items"])
    return (from_row(row) for row in rows if row["kind"] == outgoing.MESSAGE)


def audit(evening: Evening) -> Iterator[str]:
    """Yield every sentence there is to say against the evening."""
    big, small = Told.of(evening, evening.big), Told.of(evening, evening.small)
    for person in evening.people:
        yield from (*big.said(person), *small.said(person))
        yield from _fates(person, big, small)
        yield from _caps(person, [*big.to(person), *small.to(person)])
        yield from _habits(person, big)
    yield from _quiet(evening)
    for told, offer in ((big, evening.big), (small, evening.small)):
        yield from _stopped(evening, told, offer)
        yield from _paced(told, evening.a_minute)
    yield from _progress(evening, big, small)


def _fates(person: Person, big: Told, small: Told) -> Iterator[str]:
    due, cut = person.kind.fate, {None, Why.TEMPLATE_ENDED}
    was_planned = small.fate(person) not in {None, Why.WEEKLY_CAP}
    has_room_for_one = len(person.before) == 1 and due is Channel.SMS
    if big.fate(person) is not (Why.WEEKLY_CAP if has_room_for_one and was_planned else due):
        yield f"{person}: {big.fate(person)} of the big one, after {small.fate(person)} of the small one"
    if small.fate(person) not in {due, *cut, *([Why.WEEKLY_CAP] if has_room_for_one else [])}:
        yield f"{person}: {small.fate(person)} of the small one"


def _caps(person: Person, letters: Sequence[Letter]) -> Iterator[str]:
    times = sorted([*map(datetime.fromisoformat, person.before), *(letter.at for letter in letters)])
    if any(later - earlier < timedelta(days=7) for earlier, later in zip(times, times[A_WEEK:], strict=False)):
        yield f"{person} heard more than {A_WEEK} times in a week: {times}"


def _habits(person: Person, big: Told) -> Iterator[str]:
    if person.kind.has_habit and any(_local(letter).hour < HABIT for letter in big.to(person)):
        yield f"{person} heard before their usual hour"


def _quiet(evening: Evening) -> Iterator[str]:
    for letter in evening.office.letters:
        if not 8 <= _local(letter).hour < 21:
            yield f"{letter.to} heard in the quiet hours, at {_local(letter):%H:%M}"


def _stopped(evening: Evening, told: Told, offer: Offer) -> Iterator[str]:
    """What leaves after it was acknowledged that nothing shall was looked at before, and is one a sender at most."""
    since, until = evening.stopped[offer.offer_id]
    late = [one for letters in told.letters.values() for one in letters if since < one.seen < until]
    if len(late) > SENDERS:
        yield f"{len(late)} left after it was stopped"
    for letter in late:
        if evening.weather.looked[letter.to, letter.text] > since:
            yield f"{letter.to} was looked at after it was stopped, and heard"


def _paced(told: Told, a_minute: int) -> Iterator[str]:
    for minute, members in Counter(row.planned_at[:16] for row in told.rows.values()).items():
        if members > a_minute:
            yield f"{members} members in the minute {minute}, of {a_minute}"


def _progress(evening: Evening, big: Told, small: Told) -> Iterator[str]:
    done, cut = (broadcasting.progress(one.offer_id) or {} for one in (evening.big, evening.small))
    if (done["state"], done["members"], len(big.rows)) != ("done", MEMBERS, MEMBERS):
        yield f"the big one went on to {done['members']}, decided {len(big.rows)}, and is {done['state']}"
    if sum(done["counts"].values()) != MEMBERS:
        yield f"the big one counted {done['counts']}"
    if cut["state"] != "done" or not 0 < cut["members"] <= len(small.rows) < MEMBERS // 10:
        yield f"the small one went on to {cut['members']}, decided {len(small.rows)}, and is {cut['state']}"


def _local(letter: Letter) -> datetime:
    return letter.at.astimezone(ZoneInfo(TIME_ZONE))


def test_a_broadcast_is_paused_resumed_and_cancelled_exactly_and_nobody_hears_twice(evening: Evening) -> None:
    said = list(audit(evening))
    assert said[:20] == [], f"PROOF_SEED={SEED}: {len(said)} sentences"
    nights = Counter(letter.at < EVENING + timedelta(hours=1) for letter in evening.office.letters)
    assert min(nights[True], nights[False]) > MEMBERS // 40  # some heard in the evening, some in the morning
