"""Hearing a complaint, exactly once: finding, concern, subject and mark in one transaction (requirements S4, D4).

Whatever is delivered twice, late or at the same time: the mark of the answer and the versions of the rows that were
read are conditions of the transaction, so of any number of attempts one writes and the others find what it wrote.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.survey.findings import finding_rows as rows
from functions.survey.findings.departments import Filing
from functions.survey.findings.finding import Finding
from functions.survey.findings.finding_filing import Outcome, Reading, Report, filed
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.clock import local_date
from loyalty.dynamo import Item
from loyalty.errors import IdempotencyKeyReusedError
from loyalty.settings import time_zone
from loyalty.surveys.settings import table


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a complaint: its finding (None: it waits for others), and whether it opened it."""

    finding: Finding | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class _Loaded:
    mark: Item | None
    finding: Finding | None
    reading: Reading


def file(report: Report, filing: Filing, now: datetime) -> Plan[Filed]:
    """File a complaint, once; a repetition finds what became of it.

    Raises:
        IdempotencyKeyReusedError: if the same key stands for another complaint.
        BusyError: too many others write the same finding; filing again is safe.
    """
    today = local_date(now, time_zone())

    def decide(loaded: _Loaded) -> Plan[Filed]:
        if loaded.mark is not None:
            if loaded.mark.get("request") != report.by.request:
                raise IdempotencyKeyReusedError
            return Plan(Filed(loaded.finding, bool(loaded.mark.get("opened"))), replayed=True)
        outcome = filed(report, loaded.reading, filing, today)
        return Plan(Filed(outcome.finding, outcome.is_new), _written(report, outcome, now))

    return attempts.settle(lambda _certain: _load(report, filing), decide)


def _load(report: Report, filing: Filing) -> _Loaded:
    """Read what decides. Always as it is now: an answer's row may be younger than a replica."""
    mark, watch_row, answer = _rows(
        rows.filed_key(report.answer_id, report.mark),
        rows.watch_key(report.subject.key),
        rows.answer_key(report.answer_id),
    )
    watch = rows.watch_of(report.subject.key, watch_row)
    if mark is not None:
        found = rows.finding_of(_row(rows.finding_key(mark["finding_id"]))) if "finding_id" in mark else None
        return _Loaded(mark, found, Reading(watch))
    member_id = report.member_id or (answer or {}).get("member_id")
    finding_id = watch.last_id if watch.is_settled(report.said_at) else watch.finding_id
    if finding_id is not None:
        keys = [rows.finding_key(finding_id), *([rows.member_key(finding_id, member_id)] if member_id else [])]
        row, *known = _rows(*keys)
        finding = rows.finding_of(row)
        if finding and not finding.is_open and watch.finding_id:
            return _load(report, filing)  # closed between the two readings: the subject's row says so by now
        return _Loaded(None, None, Reading(watch, finding, member_id, known=any(known)))
    waiting = [one.answer_id for one in watch.near(report.said_at, filing.recurring)]
    found_answers = _rows(*map(rows.answer_key, waiting)) if waiting else []
    whose = {answer_id: (row or {}).get("member_id") for answer_id, row in zip(waiting, found_answers, strict=True)}
    return _Loaded(None, None, Reading(watch, None, member_id, waiting=whose))


def _written(report: Report, outcome: Outcome, now: datetime) -> tuple[Mapping[str, Any], ...]:
    finding, watch = outcome.finding, outcome.watch
    finding_id = finding.finding_id if finding else None
    facts = {"finding_id": finding_id, "opened": "yes" if outcome.is_new else None, "request": report.by.request}
    return (
        rows.filed_part(report.answer_id, report.mark, now, **facts),
        *((rows.finding_part(finding),) if finding else ()),
        *map(rows.concern_part, outcome.concerns),
        *(rows.member_part(str(finding_id), one, told_at, known=False) for one, told_at in outcome.members),
        *((rows.watch_part(watch),) if watch else ()),
    )


def _row(key: Mapping[str, str]) -> Item | None:
    return dynamo.get(table(), key, consistent=True)


def _rows(*keys: Mapping[str, str]) -> list[Item | None]:
    return dynamo.batch_get(*((table(), key) for key in keys), consistent=True)
