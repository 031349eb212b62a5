"""Every bundle imports where Lambda will import it: our code, the layer, the runtime's boto3, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.packaging import ROOT, build_bundle, build_layer
from tests.contract.test_house_rules import CAPABILITIES

RUNTIME = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
"""What Lambda's Python runtime brings besides the standard library."""


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer as it is deployed to this machine's local cloud."""
    target = tmp_path_factory.mktemp("layer")
    build_layer(target, local=True)
    return target / "python"


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages the Lambda runtime has, and no other."""
    target = tmp_path_factory.mktemp("runtime")
    installed = next(path for path in map(Path, sys.path) if (path / "boto3").is_dir())
    for name in RUNTIME:
        (target / name).symlink_to(installed / name)
    return target


def entry_points(capability: str) -> list[str]:
    folder = ROOT / "functions" / capability
    return [f"functions.{capability}.{path.stem}" for path in folder.glob("*.py") if _has_handler(path)]


def _has_handler(path: Path) -> bool:
    text = path.read_text()
    return "\nhandler = " in text or "\ndef handler(" in text


@pytest.mark.parametrize("capability", CAPABILITIES)
def test_a_bundle_imports_with_the_runtime_alone(capability: str, layer: Path, runtime: Path, tmp_path: Path) -> None:
    build_bundle(capability, tmp_path)
    modules = entry_points(capability)
    code = f"import sys; sys.path[:0] = {[str(tmp_path), str(layer), str(runtime)]!r}\n"
    code += "".join(f"import {module}\nassert callable({module}.handler)\n" for module in modules)
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert modules
    assert done.returncode == 0, done.stderr
