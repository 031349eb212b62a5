"""How hard the proofs and the tests by chance try, and with which luck.

`make test` runs them at scale 1 and with the same luck every time: a change does not fail for what it did not touch.
`make proof` sets PROOF_SCALE, and with it grow the examples of properties and the lives of a mall that are lived; it
tries its luck anew each time. The seed decides every request and every fault of a thread (not how threads interleave);
PROOF_SEED repeats it.
"""

import os
import secrets

SCALE = int(os.environ.get("PROOF_SCALE", "1"))
SEED = int(os.environ.get("PROOF_SEED", "0")) or (1 if SCALE == 1 else secrets.randbelow(10**9))
