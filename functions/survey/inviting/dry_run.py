"""Who would have been asked: the journal of events, replayed through the rules of a survey (requirement S6).

Nothing is written but the report. The survey is taken as if it had been running all the time, and alone: everybody
starts rested, other surveys ask nobody. A member's events lie in one shard, so the rests are simulated shard by shard
in order of time, by the same functions that decide on invitations.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from functions.survey.defining import publication
from functions.survey.inviting import asking_journal
from functions.survey.inviting.asking_journal import Time
from functions.survey.inviting.journal import SHARDS
from loyalty import exports, offers
from loyalty.clock import iso
from loyalty.exports import Page
from loyalty.jobs import Job, Jobs, JobState
from loyalty.surveys import inviting, running, settings
from loyalty.surveys.occasion import Occasion, why_not
from loyalty.surveys.running import Running
from loyalty.surveys.settings import Settings

HEADER = ("member_id", "at", "event", "outcome")
WOULD_BE_ASKED, RESTING, SAME_OCCASION = "would_be_asked", "resting", "same_occasion"
OTHER_EVENT, NOT_SAMPLED = "other_event", "not_sampled"
NAMES = {NOT_SAMPLED: "sampled_out"}
FITTING = frozenset({WOULD_BE_ASKED, RESTING, SAME_OCCASION})


def outcomes(survey: Running, occasions: Iterable[Occasion], rules: Settings) -> Iterator[tuple[Occasion, str]]:
    """Yield what each occasion would have led to.

    Args:
        survey: as it would have been running.
        occasions: in order of time, each member's complete.
    """
    slots: dict[str, dict[str, Any]] = {}
    seen: set[tuple[str, str]] = set()
    for occasion in occasions:
        reason = why_not(survey, occasion, rules, occasion.at)
        if reason is None:
            reason = _asked(survey, occasion, rules, slots, seen)
        yield occasion, NAMES.get(reason, reason)


def step(jobs: Jobs, job: Job, now: datetime) -> Job:
    """Replay the next shards, as many as fill a part of the report, and return the job after it."""
    offer = offers.read(running.catalogue(), job.owner)
    survey = replace(publication.running_of(offer), starts=None, ends=None)
    rules, when, counts = settings.read(), asking_journal.time_of(job.asked), Counter(job.counts)

    def page(at: Mapping[str, Any]) -> Page:
        shard = at.get("shard", 0)
        found = list(outcomes(survey, asking_journal.occasions(shard, when), rules))
        counts.update(_counted(outcome for _, outcome in found))
        rows = [_row(occasion, outcome) for occasion, outcome in found if outcome != OTHER_EVENT]
        return Page(rows, {"shard": shard + 1} if shard + 1 < SHARDS else None)

    after = exports.step(jobs, job, HEADER, page, now)
    is_begun_again = after.state is not JobState.DONE and not after.cursor
    return replace(after, counts={} if is_begun_again else dict(counts))


def last_week(now: datetime) -> Time:
    """Return the last seven days."""
    return Time(now - timedelta(days=7), now)


def _asked(
    survey: Running,
    occasion: Occasion,
    rules: Settings,
    slots: dict[str, dict[str, Any]],
    seen: set[tuple[str, str]],
) -> str:
    """Ask as the invitation's transaction would: once per occasion, and only whom it finds rested."""
    if (occasion.member_id, occasion.key) in seen:
        return SAME_OCCASION
    if not inviting.is_rested(slots.get(occasion.member_id), survey, occasion.at):
        return RESTING
    seen.add((occasion.member_id, occasion.key))
    slots[occasion.member_id] = {
        inviting.REST_UNTIL: iso(occasion.at + timedelta(days=rules.fatigue_days)),
        inviting.ASKED + survey.series_id: iso(occasion.at),
    }
    return WOULD_BE_ASKED


def _counted(told: Iterable[str]) -> Iterator[str]:
    for outcome in told:
        yield "events"
        yield outcome
        if outcome in FITTING:
            yield "fitting"


def _row(occasion: Occasion, outcome: str) -> tuple[str, str, str, str]:
    return occasion.member_id, iso(occasion.at), occasion.event, outcome
