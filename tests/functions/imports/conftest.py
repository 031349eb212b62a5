"""The environment of the import functions."""

from collections.abc import Iterator

import pytest

from loyalty import dynamo
from loyalty.imports import files

VARIABLES = {
    "MALL": "aurora",
    "STAGE": "test",
    "TIME_ZONE": "Asia/Shanghai",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "POWERTOOLS_SERVICE_NAME": "tests",
    "POWERTOOLS_METRICS_NAMESPACE": "aurora-test",
    "PEPPER_SECRET": "pepper",
    "IMPORTS_BUCKET": "imports",
    "APPLY_QUEUE_URL": "https://sqs.ap-southeast-1.amazonaws.com/123456789012/apply",
    **{
        f"{name}_TABLE": name.lower()
        for name in ("ACCOUNTS", "LEDGER", "MEMBERS", "TENANTS", "PROGRAM", "IMPORTS", "CAMPAIGNS")
    },
}


@pytest.fixture(scope="module", autouse=True)
def clients() -> Iterator[None]:
    """Clients of this module's own; making them for every test would take most of its time."""
    dynamo.service.cache_clear()
    files.client.cache_clear()
    yield
    dynamo.service.cache_clear()
    files.client.cache_clear()


@pytest.fixture(autouse=True)
def import_environment(clients: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What import functions are told."""
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
