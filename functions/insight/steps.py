"""The steps of the night, in their order: whoever adds one names it here, and nothing else changes."""

from functions.insight.alerts import nightly as alerts
from functions.insight.baskets import nightly as baskets
from functions.insight.nights.night import Step
from functions.insight.predictions import nightly as predictions
from functions.insight.recommending import nightly as recommending
from functions.insight.reports import months

STEPS: tuple[Step, ...] = (baskets.STEP, predictions.STEP, recommending.STEP, *months.STEPS, alerts.STEP)
