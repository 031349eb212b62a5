"""Answers of the API for the demo's report: as the product's own models publish them, of a mall that is made up."""

from datetime import date
from typing import Any

from pydantic import BaseModel

from functions.insight.baskets.basket_models import BasketsAnswer, BundlesAnswer
from functions.insight.live.panel_models import FunnelAnswer
from functions.insight.predictions.prediction_models import PredictionsAnswer
from functions.segments.rfm import QUINTILES, group_of
from functions.segments.rfm_models import RfmTable
from functions.segments.shipped import SHIPPED
from functions.segments.staff_models import SegmentAnswer
from local.demo.report.asking import Answers, Period, sized

PERIOD = Period(date(2022, 11, 18), date(2026, 11, 14))
AS_OF = PERIOD.last.isoformat()
STAFF_NAME = "司马金丝雀"


def example(model: type[BaseModel], **changes: Any) -> dict[str, Any]:
    """The example a model is published with, changed, as the API would tell it."""
    published: Any = model.model_config["json_schema_extra"]
    return model.model_validate(published["examples"][0] | changes).model_dump(mode="json")


def segments() -> list[dict[str, Any]]:
    """`GET /segments`: the shipped ones; the last was never looked for."""
    return [
        example(
            SegmentAnswer,
            segment_id=one.segment_id,
            definition={"name_zh": one.name_zh, "name_en": one.name_en, "condition": one.definition},
            size=number * 37 if number < len(SHIPPED) - 1 else None,
            as_of=AS_OF,
            made_by=STAFF_NAME,
        )
        for number, one in enumerate(SHIPPED)
    ]


def rfm() -> dict[str, Any]:
    """`GET /segments/rfm`: 25 cells, one of them empty."""
    cells = [
        {
            "recency": r,
            "frequency": f,
            "group": group_of(r, f),
            "members": (r - 1) * f * 3,
            "purchases": r * f * 11,
            "spent_fen": r * f * 123_457,
        }
        for r in reversed(QUINTILES)
        for f in reversed(QUINTILES)
    ]
    return example(RfmTable, as_of=AS_OF, customers=sum(cell["members"] for cell in cells), cells=cells)


def rule(one: str, other: str, **figures: Any) -> dict[str, Any]:
    """A rule of baskets."""
    told = {"baskets": 482, "support": 0.096227, "confidence": 0.273243, "lift": 0.886446, "p_value": 0.99997}
    return {"if_bought": [one], "then_bought": other, **told, **figures}


def fit(**changes: Any) -> dict[str, Any]:
    """`GET /insight/predictions`: every bucket, as many of each as its number and ten."""
    buckets = [{"purchases": n, "members": 10 + n, "expected": 7.25 + n, "actual": 8 + n} for n in range(8)]
    return example(PredictionsAnswer, **{"buckets": buckets, "expected": 85.5, "actual": 92, **changes})


def answers(**changes: Any) -> Answers:
    """Everything the report is made of."""
    rules = [rule("furniture", "technology"), rule("office_supplies", "furniture", lift=0.735313, p_value=1.0)]
    twice = {"baskets": 2, "support": 0.000399, "confidence": 0.5, "lift": 500.9, "p_value": 4.7799e-06}
    told: dict[str, Any] = {
        "segments": [sized(one) for one in segments()],
        "rfm": rfm(),
        "categories": example(BasketsAnswer, baskets=5009, rules=rules),
        "items": example(BasketsAnswer, level="sku", matching=76, rules=[rule("OFF-AR-1", "TEC-AC-2", **twice)]),
        "bundles": example(BundlesAnswer, category=[]),
        "funnel": {by: example(FunnelAnswer, by=by) for by in ("tier", "category", "channel")},
        "night": fit(),
        "year": fit(hold_out_days=364, expected=1156.477, actual=1662),
    }
    return Answers(**{**told, **changes})
