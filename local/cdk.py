"""Runs the CDK command line: against the local cloud, or against AWS."""

import os
import re
import subprocess
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from local.checkout import NODE_BIN, ROOT, VENV_BIN, shown
from local.console import Progress

_EVENT = re.compile(r"^(\S+) \| +(\d+)/(\d+) \|")


class DeploymentError(Exception):
    """The CDK command line failed; the message holds the end of what it said."""


def cdk_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The user's environment, with this checkout's Python and Node tools in front."""
    return {
        **{key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}},
        "PATH": os.pathsep.join([str(VENV_BIN), str(NODE_BIN), os.environ.get("PATH", os.defpath)]),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",  # a list of major versions
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "NO_COLOR": "1",
        **extra,
    }


def run_showing_progress(command: list[str], environment: Mapping[str, str], log: Path, title: str) -> None:
    """Run a deployment, showing which stack has how many of its resources.

    Args:
        command: the CDK command line and its arguments.
        environment: all its variables.
        log: the file that keeps everything it says.
        title: what the line of progress begins with.

    Raises:
        DeploymentError: it failed.
    """
    progress = Progress(title, "making the template, bundling the functions")
    tail: deque[str] = deque(maxlen=40)
    with log.open("w") as kept, _started(command, environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            kept.write(line)
            tail.append(line)
            if event := _EVENT.match(line):
                progress.update("{} {} of {} resources".format(*event.groups()))
    if process.returncode != 0:
        progress.done("failed")
        raise DeploymentError(f"The deployment failed; all of it is in {shown(log)}, its end:\n\n{''.join(tail)}")
    progress.done("done")


def _started(command: list[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        env=dict(environment),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
