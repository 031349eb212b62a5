"""Closings: what all members held and owed at the end of a day, as rows (requirements F3, I5).

A closing that is run again is a row of its own: the youngest counts, and that both say the same is the proof.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.books import store
from functions.books.flow import DEBT
from loyalty import attempts, dynamo
from loyalty.dynamo import Item, to_item
from loyalty.types import Day

CLOSINGS = "closings"
ACCOUNTS, TAKEN_BACK = "accounts", "taken_back"
Cells = Mapping[str, Mapping[str, int]]
"""Points by tier and month of expiry (`yymm`)."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What members held at the end of a day.

    Attributes:
        run: which run of the day's closing; the youngest counts.
        places: points by purse and month of expiry; what members owe under `debt`, negative.
        accounts: how many were looked at; `taken_back` of them had moved after the day.
    """

    day: Day
    run: int
    places: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    accounts: int = 0
    taken_back: int = 0
    closed_at: str = ""

    def total(self, purse: str) -> int:
        """Return what a purse's ledger adds up to: what is held less what is owed."""
        return sum(self.places.get(purse, {}).values())

    def debt(self, purse: str) -> int:
        """Return what members owe, as a positive number."""
        return -self.places.get(purse, {}).get(DEBT, 0)

    def outstanding(self, purse: str) -> int:
        """Return what members hold."""
        return self.total(purse) + self.debt(purse)


def write(day: Day, run: int, sums: Mapping[str, int], closed_at: str) -> Closing:
    """Write a closing from the sums of all accounts, once: a second writer of the same run finds it there."""
    places, cells = _arranged(sums)
    row = {
        **store.key(CLOSINGS, _kind(day, run)),
        "places": {purse: {place: points for place, points in own.items() if points} for purse, own in places.items()},
        ACCOUNTS: sums.get(ACCOUNTS, 0),
        TAKEN_BACK: sums.get(TAKEN_BACK, 0),
        "closed_at": closed_at,
    }
    rows: list[Item] = [row, *({**_cells_key(day, run, purse), "cells": own} for purse, own in cells.items())]

    def load(_certain: bool) -> Closing | None:
        return read(day, run)

    def decide(standing: Closing | None) -> attempts.Plan[Closing]:
        if standing:
            return attempts.Plan(standing, replayed=True)
        return attempts.Plan(_closing(row), tuple(map(_put, rows)))

    return attempts.settle(load, decide).answer


def read(day: Day, run: int) -> Closing | None:
    """Read one run's closing; None where it is not there."""
    row = dynamo.get(store.table(), store.key(CLOSINGS, _kind(day, run)), consistent=True)
    return _closing(row) if row else None


def between(first: Day, last: Day) -> dict[Day, Closing]:
    """Return the closings of a period, of each day the youngest run."""
    rows = dynamo.query(store.table(), **_listing(f"{first}/", f"{last}/~"))
    return {closing.day: closing for closing in map(_closing, rows)}


def first() -> Closing | None:
    """Return the first closing there is: where the books begin."""
    answer = dynamo.client().query(TableName=store.table(), Limit=1, **_listing("0", "~"))
    return next((_closing(dynamo.from_item(item)) for item in answer["Items"]), None)


def latest(until: Day) -> Closing | None:
    """Return the youngest closing of the last day up to one; None where there is none."""
    request = _listing("0", f"{until}/~")
    answer = dynamo.client().query(TableName=store.table(), Limit=1, ScanIndexForward=False, **request)
    return next((_closing(dynamo.from_item(item)) for item in answer["Items"]), None)


def cells_of(closing: Closing, purse: str) -> Cells:
    """Return what a closing's members hold in a purse, by tier and month of expiry."""
    row = dynamo.get(store.table(), _cells_key(closing.day, closing.run, purse))
    return row["cells"] if row else {}


def _arranged(sums: Mapping[str, int]) -> tuple[dict[str, Counter[str]], dict[str, dict[str, dict[str, int]]]]:
    """Return the sums by purse and place, and by purse, tier and place."""
    places: dict[str, Counter[str]] = {}
    cells: dict[str, dict[str, dict[str, int]]] = {}
    for name, points in sums.items():
        if points and name.count("/") == 2:
            purse, tier, place = name.split("/")
            places.setdefault(purse, Counter())[place] += points
            cells.setdefault(purse, {}).setdefault(tier, {})[place] = points
    return places, cells


def _kind(day: Day, run: int) -> str:
    return f"{day}/{run:03d}"


def _cells_key(day: Day, run: int, purse: str) -> dict[str, str]:
    return store.key(f"closing/{day}", f"{run:03d}/{purse}")


def _put(row: Item) -> dict[str, Any]:
    absent = "attribute_not_exists(book_id)"
    return {"Put": {"TableName": store.table(), "Item": to_item(row), "ConditionExpression": absent}}


def _listing(first_kind: str, last_kind: str) -> dict[str, Any]:
    return {
        "KeyConditionExpression": "book_id = :list AND kind BETWEEN :first AND :last",
        "ExpressionAttributeValues": to_item({":list": CLOSINGS, ":first": first_kind, ":last": last_kind}),
    }


def _closing(row: Item) -> Closing:
    day, _, run = row["kind"].partition("/")
    return Closing(Day(day), int(run), row["places"], row[ACCOUNTS], row[TAKEN_BACK], row["closed_at"])
