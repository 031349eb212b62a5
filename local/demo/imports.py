"""Bulk files, as a mall hands them over: ask for a place, upload, let another person approve, wait for the report."""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from local.console import Progress
from local.demo.api import Api, DemoError, put_file

SUBMITTER = "operator"
APPROVER = "approver"
_POLL_SECONDS = 1
_MAX_SECONDS = 1_800


def import_file(api: Api, what: str, content: str) -> Mapping[str, Any]:
    """Import a file and wait until every row is applied, known or refused.

    Args:
        api: the mall.
        what: "members" or "purchases".
        content: the CSV file.

    Returns:
        The finished job: `rows`, `accepted`, `known`, `refused`.

    Raises:
        DemoError: the job failed, or did not end within half an hour.
    """
    progress = Progress(f"importing {what}")
    job = api.expect(202, SUBMITTER, "POST", f"/{what}/imports", {}, key=str(uuid.uuid4()))
    path = f"/{what}/imports/{job['import_id']}"
    put_file(job["upload_url"], content)
    status = _wait_while(api, path, {"awaiting_upload", "checking"}, progress)
    if status["state"] == "awaiting_approval":
        api.expect(202, APPROVER, "POST", f"{path}/approvals", {})
    status = _wait_while(api, path, {"awaiting_approval", "applying"}, progress)
    if status["state"] != "done":
        raise DemoError(f"The import of {what} ended as {status['state']}: {dict(status)}")
    progress.done(counted(status))
    return status


def counted(status: Mapping[str, Any]) -> str:
    """What happened to the rows, in words."""
    counts = (f"{status.get(what) or 0:,} {what}" for what in ("accepted", "known", "refused"))
    return f"{status.get('rows') or 0:,} rows: {', '.join(counts)}"


def _wait_while(api: Api, path: str, states: set[str], progress: Progress) -> Mapping[str, Any]:
    deadline = time.monotonic() + _MAX_SECONDS
    while (status := api.expect(200, SUBMITTER, "GET", path))["state"] in states:
        progress.update(f"{status['state'].replace('_', ' ')}, {counted(status)}")
        if time.monotonic() > deadline:
            raise DemoError(f"The import did not end within {_MAX_SECONDS // 60} minutes: {dict(status)}")
        time.sleep(_POLL_SECONDS)
    return status
