"""One local cloud for all end-to-end tests, with the demo mall on it, beside whatever `make up` runs.

It ends with the last of them: its hundred processes would take time from the tests that follow.
"""

from collections.abc import Iterator

import pytest

from local.checkout import LOCAL
from local.clients import client
from local.cloud import LocalCloud
from local.deploy import DEMO_MALL, deploy, region_of
from local.stack import Stack
from tests.e2e import schedules
from tests.e2e.mall import Mall


@pytest.fixture(scope="package")
def cloud() -> Iterator[LocalCloud]:
    """A local cloud of the tests' own, stopped when they end."""
    with LocalCloud(LOCAL / "test", region=region_of(DEMO_MALL)) as running:
        yield running


@pytest.fixture(scope="package")
def stack(cloud: LocalCloud) -> Stack:
    """The demo mall as deployed from the template; none of its jobs starts by the clock."""
    deployed = deploy(cloud)
    assert schedules.stop(client("scheduler", endpoint_url=deployed.endpoint_url, region=deployed.region))
    return deployed


@pytest.fixture(scope="package")
def mall(stack: Stack) -> Mall:
    """The mall, everybody in it at hand."""
    return Mall(stack)


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    """Pytest's monkeypatch, for a module's fixtures."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch
