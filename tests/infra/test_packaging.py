"""What is shipped: the same bytes from the same sources, with bytecode, for the right machine."""

import hashlib
import os
import sys
from pathlib import Path

import pytest

from infra.capabilities import CAPABILITIES
from infra.packaging import RUNTIME_OWN, build_bundle, build_layer
from infra.specs import Layer


@pytest.fixture(scope="session")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The third-party packages, built for this machine."""
    target = tmp_path_factory.mktemp("layer")
    build_layer(target, local=True)
    return target


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every capability's bundle."""
    folders = {capability.name: tmp_path_factory.mktemp(capability.name) for capability in CAPABILITIES}
    for name, folder in folders.items():
        build_bundle(name, folder)
    return folders


def digest(folder: Path) -> str:
    """Hash every path and every byte below a folder."""
    hashed = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        hashed.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes() + b"\0")
    return hashed.hexdigest()


@pytest.mark.parametrize("capability", ["earn", "members"])
def test_a_bundle_comes_out_the_same_twice(capability: str, bundles: dict[str, Path], tmp_path: Path) -> None:
    build_bundle(capability, tmp_path)
    assert digest(tmp_path) == digest(bundles[capability])


def test_a_layer_comes_out_the_same_twice(layer: Path, tmp_path: Path) -> None:
    build_layer(tmp_path, local=True)
    assert digest(tmp_path) == digest(layer)


def test_a_bundle_holds_its_capability_and_the_kernel_and_no_other(bundles: dict[str, Path]) -> None:
    for name, folder in bundles.items():
        assert {path.name for path in folder.iterdir()} == {"functions", "loyalty"}
        assert {path.name for path in (folder / "functions").iterdir()} == {name, "__init__.py", "__pycache__"}


def test_every_module_is_shipped_with_bytecode_that_is_never_checked_again(bundles: dict[str, Path]) -> None:
    sources = list(bundles["earn"].rglob("*.py"))
    assert sources
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
        # PEP 552: bit 0 says that the cache is valid by hash, bit 1 that the source is to be compared.
        assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00"


def test_a_traceback_names_the_path_in_lambda_and_not_the_builders(bundles: dict[str, Path]) -> None:
    compiled = (bundles["earn"] / "loyalty" / "__pycache__" / f"clock.{sys.implementation.cache_tag}.pyc").read_bytes()
    assert b"/var/task/loyalty/clock.py" in compiled
    assert str(bundles["earn"]).encode() not in compiled


def test_the_layer_leaves_out_what_the_runtime_brings(layer: Path) -> None:
    packages = {path.name.split("-")[0] for path in (layer / "python").glob("*.dist-info")}
    assert {"pydantic", "aws_lambda_powertools", "pyjwt"} <= {name.lower() for name in packages}
    assert not packages & {name.replace("-", "_") for name in RUNTIME_OWN}


def test_the_clouds_layer_is_built_for_arm(tmp_path: Path) -> None:
    build_layer(tmp_path, local=False)
    libraries = [path.name for path in tmp_path.rglob("*.so")]
    assert any("aarch64-linux-gnu" in name for name in libraries)
    assert not [name for name in libraries if "x86_64" in name]
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert size < 100 * 2**20, "functions take 250 MiB with their layers"


@pytest.mark.parametrize("group", Layer)
def test_a_groups_layer_holds_its_packages_alone_for_arm_and_fits_beside_the_others(
    group: Layer, tmp_path: Path
) -> None:
    build_layer(tmp_path, local=False, group=group)
    packages = {path.name.split("-")[0] for path in (tmp_path / "python").glob("*.dist-info")}
    assert packages
    assert not packages & {"pydantic", "aws_lambda_powertools", "boto3"}
    libraries = [path.name for path in tmp_path.rglob("*.so")]
    assert any("aarch64" in name for name in libraries)
    assert not [name for name in libraries if "x86_64" in name]
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert size < 150 * 2**20, "functions take 250 MiB with their layers"


def test_a_name_that_is_no_capability_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        build_bundle("nothing", tmp_path)
    assert not os.listdir(tmp_path)
