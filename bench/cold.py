"""CPU of importing the purchase function in a fresh process, against boto3 with one client.

Both run in this environment, whose production packages are the layer's; their bytecode is compiled first, as the
bundle ships it.
"""

import compileall
import os
import statistics
import subprocess
import sys
from dataclasses import dataclass

from bench.mall import REGION
from local.checkout import ROOT

TARGET = 1.6
FUNCTION = "import functions.earn.api"
BASELINE = f"import boto3; boto3.client('dynamodb', region_name='{REGION}')"
TIMED = "import time; started = time.process_time(); {}; print(time.process_time() - started)"


@dataclass(frozen=True)
class ColdStart:
    """Median CPU of the two imports, in milliseconds."""

    function: float
    boto3: float

    @property
    def ratio(self) -> float:
        """The function over boto3 with a client."""
        return self.function / self.boto3


def measure(processes: int = 9) -> ColdStart:
    """Import each so many times, taking turns, each in a process of its own."""
    for folder in ("functions", "loyalty"):
        compileall.compile_dir(ROOT / folder, quiet=2)
    taken: dict[str, list[float]] = {FUNCTION: [], BASELINE: []}
    for _ in range(processes):
        for statement, own in taken.items():
            own.append(_cpu(statement))
    return ColdStart(*(statistics.median(own) * 1000 for own in taken.values()))


def _cpu(statement: str) -> float:
    environment = {
        "PATH": os.defpath,
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "POWERTOOLS_SERVICE_NAME": "bench",
        "POWERTOOLS_METRICS_NAMESPACE": "bench",
    }
    command = [sys.executable, "-c", TIMED.format(statement)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)
