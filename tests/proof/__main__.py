"""The proofs at full scale: `python -m tests.proof`; PROOF_SEED=<number> repeats a run's requests and faults."""

import os
import subprocess
import sys

FULL = {"PROOF_SCALE": "12", "MACHINE_RUNS": "1000", "FUZZ_EXAMPLES": "50", "JOURNEY_CUSTOMERS": "793"}
LOUD = ("botocore.credentials", "botocore.configprovider", "urllib3.connectionpool")
SHOWN = ["-v", "-o", "log_cli=true", "-o", "log_cli_level=INFO", *(f"--log-disable={name}" for name in LOUD)]
PROOFS = [
    "tests/proof",
    "tests/unit/ledger/test_ledger_machine.py",
    "tests/unit/earn/test_campaign_sequences.py",
    "tests/unit/earning",
    "tests/unit/pricing",
    "tests/functions/books/test_books.py",
    "tests/functions/books/test_whole_mall.py",
    "tests/functions/campaigns_figures/test_trials.py",
    "tests/functions/lifecycle/test_kills.py",
    "tests/functions/lifecycle/test_matrix_costs.py",
    "tests/functions/notices/test_matrix_costs.py",
    "tests/e2e/test_fuzz.py",
    "tests/e2e/test_journey.py",
]


def main() -> None:
    """Run the concurrency and crash proofs on a local cloud of their own, the state machine, and the fuzzed API."""
    command = [sys.executable, "-m", "pytest", *SHOWN, *PROOFS]
    sys.exit(subprocess.run(command, env=FULL | os.environ, check=False).returncode)


main()
