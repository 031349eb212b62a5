"""What staff send to put a file of members on a list, and how they see it go (requirement G1)."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from functions.campaigns.lists_models import EXAMPLE_LIST_ID
from loyalty.http import Answer, Body
from loyalty.jobs import Job, JobState

MOST_CHARACTERS = 2_500_000
"""Fifty thousand of the longest ids, with quotes and line ends."""
_JOB_ID = "4f1d2c3b5a69788796a5b4c3d2e1f001"
_STATUS_URL = f"/member-lists/{EXAMPLE_LIST_ID}/files/{_JOB_ID}"
ListFilePath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="The file's id.", examples=[_JOB_ID])]
_ANSWER: dict[str, Any] = {
    "file_id": _JOB_ID,
    "list_id": EXAMPLE_LIST_ID,
    "state": "done",
    "sent_by": "staff-0001",
    "sent_at": "2026-11-22T01:30:00.000Z",
    "finished_at": "2026-11-22T01:31:12.000Z",
    "rows": 1250,
    "done": 1250,
    "added": 1200,
    "known": 30,
    "refused": 20,
    "refused_url": f"https://downloads.example.com/exports/campaigns/{_JOB_ID}.csv",
    "reason": None,
}


class ListFileRequest(Body):
    """A file of members: text of lines, the member's id in the first column; at most 50,000 rows."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"csv": "member_id\nm_5cDq8ZkP2w\nm_0aBcDeFgHi\n"}]})

    csv: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]


class StartedListFile(Answer):
    """A file that was taken, and where to ask how it goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"file_id": _JOB_ID, "status_url": _STATUS_URL}]})

    file_id: str
    status_url: str


class ListFileAnswer(Answer):
    """Where a file stands.

    Attributes:
        rows: those that are not empty, without the header; `done` of them are worked off.
        added: members new on the list; known: those who were on it before.
        refused: rows that put nobody on it; null until it is done. `refused_url` gives a table of their numbers and
            why: no_member_id, repeated, unknown_member; valid for a quarter of an hour, the table for 30 days.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    file_id: str
    list_id: str
    state: JobState
    sent_by: str
    sent_at: str
    finished_at: str | None = None
    rows: int
    done: int
    added: int
    known: int
    refused: int | None = None
    refused_url: str | None = None
    reason: str | None = None


def file_answer(job: Job, refused_url: str | None) -> ListFileAnswer:
    """Return a file as staff see it."""
    return ListFileAnswer(
        file_id=job.job_id,
        list_id=job.owner,
        state=job.state,
        sent_by=job.created_by,
        sent_at=job.created_at,
        finished_at=job.finished_at,
        rows=job.total or 0,
        done=job.done,
        added=job.counts.get("added", 0),
        known=job.counts.get("known", 0),
        refused=job.counts.get("refused"),
        refused_url=refused_url,
        reason=job.reason,
    )
