"""Who is in what now, and who was: the answers of the lake and the lists as one result, and the result before it.

The result before is a file. Of members whom the law took out meanwhile (`outs`) it is not true any more: theirs,
and everybody's where the file is gone, are read from the rows themselves.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import merge
from itertools import batched, groupby
from operator import itemgetter

from functions.segments import mall, results
from functions.segments.compiling import segments_in
from functions.segments.difference import NOWHERE, Standing, ascending, joined
from functions.segments.plans import Plan
from functions.segments.turns import Newest
from loyalty import consents, dynamo, identity, memberships
from loyalty.lake import asking
from loyalty.types import MemberId

A_READING = 100


def now(plan: Plan, execution_ids: Iterable[str]) -> Iterator[Standing]:
    """Yield who is in what by a plan and the executions of its questions, in order of member."""
    answers = [
        _answered(question.segment_ids, execution_id)
        for question, execution_id in zip(plan.questions, execution_ids, strict=True)
    ]
    lists = [listed(segment_id, list_id) for segment_id, list_id in plan.lists.items()]
    return joined([*answers, *lists])


def before(newest: Newest, outs: Collection[str]) -> Iterator[Standing]:
    """Yield who was in what when the refresh began, in order of member."""
    kept = results.read_members(newest.result) if newest.result else iter(())
    everybody = ascending(_by_rows(newest.sizes) if kept is None else kept)
    rest = (standing for standing in everybody if standing.member_id not in outs)
    return merge(rest, (_by_own_rows(one) for one in sorted(outs)), key=itemgetter(0)) if outs else everybody


def _answered(segment_ids: tuple[str, ...], execution_id: str) -> Iterator[Standing]:
    named: dict[str, frozenset[str]] = {}
    for row in asking.rows(execution_id):
        text = row["segments"]
        if text not in named:
            named[text] = frozenset(segment_ids[number] for number in segments_in(row))
        yield Standing(row["member_id"], named[text])


def listed(segment_id: str, list_id: str) -> Iterator[Standing]:
    """Yield those on a list who may be profiled."""
    own = frozenset({segment_id})
    ids = (row["kind"] for row in memberships.members_of(list_id))
    for some in batched(ids, A_READING, strict=False):
        keys = ((identity.table(), consents.key(MemberId(one))) for one in some)
        for member_id, consent in zip(some, dynamo.batch_get(*keys), strict=True):
            if mall.allows_profiling(consent):
                yield Standing(member_id, own)


def _by_rows(sizes: Mapping[str, object]) -> Iterator[Standing]:
    rows = merge(*(_members_in(segment_id) for segment_id in sorted(sizes)))
    for member_id, found in groupby(rows, key=itemgetter(0)):
        yield Standing(member_id, frozenset(segment_id for _, segment_id in found))


def _members_in(segment_id: str) -> Iterator[tuple[str, str]]:
    return ((row["kind"], segment_id) for row in memberships.members_of(segment_id, ConsistentRead=True))


def _by_own_rows(member_id: str) -> Standing:
    rows = (row for row in memberships.of_member(member_id) if memberships.REFRESH in row)
    return Standing(member_id, frozenset(row["kind"] for row in rows) or NOWHERE)
