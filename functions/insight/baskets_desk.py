"""HTTPS routes of what is bought together: rules of any period, and bundles to propose (requirement I2)."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.insight import asked
from functions.insight.asked import InvalidInsightPeriodError, ToQuery
from functions.insight.baskets import basket_models as m
from functions.insight.baskets import looking
from functions.insight.baskets.nightly import BUNDLES
from functions.insight.baskets.period import Level
from functions.insight.baskets.rules import Floors, Rule
from functions.insight.nights import documents
from loyalty import exports, reports
from loyalty.auth import STAFF, require_group
from loyalty.clock import local_date, utc_now
from loyalty.errors import BusyError, ForbiddenError
from loyalty.http import answers, api, entry_point
from loyalty.lake.asking import LakeFailedError
from loyalty.reports import DAY, FormatQuery
from loyalty.settings import time_zone

TAGS = ["insight"]
DEFAULT_DAYS, MOST_DAYS = 1096, 3660
COLUMNS = ("if_bought", "then_bought", "baskets", "support", "confidence", "lift", "p_value")

SinceQuery = Annotated[
    str | None,
    Query(
        alias="from", examples=["2026-01-01"], pattern=DAY, description="The first day, mall-local; default: 3 years."
    ),
]
LevelQuery = Annotated[Level, Query(examples=["category"], description="Pairs of items, or of categories.")]
SupportQuery = Annotated[
    float, Query(ge=0, le=1, examples=[0.01], description="The least share of all receipts that hold both.")
]
ConfidenceQuery = Annotated[
    float, Query(ge=0, le=1, examples=[0.1], description="The least share of receipts with the one that hold both.")
]
LiftQuery = Annotated[
    float, Query(ge=0, le=1_000_000, examples=[1], description="How much more often than by chance, at least.")
]

app = api()


@app.get(
    "/insight/baskets",
    operation_id="getBaskets",
    summary="Find out what is bought together",
    description=(
        "Rules between two items or categories on one receipt, from the lake, by default of three years until today; "
        "goods that came back later count. Equal questions within five minutes get one answer. If the lake takes "
        "longer than the answer may (503), ask again: the same query goes on. `format=csv` gives a table."
    ),
    tags=TAGS,
    responses=answers(
        200,
        m.BasketsAnswer,
        "The rules, the greatest lift first",
        ForbiddenError,
        InvalidInsightPeriodError,
        LakeFailedError,
        BusyError,
    ),
)
def baskets(
    level: LevelQuery = Level.CATEGORY,
    min_support: SupportQuery = 0.01,
    min_confidence: ConfidenceQuery = 0.0,
    min_lift: LiftQuery = 0.0,
    first: SinceQuery = None,
    last: ToQuery = None,
    form: FormatQuery = None,
) -> Response[Any]:
    """Find rules."""
    require_group(app.current_event.raw_event, *STAFF)
    now = utc_now()
    days = asked.period(first, last, local_date(now, time_zone()), MOST_DAYS, DEFAULT_DAYS)
    found = looking.look(level, days, Floors(min_support, min_confidence, min_lift), now)
    answer = m.BasketsAnswer(
        level=level,
        first_day=days.first,
        last_day=days.last,
        baskets=found.baskets,
        matching=found.matching,
        complete=found.complete,
        rules=tuple(map(_rule, found.told)),
    )
    return reports.answered(app, answer, _table(found.told), f"baskets-{level}-{days.first}-{days.last}", form)


@app.get(
    "/insight/bundles",
    operation_id="getBundles",
    summary="Read what could be sold together",
    description=(
        "Pairs of the newest night that are on five receipts or more, at least 1.2 times as often as by chance, with a "
        "p-value of at most 0.001. Data for the marketers: it changes no price."
    ),
    tags=TAGS,
    responses=answers(200, m.BundlesAnswer, "The proposals", ForbiddenError),
)
def bundles() -> m.BundlesAnswer:
    """Read the proposals."""
    require_group(app.current_event.raw_event, *STAFF)
    kept = documents.read(BUNDLES)
    if kept is None:
        return m.BundlesAnswer(as_of=None, baskets=0, sku=(), category=())
    return m.BundlesAnswer(as_of=kept.as_of, **kept.body)


def _rule(rule: Rule) -> m.BasketRule:
    return m.BasketRule(
        if_bought=(rule.bought,),
        then_bought=rule.then,
        baskets=rule.baskets,
        support=rule.support,
        confidence=rule.confidence,
        lift=rule.lift,
        p_value=rule.p_value,
    )


def _table(rules: list[Rule]) -> list[exports.Row]:
    return [COLUMNS, *map(_line, rules)]


def _line(rule: Rule) -> exports.Row:
    shares = (rule.support, rule.confidence, rule.lift, rule.p_value)
    return rule.bought, rule.then, rule.baskets, *map(str, shares)


handler = entry_point(app)
