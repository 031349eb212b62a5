"""HTTPS routes of the live figures: funnel, traffic, today, attention; three reads at most (requirements I1, I6)."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.insight import asked
from functions.insight.asked import Days, FromQuery, InvalidInsightPeriodError, ToQuery
from functions.insight.live import arranging, figures
from functions.insight.live import panel_models as m
from functions.insight.live.told import Panel
from loyalty import reports
from loyalty.auth import STAFF, require_group
from loyalty.clock import utc_now, zone
from loyalty.errors import ForbiddenError, InvalidRequestError
from loyalty.http import answers, api, entry_point
from loyalty.reports import FormatQuery
from loyalty.settings import time_zone

TAGS = ["insight"]
REF = r"^[0-9a-f]{24}$"

FunnelByQuery = Annotated[m.FunnelBy, Query(examples=["tier"], description="What to tell apart.")]
TrafficByQuery = Annotated[m.TrafficBy, Query(examples=["tier"], description="What to tell apart.")]
KindQuery = Annotated[
    Literal["coupon", "campaign", "reward"] | None,
    Query(examples=["coupon"], description="With `ref`: the kind of the one thing asked for."),
]
RefQuery = Annotated[
    str | None,
    Query(
        pattern=REF,
        examples=["5f0c3e9a1b7d42e8a6c40b13"],
        description="With `kind`: its id; of a coupon its template's.",
    ),
]

app = api()


@app.get(
    "/insight/funnel",
    operation_id="getFunnel",
    summary="Read what happened to coupons, from issue to use",
    description=(
        "Issued, seen, claimed, redeemed, returned, expired, by day, hour, tier, category, channel or template: what "
        "happened in the period, each event once, within a minute of it. At most 62 days. `Accept: text/csv` or "
        "`format=csv` gives the groups as a table."
    ),
    tags=TAGS,
    responses=answers(200, m.FunnelAnswer, "The funnel", ForbiddenError, InvalidInsightPeriodError),
)
def funnel(
    first: FromQuery = None, last: ToQuery = None, by: FunnelByQuery = m.FunnelBy.DAY, form: FormatQuery = None
) -> Response[Any]:
    """Read the funnel."""
    days = _asked(first, last)
    sums = figures.read(Panel.FUNNEL, _dimension(by), figures.days(*days))
    found = arranging.funnel(by, sums, *days)
    return reports.answered(app, found, reports.lines(m.FunnelGroup, found.items), _name("funnel", days), form)


@app.get(
    "/insight/traffic",
    operation_id="getTraffic",
    summary="Read what was bought, earned and spent, and who came",
    description=(
        "Receipts, spend, average receipt, returns, points, new members, by day, hour, tier or channel, within a "
        "minute of it. What is on no receipt has the channel it was recorded by. At most 62 days. `Accept: text/csv` "
        "or `format=csv` gives the groups as a table."
    ),
    tags=TAGS,
    responses=answers(200, m.TrafficAnswer, "The traffic", ForbiddenError, InvalidInsightPeriodError),
)
def traffic(
    first: FromQuery = None, last: ToQuery = None, by: TrafficByQuery = m.TrafficBy.DAY, form: FormatQuery = None
) -> Response[Any]:
    """Read the traffic."""
    days = _asked(first, last)
    sums = figures.read(Panel.TRAFFIC, _dimension(by), figures.days(*days))
    found = arranging.traffic(by, sums, *days)
    return reports.answered(app, found, reports.lines(m.TrafficGroup, found.items), _name("traffic", days), form)


@app.get(
    "/insight/today",
    operation_id="getToday",
    summary="Read today beside yesterday and a week before",
    description="By the hour of the mall's clock; `until_this_hour` are the hours that are over today, of each day.",
    tags=TAGS,
    responses=answers(200, m.TodayAnswer, "The three days", ForbiddenError),
)
def today() -> m.TodayAnswer:
    """Read today."""
    require_group(app.current_event.raw_event, *STAFF)
    now = _now()
    sums = figures.read_hours((Panel.FUNNEL, Panel.TRAFFIC), arranging.compared(now.date()).values())
    return arranging.beside(sums, now)


@app.get(
    "/insight/attention",
    operation_id="getAttention",
    summary="Read what was looked at, clicked on and used",
    description=(
        "By kind of thing; with `kind` and `ref`, one coupon template, campaign or reward by day. Looks and clicks are "
        "those of members who agree to profiling. At most 62 days. `Accept: text/csv` or `format=csv` gives a table."
    ),
    tags=TAGS,
    responses=answers(200, m.AttentionAnswer, "The attention", ForbiddenError, InvalidInsightPeriodError),
)
def attention(
    first: FromQuery = None,
    last: ToQuery = None,
    kind: KindQuery = None,
    ref: RefQuery = None,
    form: FormatQuery = None,
) -> Response[Any]:
    """Read the attention."""
    days = _asked(first, last)
    found = _attention(days, kind, ref)
    return reports.answered(app, found, reports.lines(m.AttentionGroup, found.items), _name("attention", days), form)


def _attention(days: Days, kind: str | None, ref: str | None) -> m.AttentionAnswer:
    if kind and ref:
        return arranging.attention_of(kind, ref, figures.read_ref(kind, ref, *days), *days)
    if kind or ref:
        missing = "ref" if kind else "kind"
        raise InvalidRequestError(errors=[{"parameter": missing, "code": "missing", "detail": "goes with the other"}])
    return arranging.attention(figures.read(Panel.ATTENTION, "kind", figures.days(*days)), *days)


def _asked(first: str | None, last: str | None) -> Days:
    require_group(app.current_event.raw_event, *STAFF)
    return asked.period(first, last, _today(), figures.MOST_DAYS)


def _dimension(by: m.FunnelBy | m.TrafficBy) -> str:
    """Return the dimension that tells the groups; days are told by any, and by hours there are the fewest groups."""
    return "hour" if by == "day" else by.value


def _now() -> datetime:
    return utc_now().astimezone(zone(time_zone()))


def _today() -> date:
    return _now().date()


def _name(panel: str, days: Days) -> str:
    return f"{panel}-{days.first}-{days.last}"


handler = entry_point(app)
