"""The table of recency and frequency as it is published (requirements G1, G2)."""

from datetime import date
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import ConfigDict, Field

from functions.segments.rfm import RfmGroup
from loyalty.http import Answer

RfmDayQuery = Annotated[
    date | None,
    Query(
        examples=["2026-11-22"],
        description="The mall-local day to stand on: the year that ends with it counts; default: today.",
    ),
]
_CELL: dict[str, Any] = {
    "recency": 5,
    "frequency": 4,
    "group": "champions",
    "members": 412,
    "purchases": 6120,
    "spent_fen": 98_112_000,
}


class RfmCell(Answer):
    """Those in one quintile of recency and one of frequency.

    Attributes:
        recency: 1 (longest ago) to 5; `frequency`: 1 (seldom) to 5.
        purchases: their receipts of the year.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_CELL]})

    recency: int
    frequency: int
    group: Annotated[RfmGroup, Field(description="The group the cell belongs to, each a shipped segment.")]
    members: int
    purchases: int
    spent_fen: Annotated[int, Field(description="What they paid in the year, less what went back.")]


class RfmTable(Answer):
    """Who bought within a year, cell by cell: all 25, the best first.

    Attributes:
        customers: those who bought within the year and may be in segments: the sum of the cells.
    """

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"as_of": "2026-11-22", "customers": 412, "cells": [_CELL]}]}
    )

    as_of: date
    customers: int
    cells: tuple[RfmCell, ...]
