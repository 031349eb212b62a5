"""HTTPS routes of files of members for lists, which campaigns and segments name (requirements A4, G1)."""

from aws_lambda_powertools.event_handler import Response

from functions.campaigns import list_files
from functions.campaigns.list_files import Sender
from functions.campaigns.list_files_models import (
    ListFileAnswer,
    ListFilePath,
    ListFileRequest,
    StartedListFile,
    file_answer,
)
from functions.campaigns.list_rows import ListFileSizeError
from functions.campaigns.lists_models import ListIdPath
from loyalty.auth import STAFF, Group, require_group
from loyalty.clock import utc_now
from loyalty.errors import ForbiddenError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, NotFoundError
from loyalty.http import IdempotencyKey, accepted, answers, api, entry_point, logger, trace_id

TAGS = ["campaigns"]

app = api()


@app.post(
    "/member-lists/<list_id>/files",
    operation_id="sendListFile",
    summary="Put a file of members on a list",
    description="Between 1 and 50,000 rows of CSV, the member's id in the first column; a header `member_id` does not "
    "count. Who is on the list stays on it. Every row that puts nobody on it is reported with why.",
    tags=TAGS,
    responses=answers(
        202,
        StartedListFile,
        "The file was taken; repeated, the same one",
        ForbiddenError,
        NotFoundError,
        ListFileSizeError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
    ),
)
def send(list_id: ListIdPath, body: ListFileRequest, idempotency_key: IdempotencyKey) -> Response[StartedListFile]:
    """Take a file."""
    event = app.current_event.raw_event
    sender = Sender(require_group(event, Group.MARKETER), idempotency_key, trace_id(event))
    job, replayed = list_files.begin(list_id, body.csv, sender, utc_now())
    logger.info("file of members taken", file_id=job.job_id, list_id=list_id, rows=job.total, replayed=replayed)
    answer = StartedListFile(file_id=job.job_id, status_url=f"/member-lists/{list_id}/files/{job.job_id}")
    return accepted(answer, answer.status_url, replayed=replayed)


@app.get(
    "/member-lists/<list_id>/files/<file_id>",
    operation_id="getListFile",
    summary="Ask what became of a file of members",
    tags=TAGS,
    responses=answers(200, ListFileAnswer, "Where it stands", ForbiddenError, NotFoundError),
)
def read(list_id: ListIdPath, file_id: ListFilePath) -> ListFileAnswer:
    """Ask what became of a file."""
    require_group(app.current_event.raw_event, *STAFF)
    return file_answer(*list_files.read(list_id, file_id))


handler = entry_point(app)
