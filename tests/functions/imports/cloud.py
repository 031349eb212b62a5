"""One mall's bulk imports in a process: routes, bucket, queue and workers, driven message by message."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from aws_lambda_powertools.utilities.typing import LambdaContext
from moto import mock_aws

from functions.earn import import_rows as purchase_rows
from functions.earn import imports as purchase_imports
from functions.members import imports as member_imports
from functions.members import registry
from functions.members.applicants import Applicant, Channel
from functions.members.import_rows import MEMBERS
from loyalty import dynamo
from loyalty.clock import utc_now
from loyalty.dynamo import Item
from loyalty.imports import files
from loyalty.imports.kinds import FileKind
from loyalty.imports.workers import partition_handler, upload_handler
from loyalty.remembering import forget_everything
from loyalty.types import MemberId, Origin, Status
from tests.standing import stand_up
from tests.support import PROGRAMME, Context, HttpAnswer, call, http_event, staff_caller

BUCKET = "imports"
PURCHASES = purchase_rows.PURCHASES
HANDLERS = {"members": member_imports.handler, "purchases": purchase_imports.handler}
KINDS: dict[str, FileKind] = {"members": MEMBERS, "purchases": PURCHASES}
MOST_MESSAGES = 50

UPLOADER = staff_caller("marketer", login="sender")
APPROVER = staff_caller("approver", login="second-person")


@dataclass
class Run(Context):
    """An invocation with plenty of time, unless told otherwise."""

    seconds: Callable[[], float] = lambda: 300.0

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds() * 1000)


@dataclass
class ImportCloud:
    """Drives imports of one kind as the gateway, S3 and SQS would."""

    kind: FileKind
    context: Run = field(default_factory=Run)

    def send(self, key: str = "key-1", caller: Mapping[str, Any] = UPLOADER, body: object = None) -> HttpAnswer:
        headers = {"idempotency-key": key} if key else {}
        event = http_event(f"POST /{self.kind.name}/imports", body=body or {}, caller=caller, headers=headers)
        return call(HANDLERS[self.kind.name], event)

    def status(self, import_id: str, caller: Mapping[str, Any] = UPLOADER) -> HttpAnswer:
        event = http_event(f"GET /{self.kind.name}/imports/{import_id}", caller=caller)
        return call(HANDLERS[self.kind.name], event)

    def approve(self, import_id: str, caller: Mapping[str, Any] = APPROVER) -> HttpAnswer:
        event = http_event(f"POST /{self.kind.name}/imports/{import_id}/approvals", caller=caller)
        return call(HANDLERS[self.kind.name], event)

    def put(self, import_id: str, content: bytes) -> dict[str, Any]:
        """Store the file and return S3's notice as it comes out of the queue."""
        key = files.upload_key(self.kind.name, import_id)
        etag = files.client().put_object(Bucket=BUCKET, Key=key, Body=content)["ETag"]
        return notice(key, etag)

    def hear(self, event: dict[str, Any]) -> dict[str, Any]:
        return upload_handler(self.kind)(event, self.lambda_context)

    def pump(self, kind: FileKind | None = None) -> int:
        """Handle tasks until the queue is empty; failed ones come again. Returns how many were handled."""
        handler = partition_handler(kind or self.kind, threads=1)
        for handled in range(MOST_MESSAGES):
            message = self._receive()
            if message is None:
                return handled
            record = {"messageId": message["MessageId"], "body": message["Body"]}
            if not handler({"Records": [record]}, self.lambda_context)["batchItemFailures"]:
                self._queue.delete_message(QueueUrl=queue_url(), ReceiptHandle=message["ReceiptHandle"])
        raise AssertionError("the queue never runs empty")

    def _receive(self) -> Any:
        answer = self._queue.receive_message(QueueUrl=queue_url(), VisibilityTimeout=0)
        return next(iter(answer.get("Messages", [])), None)

    @property
    def lambda_context(self) -> LambdaContext:
        return cast("LambdaContext", self.context)

    @property
    def _queue(self) -> Any:
        return dynamo.service("sqs")

    def begin(self, content: bytes, key: str = "key-1") -> str:
        """Start an import, upload, and check the file; returns the import's id."""
        import_id: str = self.send(key).body["import_id"]
        self.hear(self.put(import_id, content))
        self.pump()
        return import_id

    def run(self, content: bytes, key: str = "key-1") -> Any:
        """Take a file through to its end, approved where needed; returns the status."""
        import_id = self.begin(content, key)
        if self.status(import_id).body["state"] == "awaiting_approval":
            assert self.approve(import_id).status == 202
            self.pump()
        return self.status(import_id).body

    def killing(self, at: int, *, after: bool) -> FileKind:
        """Return the kind with a worker that dies at its n-th unit, before or after applying it."""
        calls = iter(range(at + 1))

        def apply(*args: Any) -> Any:
            fatal = next(calls) == at
            if fatal and not after:
                raise KilledError
            verdict = self.kind.apply(*args)
            if fatal:
                raise KilledError
            return verdict

        return replace(self.kind, apply=apply)


class KilledError(BaseException):
    """The process is gone: no handler of errors sees it."""


def notice(key: str, etag: str) -> dict[str, Any]:
    """A batch with S3's notice of one upload."""
    body = {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": key, "eTag": etag.strip('"')}}}]}
    return {"Records": [{"messageId": "notice", "body": json.dumps(body)}]}


def queue_url() -> str:
    return str(dynamo.service("sqs").get_queue_url(QueueName="apply")["QueueUrl"])


@contextmanager
def imports_cloud(kind: str) -> Iterator[ImportCloud]:
    """A fresh mall with bucket and queue."""
    forget_everything()
    with mock_aws():
        stand_up()
        place = {"LocationConstraint": "ap-southeast-1"}
        files.client().create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        dynamo.service("sqs").create_queue(QueueName="apply")
        yield ImportCloud(KINDS[kind])


def register_tenant(tenant_id: str, **terms: object) -> None:
    row = {"tenant_id": tenant_id, "kind": "tenant", "status": "active", "receipt_scope": "forever", **terms}
    dynamo.client().put_item(TableName="tenants", Item=dynamo.to_item(row))


def enrol(phone: str, name: str = "Somebody") -> MemberId:
    """Enrol a member at the counter."""
    applicant = Applicant(
        name=name,
        phone=phone,
        phone_verified=False,
        birthday=None,
        email=None,
        card_no=None,
        channel=Channel.COUNTER,
    )
    return registry.enrol(applicant, Status.UNCLAIMED, PROGRAMME, utc_now(), Origin.STAFF).member_id


def rows_of(table: str) -> list[Item]:
    """Everything in a table, in a stable order."""
    answer = dynamo.client().scan(TableName=table)
    return sorted(map(dynamo.from_item, answer["Items"]), key=str)


def report(import_id: str, kind: str) -> list[tuple[int, str, str]]:
    """The final report's rows."""
    text = files.read(files.report_key(kind, import_id)).decode()
    return [(int(row), column, code) for row, column, code in list(csv.reader(io.StringIO(text)))[1:]]


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode()


def books() -> dict[str, list[Item]]:
    """Ledger and accounts, without the instants of writing."""
    return {
        table: [{name: value for name, value in row.items() if name != "recorded_at"} for row in rows_of(table)]
        for table in ("ledger", "accounts")
    }
