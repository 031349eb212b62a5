"""The programme's first version, as CloudFormation asks for it and waits for the answer."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from functions.program import on_deploy
from loyalty import dynamo, programme_store
from loyalty.clock import utc_now
from tests.support import PROGRAMME, Context


class CloudFormation:
    """Waits for answers at an address of its own."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[dict[str, Any]] = []
        self.content_types: list[str | None] = []
        self.refusals = 0

    def ask(self, request_type: str, **properties: str) -> dict[str, Any]:
        event = {
            "RequestType": request_type,
            "ResponseURL": f"{self.url}/signed?Signature=s3cret",
            "StackId": "stack-1",
            "RequestId": "request-1",
            "LogicalResourceId": "OnDeploy",
            "ResourceType": "AWS::CloudFormation::CustomResource",
            "ResourceProperties": {"ServiceToken": "arn", **properties},
        }
        on_deploy.handler(event, Context())  # type: ignore[arg-type]
        return self.answers[-1]


@pytest.fixture
def cloudformation(cloud: Any) -> Iterator[CloudFormation]:
    """A mall without a programme yet."""
    cloud.delete_item(TableName="program", Key={"name": {"S": "program"}, "version": {"N": "1"}})
    waiting = CloudFormation()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if waiting.refusals:
                waiting.refusals -= 1
                self.send_response(503)
            else:
                waiting.answers.append(json.loads(body))
                waiting.content_types.append(self.headers["Content-Type"])
                self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    waiting.url = f"http://127.0.0.1:{server.server_port}"
    yield waiting
    server.shutdown()
    thread.join()
    server.server_close()
    on_deploy._pool.cache_clear()


def published(**changes: Any) -> str:
    return json.dumps({**PROGRAMME.published(), **changes})


def stored() -> dict[str, Any] | None:
    return dynamo.get("program", {"name": "program", "version": 1}, consistent=True)


def test_a_first_deployment_writes_the_programme_of_the_malls_file(cloudformation: CloudFormation) -> None:
    answer = cloudformation.ask("Create", Programme=published(points_per_yuan="2"))

    assert answer == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "programme",
        "StackId": "stack-1",
        "RequestId": "request-1",
        "LogicalResourceId": "OnDeploy",
        "Data": {"Programme": "written"},
    }
    assert cloudformation.content_types == [""]
    assert programme_store.current(utc_now()).points_per_yuan == 2000


def test_a_later_deployment_keeps_what_is_there(cloudformation: CloudFormation) -> None:
    cloudformation.ask("Create", Programme=published(points_per_yuan="2"))
    before = stored()

    answer = cloudformation.ask("Update", Programme=published(points_per_yuan="9"))

    assert (answer["Status"], answer["Data"]) == ("SUCCESS", {"Programme": "kept"})
    assert answer["PhysicalResourceId"] == "programme"
    assert stored() == before


@pytest.mark.parametrize("properties", [{}, {"Programme": "not JSON"}, {"Programme": "{}"}])
def test_deletion_never_fails_and_deletes_nothing(cloudformation: CloudFormation, properties: dict[str, str]) -> None:
    cloudformation.ask("Create", Programme=published())
    before = stored()

    assert cloudformation.ask("Delete", **properties)["Status"] == "SUCCESS"
    assert stored() == before


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({}, "the resource has no property Programme"),
        ({"Programme": "not JSON"}, "programme: Invalid JSON"),
        ({"Programme": "{}"}, "tiers: Field required"),
        ({"Programme": published(points_per_yuan=1.5)}, "points_per_yuan: Value error, write the number as text"),
        ({"Programme": published(surprise=True)}, "surprise: Extra inputs are not permitted"),
    ],
)
def test_a_malformed_programme_fails_the_deployment_with_the_reason(
    cloudformation: CloudFormation, properties: dict[str, str], reason: str
) -> None:
    answer = cloudformation.ask("Create", **properties)

    assert answer["Status"] == "FAILED"
    assert reason in answer["Reason"]
    assert stored() is None


def test_a_long_list_of_mistakes_still_fits_the_answer(cloudformation: CloudFormation) -> None:
    surprises = {f"surprise_{number}": 1 for number in range(500)}

    answer = cloudformation.ask("Create", Programme=published(**surprises))

    assert answer["Status"] == "FAILED"
    assert len(json.dumps(answer)) < 4096


def test_a_table_that_is_missing_fails_the_deployment_instead_of_hanging_it(
    cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROGRAM_TABLE", "nowhere")

    answer = cloudformation.ask("Create", Programme=published())

    assert answer["Status"] == "FAILED"
    assert "ResourceNotFoundException" in answer["Reason"]


def test_an_answer_that_does_not_arrive_is_sent_again(cloudformation: CloudFormation) -> None:
    cloudformation.refusals = 1

    assert cloudformation.ask("Create", Programme=published())["Status"] == "SUCCESS"
    assert len(cloudformation.answers) == 1


def test_the_signed_address_is_not_logged(cloudformation: CloudFormation, caplog: Any) -> None:
    cloudformation.ask("Create", Programme="not JSON")

    assert "not deployed" in caplog.messages
    assert "s3cret" not in str([vars(record) for record in caplog.records]) + caplog.text
