"""A tenant with a till and one member."""

from typing import Any

import pytest

from tests.functions.till import member, tenant


@pytest.fixture
def mall(cloud: Any) -> Any:
    tenant()
    member()
    return cloud
