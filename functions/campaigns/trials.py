"""Trials as jobs: the journal replayed in steps, its memory put down in a file between them (A10; ADR 0812).

    begin: where the replay must start ──> step: 20,000 receipts ──> step ──> ... ──> the figures
                                                   memory put down ──> taken up

A step reads the file the step before it wrote, named by the job's version: a step that was killed is done again from
the same one, so every receipt is replayed once. Between calls nothing of a day is held but a page of each shard.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import batched, islice
from typing import Any, NamedTuple

from functions.campaigns import cost, journal, naming, publication
from functions.campaigns.definition import compiled
from functions.campaigns.journal_rows import KEPT, Noted
from functions.campaigns.trial import NOBODY, Memory, Person, Replay, Runner, begun, spans_of
from loyalty import dynamo, identity, offers
from loyalty.catalogue import Offer, OfferState
from loyalty.clock import days_after, iso, local_day, zone
from loyalty.dynamo import Item
from loyalty.earning.rule import Rule
from loyalty.earning.running import table
from loyalty.earning.state import Key, list_key
from loyalty.errors import RuleError
from loyalty.imports import files
from loyalty.jobs import Job, Jobs, job_id_for
from loyalty.settings import time_zone
from loyalty.types import Day, MemberId

TASK = "trials"
FOLDER = "exports/campaigns"
ROWS_A_STEP = 20_000
"""About half a minute's work."""
MOST_REMEMBERED = 1_000_000
"""Receipts, members and tallies a trial can remember: about a gigabyte of memory."""
A_READING = 100


class TrialTooLargeError(RuleError):
    """The campaign would have awarded more receipts than a trial can remember."""

    code = "trial_too_large"
    zh = "该时段符合条件的小票过多，请缩短试算时段。"
    en = "Too many receipts would have been awarded: try a shorter period."


class TrialPeriodError(RuleError):
    """The journal does not tell of the whole period; `oldest` is the first instant it tells of."""

    code = "trial_period"
    zh = "试算时段须在 {oldest} 之后且已经过去。"
    en = "The period must lie between {oldest} and now."


def jobs() -> Jobs:
    """Return where trials are kept."""
    return Jobs(table(), "campaign_id", FOLDER)


class Asker(NamedTuple):
    """Who asks for a trial: login, idempotency key, trace."""

    login: str
    key: str
    trace: str


def begin(campaign_id: str, since: datetime, until: datetime, asker: Asker, now: datetime) -> tuple[Job, bool]:
    """Begin a trial; return the job and whether it was there before.

    Raises:
        NotFoundError, IdempotencyKeyReusedError.
        TrialPeriodError: if the journal does not reach so far.
    """
    offer = offers.read(publication.catalogue(), campaign_id)
    oldest = now - KEPT + timedelta(days=1)
    if since < oldest or until > now:
        raise TrialPeriodError(oldest=iso(oldest))
    request = {"from": iso(since), "until": iso(until)}
    ran = _ran(offer, until)
    runners = _runners(offer, since, until, ran)
    earliest = min(runner.begins for runner in runners)
    job = Job(
        job_id=job_id_for(TASK, campaign_id, asker.login, asker.key),
        task=TASK,
        owner=campaign_id,
        created_by=asker.login,
        created_at=iso(now),
        correlation_id=asker.trace,
        asked={
            **request,
            "ran": ran,
            "replayed_from": iso(max(min(since, earliest), oldest)),
            "complete": earliest >= oldest,
        },
    )
    return jobs().begin(job, request)


def step(job: Job, now: datetime) -> Job:
    """Replay the next receipts, and return the job after them; at the end with the figures.

    Raises:
        TrialTooLargeError: if too much has to be remembered.
    """
    replay = _replay(job)
    found = islice(_from(job), ROWS_A_STEP)
    done, last = 0, None
    for some in batched(found, A_READING, strict=False):
        people = _people(replay, some)
        for noted in some:
            replay.take(noted, people.get(noted.place, NOBODY))
        done, last = done + len(some), some[-1]
        if replay.memory.size > MOST_REMEMBERED:
            raise TrialTooLargeError
    if last is None or done < ROWS_A_STEP:
        return job.moved(done).finished(now, total=job.done + done, counts=_result(replay), cursor={})
    name = f"{FOLDER}/{job.job_id}/{job.version}.json.gz"
    files.write(name, gzip.compress(json.dumps(asdict(replay.memory)).encode(), 1), "application/gzip")
    recorded_on = local_day(last.recorded_at, time_zone())
    return job.moved(done, cursor={"memory": name, "day": recorded_on, "after": last.place})


def _replay(job: Job) -> Replay:
    since, until = _period(job.asked)
    runners = _runners(offers.read(publication.catalogue(), job.owner), since, until, job.asked["ran"])
    memory = _memory(job.cursor["memory"]) if job.cursor else begun(runners)
    return Replay(job.owner, runners, (since, until), zone(time_zone()), memory)


def _memory(name: str) -> Memory:
    answer = files.open_object(name)
    if answer is None:
        raise FileNotFoundError(name)
    return Memory(**json.loads(gzip.decompress(answer["Body"].read())))


def _period(asked: Mapping[str, Any]) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(asked["from"]), datetime.fromisoformat(asked["until"])


def _ran(offer: Offer, until: datetime) -> bool:
    """Tell whether a campaign ran before the end of a period: else it is tried as if it had."""
    rule = publication.rule_of(offer)
    spans = spans_of(offer.history, OfferState.PUBLISHED)
    return rule is not None and rule.starts < until and any(since < until for since, _ in spans)


def _runners(offer: Offer, since: datetime, until: datetime, ran: bool) -> tuple[Runner, ...]:
    """Return the campaign on trial and those of its group that ran."""
    rule = publication.rule_of(offer) if ran else None
    target = Runner(rule, spans_of(offer.history, OfferState.PUBLISHED)) if rule else _as_if(offer, since, until)
    if not target.rule.group:
        return (target,)
    return (target, *(runner for runner in _published() if _competes(runner.rule, target.rule)))


def _as_if(offer: Offer, since: datetime, until: datetime) -> Runner:
    """Return a campaign as if it had run in a period, and in nothing but it: festivals are those of the period."""
    definition = publication.definition_of(offer)
    named = naming.valued([definition], until)
    moved = definition.model_copy(update={"starts": since - KEPT, "until": until})
    return Runner(compiled(offer.offer_id, moved, 1, named.point_fen, named.worth), ((since, until),))


def _published() -> Iterator[Runner]:
    for offer in publication.catalogue().everything():
        if rule := publication.rule_of(offer):
            yield Runner(rule, spans_of(offer.history, OfferState.PUBLISHED))


def _competes(rule: Rule, target: Rule) -> bool:
    return rule.group == target.group and rule.campaign_id != target.campaign_id


def _from(job: Job) -> Iterator[Noted]:
    """Yield what was recorded in the period of the replay, from where the job stands on."""
    start, (_, until) = datetime.fromisoformat(job.asked["replayed_from"]), _period(job.asked)
    day = Day(job.cursor["day"]) if job.cursor else local_day(start, time_zone())
    after, last = job.cursor.get("after"), local_day(until, time_zone())
    while day <= last:
        yield from (noted for noted in journal.read(day, after) if start <= noted.recorded_at < until)
        day, after = days_after(day, 1), None


def _people(replay: Replay, some: Sequence[Noted]) -> dict[str, Person]:
    """Read what the rules ask of the members, as far as they ask; returned by the receipt's place."""
    asked = {noted.place: (noted.member_id, found) for noted in some if (found := replay.asks(noted))}
    dates: dict[str, Key] = {
        place: (identity.table(), identity.dates_key(MemberId(member_id)))
        for place, (member_id, found) in asked.items()
        if found.dates
    }
    lists: dict[tuple[str, str], Key] = {
        (place, one): (table(), list_key(one, MemberId(member_id)))
        for place, (member_id, found) in asked.items()
        for one in found.lists
    }
    known = dict(zip(dates, _rows(dates.values()), strict=True))
    on = {where for where, row in zip(lists, _rows(lists.values()), strict=True) if row}
    return {
        place: _person(known.get(place), (one for one in asked[place][1].lists if (place, one) in on))
        for place in asked
    }


def _person(dates: Item | None, lists: Iterable[str]) -> Person:
    found = dates or {}
    return Person(found.get("born"), found.get("joined"), frozenset(lists))


def _rows(keys: Iterable[Key]) -> list[Item | None]:
    return [row for some in batched(keys, A_READING, strict=False) for row in dynamo.batch_get(*some)]


def _result(replay: Replay) -> dict[str, int]:
    """Return the figures with the cost, and what is left of the budget."""
    rule = next(runner.rule for runner in replay.runners if runner.rule.campaign_id == replay.target)
    left = {"left": replay.memory.left[replay.target]} if rule.budget else {}
    return {**replay.memory.sums, "cost_fen": cost.cost_fen(rule, replay.memory.sums), **left}
