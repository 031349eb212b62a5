"""The objects of an import in the bucket, and the addresses with which clients reach them.

Nothing here lists the bucket: which objects exist is known from the rows of the import, so a repeated step
overwrites its own objects and an orphan of a crashed run is never read.
"""

import os
from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from loyalty.settings import setting

UPLOAD_SECONDS = 3600
"""How long an upload address is valid."""
REPORT_SECONDS = 900
"""How long a report address is valid; the status route gives a fresh one."""


@cache
def client() -> Any:
    """Return the process's S3 client: signature 4, and bucket names in the path where an endpoint is given."""
    style: Literal["path", "virtual"] = "path" if os.environ.get("AWS_ENDPOINT_URL") else "virtual"
    config = Config(
        signature_version="s3v4",
        s3={"addressing_style": style},
        connect_timeout=3,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 4},
        max_pool_connections=50,
    )
    return botocore.session.get_session().create_client("s3", config=config)


def bucket() -> str:
    """Return the name of the imports bucket."""
    return setting("IMPORTS_BUCKET")


def upload_key(kind: str, import_id: str) -> str:
    """Return where a client puts its file."""
    return f"uploads/{kind}/{import_id}.csv"


def report_key(kind: str, import_id: str, *, interim: bool = False) -> str:
    """Return where the report of refused rows stands: what the check refused, or finally all."""
    return f"reports/{kind}/{import_id}{'.checked' if interim else ''}.csv"


def piece_key(kind: str, import_id: str, name: str) -> str:
    """Return where a piece of intermediate work stands."""
    return f"partitions/{kind}/{import_id}/{name}.jsonl"


def upload_url(kind: str, import_id: str) -> str:
    """Return an address that takes the file with PUT, for an hour."""
    params = {"Bucket": bucket(), "Key": upload_key(kind, import_id)}
    return str(client().generate_presigned_url("put_object", Params=params, ExpiresIn=UPLOAD_SECONDS))


def report_url(kind: str, import_id: str, *, interim: bool) -> str:
    """Return an address that gives the report with GET, for a quarter of an hour."""
    params = {"Bucket": bucket(), "Key": report_key(kind, import_id, interim=interim)}
    return str(client().generate_presigned_url("get_object", Params=params, ExpiresIn=REPORT_SECONDS))


def open_object(key: str, etag: str = "") -> dict[str, Any] | None:
    """Return an object's answer (`Body` is a stream); None where another object stands there by now."""
    try:
        answer: dict[str, Any] = client().get_object(Bucket=bucket(), Key=key)
    except ClientError as error:
        # Without the right to list, S3 says AccessDenied of an object that is gone.
        if error.response["Error"]["Code"] in {"NoSuchKey", "404", "AccessDenied"}:
            return None
        raise
    return answer if not etag or answer["ETag"].strip('"') == etag else None


def read(key: str) -> bytes:
    """Return the whole content of a (small) object that must be there."""
    return bytes(client().get_object(Bucket=bucket(), Key=key)["Body"].read())


def write(key: str, content: bytes, content_type: str = "application/x-ndjson") -> None:
    """Write an object, over the same one of an earlier run."""
    client().put_object(Bucket=bucket(), Key=key, Body=content, ContentType=content_type)


def remove(*keys: str) -> None:
    """Delete up to 1,000 objects; one that is gone already is no error."""
    objects = [{"Key": key} for key in keys]
    client().delete_objects(Bucket=bucket(), Delete={"Objects": objects, "Quiet": True})


def write_parts(key: str, parts: Iterable[bytes], content_type: str) -> None:
    """Write a large object part by part; every part but the last has at least 5 MiB."""
    place = {"Bucket": bucket(), "Key": key}
    upload = place | {"UploadId": client().create_multipart_upload(**place, ContentType=content_type)["UploadId"]}
    done = []
    for number, part in enumerate(parts, start=1):
        answer = client().upload_part(**upload, PartNumber=number, Body=part)
        done.append({"PartNumber": number, "ETag": answer["ETag"]})
    client().complete_multipart_upload(**upload, MultipartUpload={"Parts": done})
