"""Rows of what is known of members: how they came, what they agreed to, what became of them. Pure.

The row of a kind with the highest version is in force. Times are those of the event: a receipt of last week that
comes today changes the tier last.
"""

from collections.abc import Iterable
from typing import Any

from functions.lake.happened import Happened, Row, Rows

GRANTED = "granted"
FACTS = ("interests", "categories", "brands", "family")


def enrolled(happened: Happened) -> Rows:
    """Yield that a member exists."""
    yield _row(happened, "enrolled", 0, **happened.told("status", "channel", "member_kind", "tier"))


def status_changed(happened: Happened) -> Rows:
    """Yield the status a membership has now."""
    yield _row(happened, "status", _seq(happened), status=happened.data["status_after"])


def tier_changed(happened: Happened) -> Rows:
    """Yield the tier a member has now."""
    yield _row(happened, "tier", _seq(happened), tier=happened.data["tier_after"])


def erased(happened: Happened) -> Rows:
    """Yield that a member is no more."""
    yield _row(happened, "erased", _seq(happened))


def profiled(happened: Happened) -> Rows:
    """Yield whether a member agrees to profiling and, only where they do, what is known for it."""
    data = happened.data
    facts: dict[str, Any] = {}
    if data["profiling"] == GRANTED:
        facts = {"birth_year": data.get("birth_year"), **{name: barred(data.get(name, ())) for name in FACTS}}
    yield _row(happened, "profiled", data["facts_seq"], profiling=data["profiling"], **facts)


def barred(words: Iterable[str]) -> str | None:
    """Return words between bars, so that one is found by `LIKE '%|word|%'`; None where there are none."""
    kept = sorted({word.replace("|", "/") for word in words})
    return f"|{'|'.join(kept)}|" if kept else None


def _seq(happened: Happened) -> int:
    return int(happened.event["member_seq"])


def _row(happened: Happened, what: str, seq: int, **columns: Any) -> Row:
    at = happened.event["time"]
    return Row("members", {**happened.of_member(), "what": what, "at": at, "seq": seq, **columns})
