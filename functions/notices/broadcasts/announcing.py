"""What concerns everybody, told to everybody: a changed programme (requirement K5; ADR 1045).

    ProgrammeAnnounced ──each published template that follows it──> a job ──a page of members──> as a broadcast

The job is known by template and event, so an event that comes again only wakes it; each member's message follows from
the event, so however often the job is killed they hear once.
"""

from collections.abc import Iterable
from datetime import datetime

from functions.notices.broadcasts import broadcasting
from functions.notices.messages import deciding
from functions.notices.messages.deciding import Happening, Published
from loyalty import jobs
from loyalty.clock import iso
from loyalty.jobs import Job


def begin(happening: Happening, templates: Iterable[Published], now: datetime) -> int:
    """Start what tells everybody of an event; return by how many templates. Again, it only wakes the jobs."""
    following = [one for one in templates if deciding.follows(one.template, happening)]
    for one in following:
        asked = {"event_id": happening.event_id, "facts": dict(happening.facts)}
        job_id = job_id_of(one.template_id, happening.event_id)
        job = Job(
            job_id, broadcasting.TASK, one.template_id, "", iso(now), asked, correlation_id=happening.correlation_id
        )
        broadcasting.of_notices().begin(job, {"template_id": one.template_id, **asked})
    return len(following)


def job_id_of(template_id: str, event_id: str) -> str:
    """Return the id of the job that tells everybody of an event by a template."""
    return jobs.job_id_for(broadcasting.TASK, template_id, "", event_id)
