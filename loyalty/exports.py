"""Tables of results as CSV files in the bucket, in memory bounded by one part whatever their size.

A file is written part by part (S3's multipart upload), each part a step of a job: a run that was killed repeats its
last part, and a new run goes on with the next. Cells are made harmless for spreadsheets, which would otherwise run a
text that begins like a formula; and nothing here names a person: members are random ids.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from loyalty.imports import files
from loyalty.jobs import Job, Jobs

PART_BYTES = 5 * 1024 * 1024
"""What S3 wants of every part but the last."""
DOWNLOAD_SECONDS = 900
"""How long an address is valid; asking for the job again gives a fresh one."""
CSV_TYPE = "text/csv; charset=utf-8"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_BEGIN_AGAIN = frozenset({"NoSuchUpload", "InvalidPart"})

Row = Sequence[str | int | None]


class Page(NamedTuple):
    """Some rows, and where the next page begins; None after the last one."""

    rows: Sequence[Row]
    following: Mapping[str, Any] | None


Pages = Callable[[Mapping[str, Any]], Page]
"""Gives the page that begins at a position; the first one begins at `{}`."""


def cell(value: str | int | None) -> str | int:
    """Return a value as a cell that no spreadsheet takes for a formula; whole numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def lines(rows: Iterable[Row]) -> bytes:
    """Return rows as lines of CSV (RFC 4180), UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def write(jobs: Jobs, job: Job, header: Row, rows: Iterable[Row]) -> None:
    """Write a job's whole file at once, over the same one of an earlier run."""
    files.write(jobs.file(job), lines([header, *rows]), CSV_TYPE)


def download_url(jobs: Jobs, job: Job) -> str:
    """Return an address that gives a job's file with GET, for a quarter of an hour."""
    name = f'attachment; filename="{job.task}-{job.job_id}.csv"'
    params = {"Bucket": files.bucket(), "Key": jobs.file(job), "ResponseContentDisposition": name}
    return str(files.client().generate_presigned_url("get_object", Params=params, ExpiresIn=DOWNLOAD_SECONDS))


def step(jobs: Jobs, job: Job, header: Row, pages: Pages, now: datetime) -> Job:
    """Write the next part of a job's file and return the job after it, finished after the last part.

    The job's `done` counts the rows written. Where the upload is gone, or holds a part of a rival run, the file is
    begun again.
    """
    try:
        return _next_part(jobs, job, header, pages, now)
    except ClientError as error:
        if error.response["Error"]["Code"] not in _BEGIN_AGAIN:
            raise
        return job.moved(-job.done, cursor={})


def _next_part(jobs: Jobs, job: Job, header: Row, pages: Pages, now: datetime) -> Job:
    place = {"Bucket": files.bucket(), "Key": jobs.file(job)}
    upload = job.cursor.get("upload") or _begun(place)
    etags = job.cursor.get("etags", [])
    content, rows, position = _gathered(job.cursor.get("at", {}), lines([header]) if not etags else b"", pages)
    number = len(etags) + 1
    part = files.client().upload_part(**place, UploadId=upload, PartNumber=number, Body=content)
    etags = [*etags, part["ETag"]]
    if position is not None:
        return job.moved(rows, cursor={"upload": upload, "etags": etags, "at": position})
    parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, start=1)]
    files.client().complete_multipart_upload(**place, UploadId=upload, MultipartUpload={"Parts": parts})
    return job.moved(rows).finished(now, total=job.done + rows, cursor={})


def _begun(place: Mapping[str, str]) -> str:
    return str(files.client().create_multipart_upload(**place, ContentType=CSV_TYPE)["UploadId"])


def _gathered(position: Mapping[str, Any], start: bytes, pages: Pages) -> tuple[bytes, int, Mapping[str, Any] | None]:
    """Return the lines from a position on that make a part, how many rows they are, and where the next begins."""
    content, rows, following = bytearray(start), 0, position
    while len(content) < PART_BYTES:
        page = pages(following)
        content += lines(page.rows)
        rows += len(page.rows)
        if page.following is None:
            return bytes(content), rows, None
        following = page.following
    return bytes(content), rows, following
