"""How hard the proofs and the tests by chance try, and with which luck.

`make test` runs them at scale 1; `make proof` sets PROOF_SCALE, and with it grow the examples of properties and the
lives of a mall that are lived. The seed decides every request and every fault of a thread (not how threads
interleave); PROOF_SEED repeats it.
"""

import os
import secrets

SCALE = int(os.environ.get("PROOF_SCALE", "1"))
SEED = int(os.environ.get("PROOF_SEED", "0")) or secrets.randbelow(10**9)
