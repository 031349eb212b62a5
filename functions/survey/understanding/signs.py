"""What the rules saw in a text, as numbers the model can weigh."""

import math
from collections.abc import Sequence

from functions.survey.understanding.clauses import Clause
from functions.survey.understanding.findings import Finding

NAMES = (
    "always",
    "blame",
    "praise",
    "net",
    "last",
    "complains",
    "silent",
    "asks",
    "asks only",
    "wishes",
    "so-so",
    "tone",
    "turns",
    "exclaims",
    "length",
    "denies",
    "amounts",
    "names",
    "rebukes",
)
"""The signs in their order; `weights.json` has a weight per sign and sentiment."""
AMOUNTS = frozenset({"minutes", "long_time", "times", "only", "nobody", "round"})
"""Classes of words that count: how long, how often, how few."""
LONG_TEXT = 200
"""Characters from which on a text counts as long."""


def signs_of(clauses: Sequence[Clause], found: Sequence[Finding]) -> tuple[float, ...]:
    """Return the signs of a text, each between -3 and 3 or so."""
    blame = sum(-each.weight for each in found if each.weight < 0)
    praise = sum(each.weight for each in found if each.weight > 0)
    asks = sum(clause.asks_in_earnest() for clause in clauses)
    wishes = sum(clause.has("wish") or clause.has("better") for clause in clauses)
    tokens = [token for clause in clauses for token in clause.tokens]
    tone = sum("tone" in token.meaning.words for token in tokens)
    denies = sum("not" in token.meaning.words for token in tokens)
    amounts = sum(not token.meaning.words.isdisjoint(AMOUNTS) for token in tokens)
    length = sum(clause.end - clause.start for clause in clauses)
    return (
        1.0,
        math.log1p(blame),
        math.log1p(praise),
        math.tanh((praise - blame) / 2),
        math.tanh(found[-1].weight) if found else 0.0,
        float(any(each.complaint for each in found)),
        float(not found),
        float(asks > 0),
        float(asks > 0 and not found),
        float(wishes > 0 and not found),
        float(any(clause.has("soso") for clause in clauses)),
        math.log1p(tone),
        float(any(clause.turned for clause in clauses)),
        float(any(clause.mark == "!" for clause in clauses)),
        min(1.0, length / LONG_TEXT),
        math.log1p(denies),
        math.log1p(amounts),
        float(any(token.meaning.topics for token in tokens)),
        float(any(clause.has("why") for clause in clauses)),
    )
