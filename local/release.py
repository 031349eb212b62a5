"""`make deploy MALL=... STAGE=...`: the CDK command line against AWS, with the credentials of whoever calls it."""

import subprocess
import sys

from local.cdk import cdk_environment
from local.checkout import NODE_BIN, ROOT
from local.deploy import LOCAL_STAGE


def mistake(mall: str, stage: str) -> str | None:
    """What is wrong with the arguments, in one sentence; None if nothing is."""
    malls = sorted(path.stem for path in (ROOT / "malls").glob("*.toml"))
    if mall not in malls:
        return f"MALL must be one of the files in malls/: {', '.join(malls)}."
    if not stage:
        return "STAGE must be given, such as STAGE=test."
    if stage == LOCAL_STAGE:
        return "The stage `local` is the local cloud: use `make up`."
    return None


def main(mall: str, stage: str) -> int:
    """Deploy; the exit code for the shell."""
    if wrong := mistake(mall, stage):
        print(wrong, file=sys.stderr)
        return 2
    command = [str(NODE_BIN / "cdk"), "deploy", "**", "-c", f"mall={mall}", "-c", f"stage={stage}"]
    return subprocess.run(command, cwd=ROOT, env=cdk_environment({}), check=False).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
