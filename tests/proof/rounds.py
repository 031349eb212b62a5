"""Rounds in which a proof must find a mistake: what luck hides in one round it does not hide in a dozen.

The seed decides requests and faults, but nobody decides how threads interleave: the race that a mistake needs may not
happen in a whole round. Played until one round finds it, a mistake that two rounds of three find is missed once in
half a million runs, one that nine of ten find never; and luck that is kind costs one round only.
"""

from collections.abc import Callable, Sequence

from tests.proof.scale import SEED

ROUNDS = 12


def assert_found_out(play: Callable[[int], Sequence[str]], said: str = "") -> None:
    """Play rounds, each with a seed of its own, until the audit of one finds the mistake.

    Args:
        play: plays one round with that seed; returns every sentence the audit has to say of it.
        said: what a sentence that finds the mistake has in it; any sentence will do by default.

    Raises:
        AssertionError: no round found it.
    """
    last: Sequence[str] = ()
    for seed in range(SEED, SEED + ROUNDS):
        last = play(seed)
        if any(said in sentence for sentence in last):
            return
    raise AssertionError(f"PROOF_SEED={SEED}: {ROUNDS} rounds did not say {said!r}; the last said {list(last)}")
