"""`make check`: format, lint, types and security rules, one after the other; all of them run, each says how it went."""

import subprocess
import sys
import time

from local.checkout import ROOT

_SOURCES = ("functions", "loyalty", "infra", "local")
CHECKS = {
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "lint": ("ruff", "check", "--quiet", "."),
    "types": ("mypy", "--no-error-summary", "."),
    # What bandit finds low (asserts, subprocesses) is held, with its reasons, by ruff's S rules.
    "security of the code": ("bandit", "--quiet", "-ll", "--recursive", *_SOURCES, "--configfile", "pyproject.toml"),
    "security of the templates": ("pytest", "--quiet", "--no-header", "tests/infra"),
}


def main() -> int:
    """Run them all; the exit code for the shell."""
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    if failed:
        print(f"Not clean: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def _passes(name: str, command: tuple[str, ...]) -> bool:
    started = time.monotonic()
    ran = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    clean = ran.returncode == 0
    print(f"{name:<28}{'clean' if clean else 'NOT CLEAN':<12}{time.monotonic() - started:5.1f} s", flush=True)
    if not clean:
        print(ran.stdout + ran.stderr)
    return clean


if __name__ == "__main__":
    sys.exit(main())
