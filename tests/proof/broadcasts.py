"""An evening on which two broadcasts go out: one is paused and goes on, one is cancelled; nights, kills, duplicates.

    20:50  both are published; their jobs go on to so many members a minute, now and then each twice at once
    20:52  the smaller one, to members who get the other one too, is cancelled
    20:54  the big one is paused; 20:57 it goes on
    21:00  quiet hours: what comes now waits for the morning
    then   the hourly sweep, twice at once, until the evening of the day after next

All the while four senders work off pages, each of which may come again; readings are old, calls fail, and processes
end in the middle. Time stands, and moves on when a minute's work is done.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from botocore.exceptions import BotoCoreError, ClientError

from functions.notices import hourly, on_job, on_page
from functions.notices.broadcasts import broadcasting
from functions.notices.channels import outcome
from functions.notices.templates import shelf
from functions.notices.templates.template import NoticeTemplate
from loyalty import dynamo, memberships, offers
from loyalty.catalogue import Offer, OfferState, Step
from loyalty.jobs import OPEN
from tests.functions.members.faults import KilledError
from tests.proof import audience
from tests.proof.audience import Person
from tests.proof.deliveries import Queue
from tests.proof.notice_weather import NoticeWeather
from tests.proof.post_office import PostOffice
from tests.support import Context

SENDERS = 4
"""As many pages are worked off at once as in the deployment."""
EVENING = datetime(2026, 11, 21, 12, 50, tzinfo=UTC)
"""Ten to nine in Shanghai."""
CANCELLED_AT, PAUSED_AT, RESUMED_AT, QUIET_AT = 2, 4, 7, 10
"""In which minutes of the evening."""
SWEPT_AT = (0.5, 2, 10.9, 11, 11.3, 12, 13, 15, 15.5, 16, 18, 23, 35, 39, 40, 42)
"""When the hourly sweep is looked at, in hours after nine in the evening."""
AGAIN_SHARE = 0.1
"""How often a page that was done comes again."""
TWICE_EVERY = 4
"""In every fourth minute the message of a job comes twice, to two at once."""
LONGEST_MINUTES, MOST_RUNS, TRIES = 60, 1_000, 3
EVERYBODY, SOME = "everybody", "some"
LARGE = 2_000
"""From so many members on, pages of a segment are not asked of the local cloud."""

logger = logging.getLogger("proof")


@dataclass
class Evening:
    """The mall on that evening.

    Attributes:
        big, small: the two broadcasts; `a_minute` members of the big one are gone on to in a minute.
        stopped: when, by the real clock, it was acknowledged that one is held back, and from when on it was not.
    """

    people: list[Person]
    office: PostOffice
    weather: NoticeWeather
    queue: Queue
    a_minute: int
    now: datetime = EVENING
    big: Offer = field(init=False)
    small: Offer = field(init=False)
    stopped: dict[str, tuple[float, float]] = field(default_factory=dict)

    def publish(self, segment_id: str, text: str, a_minute: int) -> Offer:
        """Publish a broadcast, as marketers and the approver do."""
        definition = {
            "name_zh": text,
            "occasion": "Broadcast",
            "segment_id": segment_id,
            "a_minute": a_minute,
            "purpose": "marketing",
            "channels": ["sms", "email"],
            "sms": {"zh": f"{text}。"},
            "email": {"subject_zh": text, "text_zh": f"{text}。"},
            "good_for_hours": 72,
        }
        where, template = shelf.catalogue(), NoticeTemplate.model_validate(definition)
        made = offers.create(where, template, "marketer", text, self.now).answer
        offers.step(where, made.offer_id, Step.APPROVE, "approver", self.now)
        published = offers.step(where, made.offer_id, Step.PUBLISH, "marketer", self.now).answer
        broadcasting.begin(published, "marketer", "trace", self.now)
        return published

    def step(self, offer: Offer, step: Step) -> None:
        """Take a step in a broadcast's life, and note when it was acknowledged, or asked for."""
        asked = time.monotonic()
        after = offers.step(shelf.catalogue(), offer.offer_id, step, "marketer", self.now).answer
        if after.state is OfferState.PUBLISHED:
            self.stopped[offer.offer_id] = (self.stopped[offer.offer_id][0], asked)
            broadcasting.begin(after, "marketer", "trace", self.now)
        else:
            self.stopped[offer.offer_id] = (time.monotonic(), float("inf"))

    def is_open(self, offer: Offer) -> bool:
        """Tell whether a broadcast's job is not done yet."""
        job = broadcasting.of_notices().read(broadcasting.job_id_of(offer.offer_id))
        return job is not None and job.state in OPEN


