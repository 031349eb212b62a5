"""The ledger counted again in plain Python: what moved by day and purse, and what campaigns gave; no product's sums.

Only what the entries themselves say is read, so whoever counts events must come to the same by another way.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from bench.mall import TIME_ZONE
from loyalty.buckets import DEBT
from loyalty.clock import local_day
from loyalty.entries import Entry
from loyalty.types import Day, Kind, Purse

FLOWS = {
    "opening_balance": "opened",
    "redeemed": "used",
    "transfer_fee": "used",
    "given_back": "given_back",
    "taken_back": "taken_back",
    "campaign_back": "taken_back",
    "growth_back": "taken_back",
    "expired": "expired",
    "lapsed": "expired",
    "adjusted": "adjusted",
    "voided": "voided",
    "transfer_in": "transferred_in",
    "transfer_out": "transferred_out",
}
"""The line of the roll-forward for a reason; every other one is something earned."""

Sums = dict[tuple[Day, Purse], Counter[str]]


def recorded_on(entry: Entry) -> Day:
    """Return the mall-local day an entry was recorded."""
    return local_day(datetime.fromisoformat(entry.cause.recorded_at), TIME_ZONE)


def flows(entries: Iterable[Entry]) -> Sums:
    """Return what moved by day and purse, for each flow and reason: `earned.base`."""
    found: Sums = defaultdict(Counter)
    for entry in entries:
        for reason in entry.reasons:
            if reason.points and reason.code != "expiring":
                name = f"{FLOWS.get(reason.code, 'earned')}.{reason.code}"
                found[recorded_on(entry), reason.purse][name] += reason.points
    return told(found)


def places(entries: Iterable[Entry]) -> Sums:
    """Return what moved by day and purse, for each month of expiry, and on what is owed (`debt`)."""
    found: Sums = defaultdict(Counter)
    for entry in entries:
        for purse, bucket, points in entry.legs:
            found[recorded_on(entry), purse]["debt" if bucket == DEBT else bucket[:4]] += points
    return told(found)


def told(found: Mapping[tuple[Day, Purse], Counter[str]]) -> Sums:
    """Leave out what came to nothing: a sum of zero and no sum are the same."""
    kept = {place: Counter({name: n for name, n in own.items() if n}) for place, own in found.items()}
    return {place: own for place, own in kept.items() if own}


Figures = dict[str, dict[str, dict[str, int]]]
"""By campaign, row and figure."""


def campaigns(entries: Iterable[Entry]) -> Figures:
    """Return what each campaign gave and took back: in all, by tier, by tenant and by day."""
    sums: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    took: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for campaign, (points, units, templates) in _gifts(entry, "awards", "vouchers").items():
            took[campaign].add(entry.member_id)
            brief = {"awards": 1, "spend_fen": entry.facts["paid"], **_named(points, templates, "")}
            day = local_day(datetime.fromisoformat(entry.cause.at), TIME_ZONE)
            rows = [f"tenant/{entry.facts['tenant_id']}", f"day/{day}"]
            rows += [f"tier/{entry.facts['tier']}"] if entry.facts.get("tier") else []
            _add(sums[campaign], rows, brief, {"units": units, **_by_template(templates, "")})
        for campaign, (points, units, templates) in _gifts(entry, "awards_back", "vouchers_back").items():
            brief = {"returns": int(entry.cause.kind is Kind.REFUND), **_named(points, templates, "_back")}
            rows = [f"tenant/{_tenant(entry)}", f"day/{recorded_on(entry)}"]
            _add(sums[campaign], rows, brief, {"units": -units, **_by_template(templates, "_back")})
    for campaign, members in took.items():
        sums[campaign]["all"]["participants"] = len(members)
    return {campaign: without_nothing(rows) for campaign, rows in sums.items()}


def without_nothing(rows: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    """Return rows of figures without the figures, and the rows, that came to nothing."""
    kept = {row: {name: n for name, n in own.items() if n} for row, own in rows.items()}
    return {row: own for row, own in kept.items() if own}


_Gift = tuple[Mapping[str, int], int, list[str]]
"""Points by purse, units of the budget, templates of coupons."""


def _gifts(entry: Entry, awards: str, vouchers: str) -> dict[str, _Gift]:
    found: dict[str, _Gift] = {}
    for campaign, points, units, *_ in entry.facts.get(awards, ()):
        found[campaign] = (points, units, [])
    for campaign, template, _ref in entry.facts.get(vouchers, ()):
        found.setdefault(campaign, ({}, 0, []))[2].append(template)
    return found


def _tenant(entry: Entry) -> str:
    """Return whose receipt an entry is about: its source says so."""
    return entry.cause.key.source.split("/")[1]


def _named(points: Mapping[str, int], templates: list[str], suffix: str) -> dict[str, int]:
    purses = {purse: "" if purse == "points" else f"/{purse}" for purse in points}
    return {f"points{suffix}{purses[purse]}": n for purse, n in points.items()} | {f"coupons{suffix}": len(templates)}


def _by_template(templates: list[str], suffix: str) -> dict[str, int]:
    return {f"coupons{suffix}/{template}": n for template, n in Counter(templates).items()}


def _add(sums: dict[str, Counter[str]], rows: list[str], brief: dict[str, int], more: dict[str, Any]) -> None:
    """Add figures; points of other purses than `points` are told of the campaign as a whole only."""
    sums["all"].update({**brief, **more})
    for row in rows:
        sums[row].update({name: n for name, n in brief.items() if "/" not in name})
