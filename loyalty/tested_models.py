"""The newest models of purchases that a night of `functions/insight` fitted and tested, for segments (requirement G4).

How many purchases, and whether any (BG/NBD: per week); how much on a day (Gamma-Gamma: fen). What the parameters mean:
ADR 0919. How well they foretell: `GET /insight/predictions`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from loyalty import dynamo
from loyalty.settings import setting

NAME = "tested_fit"
KEY = {"insight_id": f"document/{NAME}", "kind": "newest"}
"""Where the night leaves them."""
HORIZON_DAYS = 91
"""A quarter: how far ahead members are predicted."""


@dataclass(frozen=True, slots=True)
class TestedModels:
    """The parameters, in the order of their names in `functions.insight.predictions.fitting`.

    Attributes:
        buying: `r, alpha, a, b`, per week.
        spending: `p, q, v`, `v` in fen; None: too few members paid on repeat days.
    """

    __test__ = False

    buying: tuple[float, float, float, float]
    spending: tuple[float, float, float] | None


def newest() -> TestedModels | None:
    """Read the newest models; None before the first night that had members enough."""
    row = dynamo.get(setting("INSIGHT_TABLE"), KEY)
    return models_in(json.loads(row["text"])) if row else None


def models_in(told: Mapping[str, Any]) -> TestedModels | None:
    """Return the models that a night's document tells of; None: there were too few members for any."""
    often, much = told["parameters"], told["value"]["parameters"]
    if often is None:
        return None
    buying = often["r"], often["alpha"], often["a"], often["b"]
    return TestedModels(buying, (much["p"], much["q"], much["v"]) if much else None)
