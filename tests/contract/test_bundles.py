"""Every bundle imports where Lambda will import it: our code, the layer, the runtime's boto3, and nothing else."""

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from infra.capabilities import all_functions
from infra.packaging import ROOT, build_bundle, build_layer
from infra.specs import Layer
from tests.contract.test_house_rules import CAPABILITIES

RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
"""What Lambda's Python runtime brings besides the standard library."""


@pytest.fixture(scope="module")
def layer_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Layer | None], Path]:
    """A layer as it is deployed to this machine's local cloud: everybody's, or a group's."""

    @cache
    def built(group: Layer | None) -> Path:
        target = tmp_path_factory.mktemp("layer")
        build_layer(target, local=True, group=group)
        return target / "python"

    return built


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages the Lambda runtime has, and no other."""
    target = tmp_path_factory.mktemp("runtime")
    installed = next(path for path in map(Path, sys.path) if (path / "boto3").is_dir())
    for name in RUNTIME:
        (target / name).symlink_to(installed / name)
    return target


def entry_points(capability: str) -> dict[tuple[Layer, ...], list[str]]:
    """A capability's handlers, by the further layers that their functions declare."""
    declared = {function.handler.removesuffix(".handler"): function.layers for function in all_functions()}
    found: dict[tuple[Layer, ...], list[str]] = {}
    for path in (ROOT / "functions" / capability).glob("*.py"):
        if _has_handler(path):
            module = f"functions.{capability}.{path.stem}"
            found.setdefault(declared[module], []).append(module)
    return found


def _has_handler(path: Path) -> bool:
    text = path.read_text()
    return "\nhandler = " in text or "\ndef handler(" in text


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_bundle_imports_with_its_layers_and_the_runtime_alone(
    capability: str, layer_of: Callable[[Layer | None], Path], runtime: Path, tmp_path: Path
) -> None:
    build_bundle(capability, tmp_path)
    found = entry_points(capability)
    assert found
    for groups, modules in found.items():
        layers = [str(layer_of(group)) for group in (None, *groups)]
        code = f"import sys; sys.path[:0] = {[str(tmp_path), *layers, str(runtime)]!r}\n"
        code += "".join(f"import {module}\nassert callable({module}.handler)\n" for module in modules)
        done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
