"""Counting events into scores, each once, in any order; taking an erased member off every board (ADR 0827).

Marks and scores of a pack are one transaction. Where a mark is there already, or the member was erased meanwhile, the
pack is decided again without that event. An erased member's row of the year stays, without a score, for as long as
the year is kept: every count touches the row of its year, so an event that comes after the erasure finds it there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from functions.leaderboard import store
from functions.leaderboard.periods import Period, all_kept, kept_of, year_of
from functions.leaderboard.scoring import HeardEvent, Score
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.clock import iso, local_date
from loyalty.dynamo import to_item
from loyalty.settings import time_zone
from loyalty.types import MemberId

TAKEN_FOR = timedelta(days=20)
"""How long after its recording an event is counted; marks are kept longer."""
MARKS_KEPT = timedelta(days=35)
PACK = 25
"""An event needs a mark and at most three scores; a transaction takes a hundred items."""

Part = Mapping[str, Any]


class Known(NamedTuple):
    """What a pack must not count: events that were, and whose years are closed to erased members."""

    seen: frozenset[str] = frozenset()
    erased: frozenset[tuple[MemberId, str]] = frozenset()


def is_too_late(event: HeardEvent, now: datetime) -> bool:
    """Tell whether an event comes so late that its mark may be gone."""
    return now - event.recordedat > TAKEN_FOR


def count(scores: Sequence[Score], now: datetime) -> int:
    """Count what different events add and return how many of them were new; of boards gone nothing is counted.

    Raises:
        BusyError: if too many others write the same rows; counting again is safe.
    """
    today = local_date(now, time_zone())
    counting = [score for score in scores if year_of(score.day).is_kept(today)]
    return sum(_count_pack(pack, today, now) for pack in batched(counting, PACK, strict=False))


def _count_pack(pack: Sequence[Score], today: date, now: datetime) -> int:
    def load(certain: bool) -> Known:
        return _known(pack) if certain else Known()  # an event seldom comes twice: the first try reads nothing

    def decide(known: Known) -> Plan[int]:
        fresh = [score for score in pack if not _is_known(score, known)]
        marks = [_mark(score, now) for score in fresh]
        return Plan(len(fresh), (*marks, *_added(fresh, today)))

    return attempts.settle(load, decide).answer


def _known(pack: Sequence[Score]) -> Known:
    years = list(dict.fromkeys((score.member_id, year_of(score.day)) for score in pack))
    marks = [store.seen_key(score.event_id) for score in pack]
    keys = [*marks, *(store.score_key(year, member_id) for member_id, year in years)]
    rows = dynamo.transact_get(*((store.table(), key) for key in keys))
    seen = {score.event_id for score, row in zip(pack, rows, strict=False) if row}
    of_years = zip(years, rows[len(pack) :], strict=True)
    erased = {(member_id, year.code) for (member_id, year), row in of_years if row and "erased" in row}
    return Known(frozenset(seen), frozenset(erased))


def _is_known(score: Score, known: Known) -> bool:
    return score.event_id in known.seen or (score.member_id, year_of(score.day).code) in known.erased


def _mark(score: Score, now: datetime) -> Part:
    row = {**store.seen_key(score.event_id), "ttl": int((now + MARKS_KEPT).timestamp())}
    absent = "attribute_not_exists(board)"
    return {"Put": {"TableName": store.table(), "Item": to_item(row), "ConditionExpression": absent}}


def _added(scores: Sequence[Score], today: date) -> list[Part]:
    """Return what scores add, row by row; the year's row also where that is nothing: it knows who was erased."""
    sums: Counter[tuple[MemberId, Period]] = Counter()
    for score in scores:
        for period in kept_of(score.day, today):
            sums[score.member_id, period] += score.points
    return [
        _score(period, member_id, points) for (member_id, period), points in sums.items() if points or _is_year(period)
    ]


def _score(period: Period, member_id: MemberId, points: int) -> Part:
    where, condition = store.score_key(period, member_id), "attribute_not_exists(erased)"
    return {
        "Update": store.update(where, "SET #ttl = :ttl ADD score :points", condition, ttl=period.ends, points=points)
    }


def forget(member_id: MemberId, now: datetime) -> None:
    """Take a member off every board, for good; a repetition changes nothing.

    Raises:
        BusyError: if too many others write the same rows; repeat it.
    """
    parts = tuple(_off(period, member_id) for period in all_kept(local_date(now, time_zone())))
    attempts.settle(lambda _certain: None, lambda _: Plan(None, parts))


def _off(period: Period, member_id: MemberId) -> Part:
    where = store.score_key(period, member_id)
    if not _is_year(period):
        return {"Delete": {"TableName": store.table(), "Key": to_item(where)}}
    off = "SET erased = :yes, #ttl = :ttl REMOVE score"
    return {"Update": store.update(where, off, yes=True, ttl=period.ends)}


def _is_year(period: Period) -> bool:
    return period == year_of(period.first)


def note_progress(event: HeardEvent) -> None:
    """Note until when events were counted, for answers to say; a run that is behind another one notes nothing."""
    until, where = iso(event.recordedat), store.progress_keys()[store.shard_of(event.id)]
    condition = "attribute_not_exists(board) OR #until < :until"
    try:
        dynamo.client().update_item(**store.update(where, "SET #until = :until", condition, until=until))
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
