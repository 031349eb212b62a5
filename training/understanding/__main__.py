"""`python -m training.understanding` trains and evaluates.

With `check` it only says whether training gives the committed weights, with `evaluate` it only evaluates, and with
`final` it evaluates on the second author's sentences too, which nobody may look at while choosing anything.
"""

import sys
import time

from functions.survey.understanding.model import WEIGHTS
from training.understanding.evaluate import report
from training.understanding.train import train


def main(task: str) -> int:
    """Run a task; return the exit code."""
    if task == "check":
        same = train() == WEIGHTS.read_text("utf-8")
        print("the committed weights are reproduced" if same else "the committed weights are NOT what training gives")
        return 0 if same else 1
    if task == "train":
        begun = time.perf_counter()
        WEIGHTS.write_text(train(), "utf-8")
        print(f"trained in {time.perf_counter() - begun:.1f} s, {WEIGHTS.stat().st_size} bytes")
    print(report(with_second_author=task == "final"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "train"))
