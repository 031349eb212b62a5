"""Events on their way into the lake: packed, put, put again; what did not get there comes back, and nothing else."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto import mock_aws

from events.generate import samples
from functions.lake import delivery, on_event
from functions.lake.delivery import RECORD_BYTES
from functions.lake.rows import rows_of
from loyalty.dynamo import service
from loyalty.imports.files import client as s3
from loyalty.lake.tables import TABLES
from tests.support import Context

HANDLER: Any = on_event.handler
BUCKET = "aurora-streams"
SAMPLES = [sample["detail"] for _, sample in sorted(samples().items())]
Call = Callable[..., dict[str, Any]]


class Streams:
    """The lake's streams as a test sees them: their lines lie in a bucket."""

    calls: list[dict[str, Any]]

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = []
        self.refusing: Callable[[str, bytes], bool] = lambda _stream, _data: False
        self._real: Call = service("firehose").put_record_batch
        monkeypatch.setattr(service("firehose"), "put_record_batch", self._put)

    def lines(self, table: str) -> list[dict[str, Any]]:
        """Every row that reached a table's stream."""
        found = s3().list_objects_v2(Bucket=BUCKET, Prefix=f"{table}/").get("Contents", ())
        bodies = [s3().get_object(Bucket=BUCKET, Key=item["Key"])["Body"].read() for item in found]
        return [json.loads(line) for body in bodies for line in body.decode().splitlines()]

    def _put(self, **request: Any) -> dict[str, Any]:
        """Let through what is not refused, and say of each record what became of it, as Firehose does."""
        self.calls.append(request)
        told: list[dict[str, Any]] = []
        for record in request["Records"]:
            if self.refusing(request["DeliveryStreamName"], record["Data"]):
                told.append({"ErrorCode": "ServiceUnavailableException", "ErrorMessage": "slow down"})
            else:
                told += self._real(**request | {"Records": [record]})["RequestResponses"]
        failed = sum("ErrorCode" in one for one in told)
        return {"FailedPutCount": failed, "RequestResponses": told}


@pytest.fixture
def streams(environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Streams]:
    """Streams of every table, whose pauses take no time."""
    monkeypatch.setenv("LAKE_STREAMS", "aurora-test-lake-")
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    with mock_aws():
        s3().create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-southeast-1"})
        for table in TABLES:
            service("firehose").create_delivery_stream(
                DeliveryStreamName=f"aurora-test-lake-{table.name}",
                ExtendedS3DestinationConfiguration={
                    "BucketARN": f"arn:aws:s3:::{BUCKET}",
                    "RoleARN": "arn:aws:iam::123456789012:role/streams",
                    "Prefix": f"{table.name}/",
                },
            )
        yield Streams(monkeypatch)


def hear(*details: Any, seconds: int = 60) -> list[str]:
    """Bring messages `m0`, `m1` ... to a run with so much time left; return those that must come again."""

    class Run(Context):
        def get_remaining_time_in_millis(self) -> int:
            return seconds * 1000

    records = [{"messageId": f"m{n}", "body": json.dumps({"detail": one})} for n, one in enumerate(details)]
    answer = HANDLER({"Records": records}, Run())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_every_event_of_the_catalogue_reaches_its_tables(streams: Streams) -> None:
    assert hear(*SAMPLES) == []
    expected = Counter(row.table for event in SAMPLES for row in rows_of(event, "Asia/Shanghai"))
    assert {table.name: len(streams.lines(table.name)) for table in TABLES} == {
        table.name: expected[table.name] for table in TABLES
    }


def test_rows_of_a_table_travel_together(streams: Streams) -> None:
    hear(*SAMPLES)
    assert len(streams.calls) == len({call["DeliveryStreamName"] for call in streams.calls})
    assert {len(call["Records"]) for call in streams.calls} == {1}


def test_a_record_never_grows_beyond_what_firehose_takes(streams: Streams) -> None:
    wordy = [{**SAMPLES[0], "type": "Wordy", "id": f"event-{n}", "data": {"word": "长" * 60_000}} for n in range(30)]
    assert hear(*wordy) == []
    assert all(len(record["Data"]) <= RECORD_BYTES for call in streams.calls for record in call["Records"])
    assert all(sum(len(one["Data"]) for one in call["Records"]) <= 4 * 1024 * 1024 for call in streams.calls)
    assert len(streams.calls) == 3
    assert len(streams.lines("events")) == 30


def test_a_record_that_the_stream_refused_inside_a_good_answer_is_put_again(streams: Streams) -> None:
    refusals = [True, True, False]
    streams.refusing = lambda stream, _data: stream.endswith("-coupons") and refusals.pop(0)
    seen = next(event for event in SAMPLES if event["type"] == "CouponSeen")
    assert hear(seen) == []
    assert len(streams.lines("coupons")) == 1
    assert refusals == []


def test_messages_whose_rows_are_missing_come_again_and_no_others(streams: Streams) -> None:
    streams.refusing = lambda stream, _data: stream.endswith("-coupons")
    seen = next(event for event in SAMPLES if event["type"] == "CouponSeen")
    earned = next(event for event in SAMPLES if event["type"] == "PointsEarned")
    assert hear(earned, seen, earned) == ["m1"]
    assert len(streams.calls) >= delivery.ATTEMPTS
    streams.refusing = lambda _stream, _data: False
    assert hear(seen) == []
    assert len(streams.lines("coupons")) == 1


def test_a_call_that_fails_as_a_whole_brings_its_messages_back(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAKE_STREAMS", "another-malls-lake-")
    assert hear(SAMPLES[0], SAMPLES[1]) == ["m0", "m1"]


def test_no_call_is_begun_that_could_not_end(streams: Streams) -> None:
    assert hear(SAMPLES[0], seconds=8) == ["m0"]
    assert streams.calls == []


@pytest.mark.parametrize("broken", [{}, {"type": "CouponSeen"}, "a text", None, {**SAMPLES[0], "time": "soon"}])
def test_what_cannot_be_read_comes_back_alone(streams: Streams, broken: Any) -> None:
    assert hear(broken, SAMPLES[0]) == ["m0"]
    assert len(streams.lines("events")) == 1


def test_a_name_and_a_phone_are_in_no_file_of_the_lake(streams: Streams) -> None:
    """The canary of requirement M6: the samples are made of rows that hold both."""
    hear(*SAMPLES)
    everything = json.dumps([streams.lines(table.name) for table in TABLES], ensure_ascii=False)
    assert "3f9a51c07be24d8815aa" in everything
    assert not [word for word in ("王小明", "13800138000", "1990-05-01") if word in everything]
