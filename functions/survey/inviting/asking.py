"""Asks members of a list, of a campaign, or those who redeemed something, once each; reports who was not (S1, S2, A1).

    members, block by block ──> invited, or a reason why not (a row per block) ──all had their turn──> the file

The invitation's token is a function of the job and the member: a run that was killed finds the invitations it wrote,
and counts them once, with the checkpoint it had not reached. A block's row of reasons is written over by the run that
does it again.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from functions.survey.defining import publication
from functions.survey.inviting import asking_journal, asking_reasons, participants
from functions.survey.inviting.chances import ASKABLE
from functions.survey.inviting.journal import SHARDS
from loyalty import account_store, attempts, dynamo, exports, offers, programme_store
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, OfferState, WrongStateError
from loyalty.dynamo import Item
from loyalty.errors import ConflictError
from loyalty.jobs import Job, Jobs, JobState
from loyalty.settings import time_zone
from loyalty.surveys import inviting, running, settings
from loyalty.surveys.invitation import Asked, AskedBy, invitation_id_of, invited
from loyalty.surveys.occasion import Occasion
from loyalty.surveys.running import Running
from loyalty.types import Origin

BLOCK = 50
"""Members between two checkpoints."""
CAMPAIGN = "campaign_id"
"""What a job names whose members are those who took part in a campaign."""


class NotAskingError(ConflictError):
    """The survey asks nobody now: it has not begun, or is over (`valid_from`, `valid_until`)."""

    code = "survey_not_asking"
    zh = "问卷当前不在有效期内。"
    en = "The survey is outside its period."


class Turn(StrEnum):
    """What became of a member."""

    ASKED = "asked"
    RESTING = "resting"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"


class _Block(NamedTuple):
    members: list[str]
    following: Mapping[str, Any] | None


class _Standing(NamedTuple):
    invitation: Item | None
    slot: Item | None
    account: Item | None


def require_asking(offer: Offer, now: datetime) -> Running:
    """Return the short form of a survey that asks now.

    Raises:
        WrongStateError: unless it is published.
        NotAskingError: outside its period.
    """
    if offer.state is not OfferState.PUBLISHED:
        raise WrongStateError(state=offer.state.value)
    survey = publication.running_of(offer)
    if not survey.asks_at(now):
        raise NotAskingError
    # Whoever is asked by hand is asked at once: a delay counts from an event.
    return replace(survey, trigger=None)


def step(jobs: Jobs, job: Job, now: datetime) -> Job:
    """Ask the next block of members, or, when all had their turn, write the next part of the report."""
    if "told" in job.cursor:
        return _telling(jobs, job, now)
    survey = require_asking(offers.read(running.catalogue(), job.owner), now)
    block, number = _block(job), job.cursor.get("block", 0)
    turns = {member_id: ask(survey, member_id, job, now) for member_id in block.members}
    refused = [(member_id, str(turn)) for member_id, turn in turns.items() if turn is not Turn.ASKED]
    asking_reasons.keep(jobs, job, number, refused, now)
    counts = dict(Counter(job.counts) + Counter(str(turn) for turn in turns.values()))
    after = job.moved(len(turns), counts=counts)
    if block.following is None:
        return replace(after, total=after.done, cursor={"told": 0, "file": {}})
    return replace(after, cursor={**block.following, "block": number + 1})


def ask(survey: Running, member_id: str, job: Job, now: datetime) -> Turn:
    """Invite one member, once for this job, and return what became of them.

    Raises:
        BusyError: too many want the same; asking again is safe.
    """
    occasion = _occasion(member_id, job)
    token = inviting.token_for(survey, occasion)
    rules = settings.read()

    def load(_certain: bool) -> _Standing:
        rows = (inviting.key(invitation_id_of(token)), inviting.slot_key(member_id))
        account = (account_store.table(), {"member_id": member_id})
        return _Standing(*dynamo.batch_get(*((settings.table(), row) for row in rows), account, consistent=True))

    def decide(found: _Standing) -> Plan[Turn]:
        if found.invitation is not None:
            return Plan(Turn.ASKED, replayed=True)
        if found.account is None:
            return Plan(Turn.UNKNOWN)
        account = account_store.from_row(found.account)
        if account.status not in ASKABLE:
            return Plan(Turn.NOT_ALLOWED)
        if not inviting.is_rested(found.slot, survey, now):
            return Plan(Turn.RESTING)
        way, tier = AskedBy(job.asked["way"]), programme_store.tier_of(account, now)
        invitation = invited(token, survey, occasion, rules, Asked(way, tier, now, time_zone(), job.correlation_id))
        return Plan(Turn.ASKED, inviting.written(invitation, survey, rules, now))

    return attempts.settle(load, decide).answer


def _occasion(member_id: str, job: Job) -> Occasion:
    scheduled, campaign_id = job.asked["way"] == AskedBy.SCHEDULE, job.asked.get(CAMPAIGN)
    return Occasion(
        event=participants.AWARDED if campaign_id else "",
        member_id=member_id,
        key=f"job/{job.job_id}",
        at=datetime.fromisoformat(job.created_at),
        origin=Origin.SCHEDULE if scheduled else Origin.STAFF,
        about=campaign_id,
    )


def _block(job: Job) -> _Block:
    """Return whose turn is next; of a campaign or the journal, members of one shard after the other."""
    if "members" in job.asked:
        after = job.done + BLOCK
        listed = job.asked["members"]
        return _Block(listed[job.done : after], {} if after < len(listed) else None)
    shard, last = job.cursor.get("shard", 0), job.cursor.get("after", "")
    if campaign_id := job.asked.get(CAMPAIGN):
        found = participants.members(campaign_id, shard, last, BLOCK)
        return _Block(found.asked, _following(shard, found.last))
    left = [one for one in asking_journal.members(shard, job.asked["redeemed"]) if one > last]
    return _Block(left[:BLOCK], _following(shard, left[BLOCK - 1] if len(left) > BLOCK else None))


def _following(shard: int, last: str | None) -> Mapping[str, Any] | None:
    """Return where the next block begins: after somebody of this shard, or with the next one; None after the last."""
    if last is not None:
        return {"shard": shard, "after": last}
    return {"shard": shard + 1} if shard + 1 < SHARDS else None


def _telling(jobs: Jobs, job: Job, now: datetime) -> Job:
    """Write the next part of the report; the job's own counts are of members, and stay as they are."""
    writer = replace(job, done=job.cursor["told"], cursor=job.cursor["file"])
    after = exports.step(jobs, writer, asking_reasons.HEADER, lambda at: asking_reasons.page(jobs, job, at), now)
    if after.state is JobState.DONE:
        return replace(after, done=job.done, total=job.done, asked={})
    return replace(after, done=job.done, cursor={"told": after.done, "file": after.cursor})
