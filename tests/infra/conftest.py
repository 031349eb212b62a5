"""Every mall and stage is synthesized once per run: it takes seconds and changes nothing."""

import os
from collections.abc import Callable
from functools import cache

import pytest

# jsii says so on every start; the project supports every Node from 20 on.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "1")
# The CDK's own validation warns and refuses nothing; it takes half of the time. The security rules stay on.
os.environ.setdefault("CDK_VALIDATION", "false")

from tests.infra.assembly import Assembly, synthesize

EVERY = [("aurora", "local"), ("aurora", "prod"), ("harbour", "test"), ("jade", "prod")]
CLOUDS = [one for one in EVERY if one[1] != "local"]


@pytest.fixture(scope="session")
def assembly_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Assembly]:
    """A function that returns the synthesized mall and stage."""

    @cache
    def synthesized(mall: str, stage: str) -> Assembly:
        return synthesize(mall, stage, tmp_path_factory.mktemp(f"{mall}-{stage}"))

    return synthesized


@pytest.fixture(params=EVERY, ids="-".join)
def assembly(request: pytest.FixtureRequest, assembly_of: Callable[[str, str], Assembly]) -> Assembly:
    """Each mall and stage in turn."""
    return assembly_of(*request.param)


@pytest.fixture(params=CLOUDS, ids="-".join)
def cloud(request: pytest.FixtureRequest, assembly_of: Callable[[str, str], Assembly]) -> Assembly:
    """Each mall and stage that stands in AWS."""
    return assembly_of(*request.param)


@pytest.fixture
def local(assembly_of: Callable[[str, str], Assembly]) -> Assembly:
    """The demo mall on a laptop."""
    return assembly_of("aurora", "local")


@pytest.fixture
def prod(assembly_of: Callable[[str, str], Assembly]) -> Assembly:
    """The demo mall in production."""
    return assembly_of("aurora", "prod")


@pytest.fixture
def china(assembly_of: Callable[[str, str], Assembly]) -> Assembly:
    """The mall in the China partition."""
    return assembly_of("jade", "prod")