@contextmanager
def senders(evening: Evening) -> Iterator[Callable[[], None]]:
    """Let senders work within the block; yields what waits until every page is worked off."""
    over, idle = threading.Event(), threading.Event()

    def work(number: int) -> None:
        evening.weather.begin_thread(number)
        luck, runs = Random(f"senders/{number}"), count()
        while not over.is_set():
            taken = evening.queue.take()
            failed = {one["MessageId"] for one in taken if not _sent(one["Body"], f"run-{number}-{next(runs)}")}
            again = {one["MessageId"] for one in taken if luck.random() < AGAIN_SHARE}
            evening.queue.settle(taken, failed | again)
            if not taken:
                idle.wait(0.05)

    def drain() -> None:
        while evening.queue.left():
            idle.wait(0.05)
            for one in working:
                if one.done():
                    one.result()  # a sender that broke says why; nobody else would

    with ThreadPoolExecutor(SENDERS) as threads:
        working = [threads.submit(work, number) for number in range(SENDERS)]
        try:
            yield drain
        finally:
            over.set()
    for one in working:
        one.result()


def _sent(body: str, run_id: str) -> bool:
    try:
        return not on_page.send(body, run_id, lambda: 100_000)[1]
    except KilledError:
        return False


def live(evening: Evening) -> None:
    """Let the evening pass, and the two days after it."""
    numbers = count(SENDERS)
    hooks = [(outcome.provider(name), f"before-send.{name}") for name in ("sns", "ses")]
    for client, event in hooks:
        client.meta.events.register(event, evening.weather.note_sending)
    evening.weather.begin_thread(next(numbers), calm=True)
    with (
        evening.weather.over(dynamo.client()),
        ThreadPoolExecutor(5, initializer=lambda: evening.weather.begin_thread(next(numbers))) as threads,
        senders(evening) as drain,
    ):
        evening.big = evening.publish(EVERYBODY, "周年庆", evening.a_minute)
        evening.small = evening.publish(SOME, "快闪", max(1, evening.a_minute // 4))
        minutes = count()
        while evening.is_open(evening.big) and (minute := next(minutes)) < LONGEST_MINUTES:
            _minute(evening, minute, threads)
            if minute in {RESUMED_AT - 1, QUIET_AT - 1}:  # nobody is at work when the quiet hours begin
                drain()
            evening.now += timedelta(minutes=1)
            logger.info("%d minutes of the evening, %d letters", minute + 1, len(evening.office.letters))
        drain()
        _nights(evening, threads, drain)


def _minute(evening: Evening, minute: int, threads: ThreadPoolExecutor) -> None:
    """Run both jobs, while staff do what they do in this minute."""
    acts = {
        CANCELLED_AT: lambda: evening.step(evening.small, Step.END),
        PAUSED_AT: lambda: evening.step(evening.big, Step.PAUSE),
        RESUMED_AT: lambda: evening.step(evening.big, Step.RESUME),
    }
    jobs = [broadcasting.job_id_of(one.offer_id) for one in (evening.big, evening.small)]
    runs = [threads.submit(_run_to_its_end, job_id) for job_id in jobs]
    again = [] if minute % TWICE_EVERY else [threads.submit(_run, job_id) for job_id in jobs]
    acts.get(minute, lambda: None)()
    for run in (*runs, *again):
        run.result()


def _run_to_its_end(job_id: str) -> bool:
    """Run a job until it waits or is done: a message whose run failed or died comes again."""
    assert any(_run(job_id) for _ in range(MOST_RUNS)), "the job never came to its end"
    return True


def _run(job_id: str) -> bool:
    record = {"messageId": "job", "body": f'{{"job_id": "{job_id}"}}'}
    try:
        return not on_job.handler({"Records": [record]}, Run())["batchItemFailures"]  # type: ignore[arg-type]
    except KilledError:
        return False


class Run(Context):
    """A run with time enough."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return 800_000


def _nights(evening: Evening, threads: ThreadPoolExecutor, drain: Callable[[], None]) -> None:
    nine = EVENING + timedelta(minutes=10)
    for hours in SWEPT_AT:
        evening.now = max(evening.now, nine + timedelta(hours=hours))
        for run in [threads.submit(_sweep) for _ in range(2)]:
            run.result()
        drain()
        logger.info("swept at %s, %d letters", evening.now, len(evening.office.letters))


def _sweep() -> None:
    """Start a sweep; one that fails is started again, as a schedule does."""
    for _ in range(TRIES):
        with suppress(KilledError, ClientError, BotoCoreError):
            hourly.handler({}, Run())  # type: ignore[arg-type]
            return


def furnished(size: int, seed: int, luck: Random, queue: Queue) -> Evening:
    """Return the mall at ten to nine, with so many members."""
    segments, weather = {EVERYBODY: size, SOME: size // 10}, NoticeWeather(seed)
    people = audience.gather(segments, seed, EVENING)
    for segment, members in segments.items():
        if members > LARGE:
            weather.listed[f"{memberships.MEMBERS}/{segment}"] = [one.member_id for one in people[:members]]
    office, a_minute = PostOffice(lambda: evening.now, luck), max(1, min(6000, size // 16))
    evening = Evening(people, office, weather, queue, a_minute)
    return evening
