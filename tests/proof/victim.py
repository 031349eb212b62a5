"""A process that asks for one thing and is killed at one of its calls: `python -m tests.proof.victim <blow> <index>`.

The request, and the instant it is made at, come pickled through standard input, from the test that started it.
"""

import pickle
import sys

from tests.proof.crashes import Blow, struck

if __name__ == "__main__":
    request, now = pickle.load(sys.stdin.buffer)
    with struck(Blow(sys.argv[1]), int(sys.argv[2])):
        request.ask(now)
