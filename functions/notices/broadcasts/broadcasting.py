"""The job of a broadcast: member by member of a segment, at its pace, each once (requirements N1, N2).

    published ──job──> a page of the segment's members ──a decision each──> messages ──due now──> senders
                          │  so many a minute, then it waits
                          ├── paused: it waits; what is planned waits too
                          └── ended: it stops; what is planned is dropped by the senders

A member's message is known by broadcast and member, so a step that was killed is done again and writes to nobody
twice. The members are those in the segment when the job comes to them; what concerns everybody (`announcing`) goes
to all there are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from functions.notices import rules
from functions.notices.broadcasts import everybody
from functions.notices.messages import hearing, outgoing, pages
from functions.notices.messages.deciding import Happening, Moment, Published
from functions.notices.messages.message import Message
from functions.notices.templates import shelf
from functions.notices.templates.template import NoticeTemplate
from loyalty import dynamo, jobs, memberships
from loyalty.catalogue import Offer, OfferState
from loyalty.clock import iso
from loyalty.jobs import Job, Jobs, NotYetError
from loyalty.settings import time_zone
from loyalty.types import Origin

TASK = "broadcast"
A_STEP = 100
"""How many members a step goes on to at most: their messages are one page."""
RESTS_SECONDS = 900
"""How often a paused broadcast is looked at again; who resumes it wakes it at once."""
ENDED = "ended"


def of_notices() -> Jobs:
    """Return where the jobs of notices are kept."""
    return Jobs(outgoing.table(), "notice_id", "exports/notices")


def job_id_of(template_id: str) -> str:
    """Return the id of a broadcast's job."""
    return jobs.job_id_for(TASK, template_id, "", "")


def begin(offer: Offer, login: str, trace: str, now: datetime) -> None:
    """Start a broadcast that was published, once; again, it only wakes its job."""
    job = Job(job_id_of(offer.offer_id), TASK, offer.offer_id, login, iso(now), correlation_id=trace)
    of_notices().begin(job, {"template_id": offer.offer_id})


def step(job: Job, now: datetime) -> Job:
    """Go on to the next members; return the job after them.

    Raises:
        NotYetError: it is paused, or this minute's members are done.
    """
    offer = shelf.catalogue().read(job.owner, consistent=True)
    if offer is None or offer.state is OfferState.ENDED:
        return job.finished(now, reason=ENDED)
    if offer.state is not OfferState.PUBLISHED:
        raise NotYetError(RESTS_SECONDS)
    minute, taken = _this_minute(job, now)
    published = Published(offer.offer_id, offer.version, shelf.definition_of(offer))
    room = (published.template.a_minute or A_STEP) - taken
    if room <= 0:
        raise NotYetError(60 - now.second)
    members, following = _members(published.template, job.cursor.get("after"), min(room, A_STEP))
    written = _written(published, members, job, now)
    pages.hand_on(written, now)
    counts = Counter(job.counts) + Counter(one.state.value for one in written)
    after = job.moved(len(members), counts=dict(counts))
    if following is None:
        return after.finished(now, total=after.done, cursor={})
    return replace(after, cursor={"after": following, "minute": minute, "taken": taken + len(members)})


def _this_minute(job: Job, now: datetime) -> tuple[str, int]:
    """Return the minute it is, and how many members the job went on to in it."""
    minute = iso(now.replace(second=0, microsecond=0))
    return minute, job.cursor["taken"] if job.cursor.get("minute") == minute else 0


def _members(template: NoticeTemplate, after: str | None, limit: int) -> tuple[list[str], str | None]:
    """Return some of those it is for, and the one after whom more may follow; a segment's in order of their ids."""
    segment_id = template.segment_id
    if segment_id is None:
        return everybody.page(template.purpose, after, limit)
    start = {"ExclusiveStartKey": dynamo.to_item(memberships.member_key(segment_id, after))} if after else {}
    answer = dynamo.client().query(
        TableName=memberships.table(),
        KeyConditionExpression="campaign_id = :segment",
        ExpressionAttributeValues=dynamo.to_item({":segment": f"{memberships.MEMBERS}/{segment_id}"}),
        ProjectionExpression="kind",
        Limit=limit,
        **start,
    )
    found = [str(dynamo.from_item(item)["kind"]) for item in answer["Items"]]
    return found, found[-1] if found and "LastEvaluatedKey" in answer else None


def _written(published: Published, members: list[str], job: Job, now: datetime) -> list[Message]:
    """Decide for each member; return all their messages, those of an earlier, killed step too."""
    moment = Moment(now, time_zone(), rules.read())
    return list(hearing.write_all(published, [_happening(published, one, job) for one in members], moment))


def _happening(published: Published, member_id: str, job: Job) -> Happening:
    return Happening(
        event_id=job.asked.get("event_id", f"{TASK}/{published.template_id}"),
        occasion=published.template.occasion,
        member_id=member_id,
        origin=Origin.STAFF,
        facts=job.asked.get("facts", {}),
        about=published.template.segment_id,
        correlation_id=job.correlation_id,
    )


def progress(template_id: str) -> Mapping[str, Any] | None:
    """Return how far a broadcast has come; None before it was published."""
    job = of_notices().read(job_id_of(template_id))
    if job is None:
        return None
    return {"state": job.state, "members": job.done, "counts": job.counts, "finished_at": job.finished_at}
