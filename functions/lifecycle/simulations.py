"""Simulations as jobs: a month's members looked at day by day, nothing given (ADR 1025).

    birthdays, anniversaries   whoever's day sweeps come to in the next month: a step a day
    welcome                    whoever joined in the last month: a step a day
    segment                    whoever entered it in the last month and is in it: a step a thousand members
    festival                   whoever is in the segment, if the festival comes: likewise

A step that was killed is done again from where the job's row stands, so everybody is looked at once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import batched
from typing import NamedTuple

from functions.lifecycle import joined, reading, shelf, sweeping
from functions.lifecycle.deciding import Wish
from functions.lifecycle.definition import IN_SEGMENT, OccasionOffer, OfferOccasion
from functions.lifecycle.reading import By, Found
from functions.lifecycle.simulation import A_MONTH, cost_fen, days_ahead, days_back, judged, worth_of
from loyalty import account_store, catalogue, dynamo, memberships, offers, programme_store
from loyalty.clock import day_of, iso, local_date
from loyalty.coupons import issue
from loyalty.coupons.template import Template
from loyalty.jobs import Job, Jobs, job_id_for
from loyalty.parts import THOUSANDTHS
from loyalty.settings import time_zone

TASK = "simulations"
A_READING = 100
A_PAGE = 1000


class Asker(NamedTuple):
    """Who asks for a simulation: login, idempotency key, trace."""

    login: str
    key: str
    trace: str


def jobs() -> Jobs:
    """Return where simulations are kept."""
    return Jobs(shelf.table(), "occasion_id", "exports/occasions")


def begin(offer_id: str, asker: Asker, now: datetime) -> tuple[Job, bool]:
    """Begin a simulation of an offer, drafts too; return the job and whether it was there before.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
    """
    found = offers.read(shelf.catalogue(), offer_id)
    offer, today = shelf.definition_of(found), local_date(now, time_zone())
    through = sweeping.through(offer_id)
    job = Job(
        job_id=job_id_for(TASK, offer_id, asker.login, asker.key),
        task=TASK,
        owner=offer_id,
        created_by=asker.login,
        created_at=iso(now),
        correlation_id=asker.trace,
        asked={
            "today": today.isoformat(),
            "through": through.isoformat() if through else None,
            "definition": dict(found.definition),
            "worth": _worth(offer),
        },
        total=None if offer.occasion in IN_SEGMENT else len(_days(offer, through, today)),
    )
    return jobs().begin(job, {"offer_id": offer_id})


def step(job: Job, now: datetime) -> Job:
    """Look at the next day's members, or the next page of a segment; at the end with the cost."""
    offer = OccasionOffer.model_validate(job.asked["definition"])
    by = By("staff", job.correlation_id, now)
    if offer.occasion in IN_SEGMENT:
        wishes, last = _in_segment(job, offer)
        after = _added(job, wishes, by, {"after": last})
        return after if last else _finished(after, now)
    days = _days(offer, _through(job), _today(job))
    after = _added(job, list(_of_day(job, offer, days[job.done])), by, {})
    return after if after.done < len(days) else _finished(after, now)


def _added(job: Job, wishes: Sequence[Wish], by: By, cursor: dict[str, str | None]) -> Job:
    """Return the job after some more members."""
    counts = Counter(job.counts)
    for wish, found in _found(wishes, by):
        counts.update(judged(wish, found, job.asked["worth"], _today(job)))
    return job.moved(1, counts=dict(counts), cursor=cursor)


def _finished(job: Job, now: datetime) -> Job:
    redemption = programme_store.current(now).redemption
    point_fen = redemption.fen * THOUSANDTHS // redemption.points
    return job.finished(now, counts={**job.counts, "cost_fen": cost_fen(job.counts, point_fen)})


def _found(wishes: Sequence[Wish], by: By) -> Iterator[tuple[Wish, Found]]:
    """Yield what is known of members, so many in one call as it takes."""
    if not wishes:
        return
    size = 1 + len(reading.keys(wishes[0], shelf.GIVEN))
    for some in batched(wishes, A_READING // size, strict=False):
        asked = [[reading.account_key(wish), *reading.keys(wish, shelf.GIVEN)] for wish in some]
        rows = iter(dynamo.batch_get(*(key for keys in asked for key in keys)))
        for wish, keys in zip(some, asked, strict=True):
            account, *others = [next(rows) for _ in keys]
            yield wish, reading.found_in(wish, by, account_store.from_row(account) if account else None, others, ())


def _of_day(job: Job, offer: OccasionOffer, day: date) -> Iterator[Wish]:
    if offer.occasion is OfferOccasion.WELCOME:
        new = (one.member_id for one in joined.joined_that_day(day) if one.joined == day_of(day))
        return (Wish(job.owner, offer, member_id, day) for member_id in new)
    people = sweeping.whose(sweeping.round_of(offer, day))
    return (Wish(job.owner, offer, member_id, day, relative_id) for member_id, relative_id in people)


def _in_segment(job: Job, offer: OccasionOffer) -> tuple[list[Wish], str | None]:
    """Return a page of those in the segment it is about, and where the next one begins, if there is one."""
    days = _days(offer, _through(job), _today(job)) if offer.occasion is OfferOccasion.FESTIVAL else [_today(job)]
    if not days:  # the festival does not come in this month
        return [], None
    rows, last = memberships.page_of(offer.segment_id or "", job.cursor.get("after"), A_PAGE)
    since = (_today(job) - timedelta(days=A_MONTH)).isoformat()
    lately = (row for row in rows if offer.occasion is OfferOccasion.FESTIVAL or row.get("as_of", "") > since)
    return [Wish(job.owner, offer, row["kind"], days[0]) for row in lately], last


def _days(offer: OccasionOffer, through: date | None, today: date) -> list[date]:
    return days_back(today) if offer.occasion is OfferOccasion.WELCOME else days_ahead(offer, through, today)


def _today(job: Job) -> date:
    return date.fromisoformat(job.asked["today"])


def _through(job: Job) -> date | None:
    told = job.asked.get("through")
    return date.fromisoformat(told) if told else None


def _worth(offer: OccasionOffer) -> dict[str, int]:
    """Return what a coupon of each template is worth at most, in fen; of one that is not there, nothing."""
    where, named = issue.templates(), offer.templates
    rows = dynamo.batch_get(*((where.table, where.key(one)) for one in named), consistent=True) if named else []
    found: Iterable[tuple[str, catalogue.Offer | None]] = zip(named, map(catalogue.offer_of, rows), strict=True)
    return {one: worth_of(Template.model_validate(made.definition)) for one, made in found if made}
