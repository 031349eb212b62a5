"""Reading figures: one query for a period, of so many pages and no more, whatever the number of answers."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from functions.survey.reporting.counting import day_row
from loyalty import dynamo
from loyalty.clock import day_of
from loyalty.dynamo import Item, to_item
from loyalty.errors import InvalidRequestError
from loyalty.surveys.books import group_row
from loyalty.surveys.settings import table


class ReportTooLargeError(InvalidRequestError):
    """The period holds more figures than one report reads."""

    code = "report_too_large"
    zh = "所选期间的数据过多，请缩短期间。"
    en = "The period holds too many figures for one report; ask for a shorter one."


def days(book: str, first: date, last: date, pages: int) -> list[tuple[str, Item]]:
    """Return the rows of the days of a period, each with its day (`yymmdd`), in order.

    Raises:
        ReportTooLargeError: if they are more than so many pages of a megabyte.
    """
    rows = _between(book, day_row(day_of(first)), day_row(day_of(last)), pages)
    return [(row["kind"].split("/")[1], row) for row in rows]


def groups(book: str, by: str, first: date, last: date, pages: int) -> list[tuple[str | None, Item]]:
    """Return the rows of the groups of the months that a period touches, each with its group; None: of no group.

    Raises:
        ReportTooLargeError: if they are more than so many pages of a megabyte.
    """
    after_last = group_row(by, day_of(last)[:4], None) + "0"  # the character after "/"
    rows = _between(book, group_row(by, day_of(first)[:4], None), after_last, pages)
    return [((row["kind"].split("/", 2)[2:] or [None])[0], row) for row in rows]


def _between(book: str, first: str, last: str, pages: int) -> Iterator[Item]:
    request: dict[str, Any] = {
        "TableName": table(),
        "KeyConditionExpression": "survey_id = :book AND kind BETWEEN :first AND :last",
        "ExpressionAttributeValues": to_item({":book": book, ":first": first, ":last": last}),
    }
    for _ in range(pages):
        answer: Mapping[str, Any] = dynamo.client().query(**request)
        yield from map(dynamo.from_item, answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    raise ReportTooLargeError
