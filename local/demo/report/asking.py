"""What the report rests on: segments and insight computed as of the import's last day, and the API's answers to it.

Nothing is read but what staff of the mall may read, and nothing is computed here: a figure on the page is one of these.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from local.console import Progress
from local.demo.api import Api, DemoError
from local.demo.waiting import wait_for

MARKETER, STAFF = "marketer", "auditor"
HOLD_OUT_DAYS = 364
"""A year of whole weeks: what is foretold for it has no season that the years before had not."""
FUNNEL_DAYS = 62
"""The longest funnel that can be asked for; it begins on the first day at the tills."""
RULES = 12
_REFRESH_SECONDS = 900
_LAKE_SECONDS = 300
Row = Mapping[str, Any]


class Period(NamedTuple):
    """Mall-local days, both ends included."""

    first: date
    last: date


@dataclass(frozen=True)
class Answers:
    """What the API said.

    Attributes:
        segments: `GET /segments`: the active ones, by name and as large as the newest refresh found them.
        rfm: `GET /segments/rfm`.
        categories, items: `GET /insight/baskets` of either level; of items the first rules that two receipts bear out.
        bundles: `GET /insight/bundles`: what the night proposes.
        funnel: `GET /insight/funnel` by dimension.
        night, year: the fit of the night, and one held against a whole year.
    """

    segments: list[Row]
    rfm: Row
    categories: Row
    items: Row
    bundles: Row
    funnel: Mapping[str, Row]
    night: Row
    year: Row

    def noted(self) -> dict[str, str]:
        """A digest of each answer by its name, to be compared with those of another run."""
        texts = ((name, json.dumps(answer, sort_keys=True)) for name, answer in vars(self).items())
        return {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in texts}


def refresh(api: Api, period: Period) -> str:
    """Compute all anew as of a period's last day, one after the other; return the id of the fit of a year.

    Raises:
        DemoError: a computation failed, or did not end.
    """
    as_of = {"as_of": period.last.isoformat()}
    progress = Progress(f"finding segments, models and rules as of {period.last}")
    _done(api, "/segments/refreshes", as_of)
    until = period.last - timedelta(days=HOLD_OUT_DAYS)
    wished = {"from": period.first.isoformat(), "to": until.isoformat(), "hold_out_to": period.last.isoformat()}
    fit = _done(api, "/insight/predictions/fits", wished)
    # The night comes last: what was fitted last is what is shown.
    _done(api, "/insight/refreshes", as_of)
    progress.done("done")
    return str(fit["fit_id"])


def ask(api: Api, period: Period, funnel: Period, fit_id: str) -> Answers:
    """Ask for all that the report shows.

    Raises:
        DemoError: something was refused, or the lake did not answer for five minutes.
    """
    categories = baskets(api, period, "category", 0)
    # Two receipts at least, as a share that no rounding turns into another number of receipts.
    support = round(1.5 / max(1, categories["baskets"]), 9)
    return Answers(
        segments=[sized(one) for one in api.items(STAFF, "/segments?state=active")],
        rfm=_from_the_lake(api, f"/segments/rfm?as_of={period.last}"),
        categories=categories,
        items=baskets(api, period, "sku", support),
        bundles=api.expect(200, STAFF, "GET", "/insight/bundles"),
        funnel={
            by: api.expect(200, STAFF, "GET", f"/insight/funnel?from={funnel.first}&to={funnel.last}&by={by}")
            for by in ("tier", "category", "channel")
        },
        night=api.expect(200, STAFF, "GET", "/insight/predictions"),
        year=api.expect(200, STAFF, "GET", f"/insight/predictions/fits/{fit_id}")["fit"],
    )


def baskets(api: Api, period: Period, level: str, support: float) -> Row:
    """The first rules of a period, by lift, that reach a support."""
    path = f"/insight/baskets?level={level}&from={period.first}&to={period.last}&min_support={support:.9f}"
    found = _from_the_lake(api, path)
    return {**found, "rules": found["rules"][:RULES]}


def sized(segment: Row) -> Row:
    """What is shown of a segment; who came and went since an earlier refresh is not, for a rerun moves nobody."""
    names = {name: segment["definition"].get(name) for name in ("name_zh", "name_en")}
    return {**names, **{name: segment[name] for name in ("segment_id", "size", "as_of")}}


def _from_the_lake(api: Api, path: str) -> Row:
    """Ask again while the lake is busy: the same query goes on."""

    def look() -> Row | None:
        answer = api.call(STAFF, "GET", path)
        if answer.status == 503:
            return None
        if answer.status != 200:
            raise DemoError(f"GET {path} was answered {answer.status}: {dict(answer.body)}")
        return answer.body

    return wait_for(look, f"The lake has not answered {path}", _LAKE_SECONDS)


def _done(api: Api, path: str, wish: Row) -> Row:
    started = api.expect(202, MARKETER, "POST", path, wish, key=str(uuid.uuid4()))

    def look() -> Row | None:
        job = api.expect(200, MARKETER, "GET", started["status_url"])
        return job if job["state"] in {"done", "failed"} else None

    job = wait_for(look, f"{started['status_url']} has not ended", _REFRESH_SECONDS)
    if job["state"] == "failed":
        raise DemoError(f"{started['status_url']} failed: {dict(job)}")
    return job
