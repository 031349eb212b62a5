"""What goes into a function: its capability's folder, the shared kernel, and layers of third-party wheels.

Every function has the layer of the product's own dependencies. What is heavy and needed by few stands in dependency
groups of `pyproject.toml`, each a layer of its own for the functions that declare it (ADR 0903).

Both are built without Docker and come out the same, byte for byte, from the same sources: the hash of the output
decides whether a function is deployed again. Bytecode is compiled here because Lambda's file system is read-only;
without it every cold start would compile anew.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk.aws_lambda import Code

from infra.specs import Layer

ROOT = Path(__file__).parent.parent
RUNTIME_OWN = ("boto3", "botocore", "jmespath", "python-dateutil", "s3transfer", "six", "urllib3")
"""Packages that Lambda's Python runtime brings; shipping them would only make the layer larger."""
CLOUD_PLATFORM = "aarch64-manylinux_2_28"
PYTHON_VERSION = "3.13"
NEVER_IMPORTED = (
    "bin",
    "share",
    "phonenumbers/geodata",
    "phonenumbers/carrierdata",
    "phonenumbers/tzdata",
    "phonenumbers/shortdata/region_*",
    "**/*.pyi",
)
"""Scripts, manual pages, where in the world a number was issued, emergency calls, stubs of types: half of the layer."""
NEVER_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.md")


def build_bundle(capability: str, target: Path) -> None:
    """Write a capability's code to `target`, at its repository paths, with bytecode.

    Args:
        capability: a folder under `functions/`.
        target: an existing, empty folder.
    """
    for package in (f"functions/{capability}", "loyalty"):
        shutil.copytree(ROOT / package, target / package, ignore=NEVER_SHIPPED)
    shutil.copy2(ROOT / "functions" / "__init__.py", target / "functions" / "__init__.py")
    _compile(target, "/var/task")


def build_layer(target: Path, *, local: bool, group: Layer | None = None) -> None:
    """Install the locked third-party wheels to `target/python`, with bytecode.

    Args:
        target: an existing, empty folder.
        local: build for this machine rather than for arm64 in the cloud.
        group: which dependency group; None: what every function needs.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirements:
        requirements.write(_locked_requirements(group))
        requirements.flush()
        platform = [] if local else ["--python-platform", CLOUD_PLATFORM]
        _uv("pip", "install", "--quiet", "--no-deps", "--target", str(target / "python"),
            "--python-version", PYTHON_VERSION, "--only-binary", ":all:", "--no-compile-bytecode",
            *platform, "--requirements", requirements.name)  # fmt: skip
    _drop_what_is_never_imported(target / "python")
    _drop_what_differs_between_builds(target / "python")
    _compile(target, "/opt")


def code_of(capability: str) -> Code:
    """Return the asset that all functions of a capability share."""
    return _asset(ROOT / "functions" / capability, _Bundle(capability))


def code_of_layer(*, local: bool, group: Layer | None = None) -> Code:
    """Return the asset of the layer that all functions share, or of a dependency group's."""
    return _asset(ROOT / "loyalty", _Wheels(local=local, group=group))


@jsii.implements(ILocalBundling)
class _Bundle:
    """Builds a capability's code when the app is synthesized."""

    def __init__(self, capability: str) -> None:
        self._capability = capability

    def try_bundle(self, output_dir: str, *_args: Any, **_kwargs: Any) -> bool:
        """Build into CDK's staging folder."""
        build_bundle(self._capability, Path(output_dir))
        return True


@jsii.implements(ILocalBundling)
class _Wheels:
    """Builds a layer when the app is synthesized."""

    def __init__(self, *, local: bool, group: Layer | None) -> None:
        self._local = local
        self._group = group

    def try_bundle(self, output_dir: str, *_args: Any, **_kwargs: Any) -> bool:
        """Build into CDK's staging folder."""
        build_layer(Path(output_dir), local=self._local, group=self._group)
        return True


def _asset(source: Path, builder: Any) -> Code:
    bundling = BundlingOptions(image=DockerImage.from_registry("not-used"), local=builder)
    return Code.from_asset(str(source), asset_hash_type=AssetHashType.OUTPUT, bundling=bundling)


def _locked_requirements(group: Layer | None) -> str:
    skipped = [word for package in RUNTIME_OWN for word in ("--no-emit-package", package)]
    wanted = ("--only-group", group.value) if group else ("--no-dev",)
    return _uv("export", "--quiet", "--frozen", *wanted, "--no-emit-project", *skipped)


def _drop_what_is_never_imported(folder: Path) -> None:
    """Remove what no function reads: a layer is unpacked at every cold start."""
    for unused in NEVER_IMPORTED:
        for path in list(folder.glob(unused)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _drop_what_differs_between_builds(folder: Path) -> None:
    """Remove the installer's records: they carry paths and times of this machine."""
    (folder / ".lock").unlink(missing_ok=True)
    for record in ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"):
        for path in folder.glob(f"*.dist-info/{record}"):
            path.unlink()


def _compile(folder: Path, path_in_lambda: str) -> None:
    """Compile in processes of their own, with the paths that tracebacks will show in Lambda."""
    options = ["-q", "-j", "0", "--invalidation-mode", "unchecked-hash"]
    paths = ["-s", str(folder), "-p", path_in_lambda, str(folder)]
    command = [sys.executable, "-m", "compileall", *options, *paths]
    subprocess.run(command, check=True)  # noqa: S603 - our own interpreter on our own files


def _uv(*arguments: str) -> str:
    """Run the uv of this environment in the repository and return what it prints."""
    beside = Path(sys.executable).parent / "uv"
    uv = os.environ.get("UV") or (str(beside) if beside.is_file() else shutil.which("uv"))
    if not uv:
        raise RuntimeError("uv is missing: pip install uv")
    # The CDK's command line asks every child for colours, and requirements in colour are no requirements.
    command = [uv, "--color", "never", *arguments]
    result = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return result.stdout
