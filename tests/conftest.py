"""What tests share: the mall's tables and secret in moto, single-threaded, fresh for every test that asks."""

import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from moto import mock_aws

from loyalty import dynamo, programme_store, remembering
from loyalty.programme import Programme
from tests import quick_moto
from tests.proof.scale import SCALE
from tests.standing import stand_up
from tests.support import TABLES

# Metrics and Logger read these once, when `loyalty.http` is first imported.
os.environ |= {"POWERTOOLS_METRICS_NAMESPACE": "aurora-test", "POWERTOOLS_SERVICE_NAME": "tests"}
quick_moto.install()
# Whether a property holds is no question of how busy the machine is, and whether a change is good none of luck: tests
# try the same cases every time, and the proofs (`make proof`) others each time, many more, which can be repeated.
hypothesis.settings.register_profile(
    "whatever the clock",
    deadline=None,
    derandomize=SCALE == 1,
    print_blob=True,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("whatever the clock")


TOGETHER = ("tests/e2e", "tests/proof", "tests/infra")
"""Folders whose tests share something expensive (a cloud, a synthesized app): one process runs all of a folder."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of such a folder in one process when tests run on several."""
    for item in items:
        folder = next((name for name in TOGETHER if item.nodeid.startswith(f"{name}/")), None)
        if folder:
            item.add_marker(pytest.mark.xdist_group(folder))


@pytest.fixture(autouse=True)
def _as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remember nothing of another test, and what this one asks for until it says so: the clock stands.

    Clients are kept: they hold no state, and making one takes a tenth of a second.
    """
    monkeypatch.setattr(remembering, "monotonic", lambda: 0.0)
    remembering.forget_everything()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables a function finds."""
    variables = {
        "MALL": "aurora",
        "STAGE": "test",
        "TIME_ZONE": "Asia/Shanghai",
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "POWERTOOLS_SERVICE_NAME": "tests",
        "POWERTOOLS_METRICS_NAMESPACE": "aurora-test",
        "PEPPER_SECRET": "pepper",
        **{f"{name.upper()}_TABLE": name for name in TABLES},
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def cloud(environment: None) -> Iterator[Any]:
    """The mall's tables, its secret and its programme; yields the DynamoDB client."""
    with mock_aws():
        stand_up()
        yield dynamo.client()


def put_programme(programme: Programme) -> None:
    """Publish a programme as the mall's first version."""
    row = dynamo.to_item(programme_store.first_version(programme))
    dynamo.client().put_item(TableName="program", Item=row)
    remembering.forget_everything()
