"""The cloud of the proofs: a mall of its own for each module, so that its faults meet nobody else."""

from collections.abc import Iterator

import pytest

from bench.mall import bare_mall


@pytest.fixture(scope="module")
def mall() -> Iterator[None]:
    """A local cloud with one mall's tables; the process's settings point at it."""
    with bare_mall():
        yield
