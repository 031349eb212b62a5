"""Asks the lake for the table of recency and frequency, now: somebody waits, and equal questions of a while are one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from functions.segments import mall
from functions.segments.compiling import rfm_table_query
from functions.segments.rfm import QUINTILES, group_of
from functions.segments.rfm_models import RfmCell, RfmTable
from loyalty.lake import athena
from loyalty.lake.asking import LakeFailedError
from loyalty.lake.athena import QueryFailedError

ONE_ANSWER_SECONDS = 300
"""How long equal questions get the same answer; whoever asked too early asks again and meets the same query."""
WAIT_SECONDS = 22.0
"""How long the lake may be waited for: the gateway waits 29 seconds."""
NOBODY: Mapping[str, str] = {"members": "0", "purchases": "0", "paid": "0"}


def look(as_of: date, now: datetime) -> RfmTable:
    """Return the table as of a mall-local day.

    Raises:
        BusyError: if the lake takes longer; asked again, the same query goes on.
        LakeFailedError: if it cannot answer.
    """
    cause = f"rfm/{int(now.timestamp()) // ONE_ANSWER_SECONDS}"
    try:
        rows = athena.query(rfm_table_query(mall.frame(as_of, now)), cause, seconds=WAIT_SECONDS)
    except QueryFailedError:
        raise LakeFailedError from None
    return table(as_of, rows)


def table(as_of: date, rows: Iterable[Mapping[str, str]]) -> RfmTable:
    """Return the lake's rows as the table, with the cells nobody is in."""
    found = {(int(row["r"]), int(row["f"])): row for row in rows}
    cells = tuple(
        _cell(recency, frequency, found.get((recency, frequency), NOBODY))
        for recency in reversed(QUINTILES)
        for frequency in reversed(QUINTILES)
    )
    return RfmTable(as_of=as_of, customers=sum(cell.members for cell in cells), cells=cells)


def _cell(recency: int, frequency: int, row: Mapping[str, str]) -> RfmCell:
    return RfmCell(
        recency=recency,
        frequency=frequency,
        group=group_of(recency, frequency),
        members=int(row["members"]),
        purchases=int(row["purchases"]),
        spent_fen=int(row["paid"]),
    )
