"""Questions put to the lake by a job: started once by their cause, waited for between runs, never in one."""

from collections.abc import Iterable, Iterator, Sequence

from aws_lambda_powertools import Logger

from loyalty.errors import BusyError, RuleError
from loyalty.jobs import NotYetError
from loyalty.lake import athena
from loyalty.lake.athena import Execution, QueryFailedError

POLL_SECONDS = 5
MOST_TRIES = 3

logger = Logger()


class LakeFailedError(RuleError):
    """The lake could not answer; nothing has changed, and the same can be asked for again."""

    code = "lake_failed"
    zh = "数据湖查询失败，没有任何变化，请稍后重试。"
    en = "The lake could not answer; nothing has changed. Try again later."


def start(queries: Iterable[str], cause: str) -> list[str]:
    """Start queries, and return the ids of their executions; a repetition of the cause finds the same ones.

    Raises:
        NotYetError: if too many queries run.
        LakeFailedError: if the lake does not take one.
    """
    try:
        return [athena.start(sql, f"{cause}/{number}") for number, sql in enumerate(queries)]
    except BusyError:
        raise NotYetError(POLL_SECONDS) from None
    except QueryFailedError as error:
        logger.error("query not taken", cause=cause, reason=str(error))
        raise LakeFailedError from None


def rows(execution_id: str) -> Iterator[dict[str, str]]:
    """Yield the rows of an execution that succeeded.

    Raises:
        LakeFailedError: if they are gone.
    """
    try:
        yield from athena.rows(execution_id)
    except QueryFailedError as error:
        logger.error("answer lost", execution_id=execution_id, reason=str(error))
        raise LakeFailedError from None


def finished(execution_ids: Sequence[str], tries: int) -> list[Execution] | None:
    """Return the executions, all of which succeeded; None where they may succeed if started another time.

    Raises:
        NotYetError: while one is at work.
        LakeFailedError: if one failed for good.
    """
    found = [athena.state(one) for one in execution_ids]
    if not all(one.is_over for one in found):
        raise NotYetError(POLL_SECONDS)
    failed = [one for one in found if not one.succeeded]
    if not failed:
        return found
    for one in failed:
        logger.error("query failed", execution_id=one.execution_id, state=one.state, reason=one.reason)
    if tries < MOST_TRIES and all(one.may_succeed_later for one in failed):
        return None
    raise LakeFailedError
