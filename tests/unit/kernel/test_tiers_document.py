"""The tables of docs/tiers.md, executed with the malls they speak of: every row is what the rules say."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from functions.expiry.sweep import what_is_due
from infra.mall_file import load
from loyalty import tiers
from loyalty.accounts import Account, open_account, review_day
from loyalty.clock import date_of, day_of
from loyalty.missing import missing_to_keep, missing_to_next
from loyalty.parts import FEN_PER_YUAN
from loyalty.programme import Programme
from loyalty.tiers import Record
from loyalty.types import Day, Kind, MemberId, Month, Status

DOCUMENT = (Path(__file__).parents[3] / "docs" / "tiers.md").read_text()


def table(heading: str) -> list[list[str]]:
    """The rows of the table whose first column has that heading."""
    lines = DOCUMENT[DOCUMENT.index(f"| {heading} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("row", table("September"))
def test_an_activity_is_what_the_document_says(row: list[str]) -> None:
    jade = load("jade").program
    visits = {Month(f"26{month:02d}"): int(number) for month, number in zip((9, 10, 11), row[:3], strict=True)}
    record, today = Record(visits=visits), Day("261121")
    rung = tiers.upgraded(tiers.first_rung(jade, today), record, today, jade)
    missing = missing_to_next(tiers.first_rung(jade, today), record, today, jade)
    assert missing
    assert [rung.code, str(missing.purchases), str(missing.months)] == row[3:]


def test_the_life_of_a_tier_is_what_the_document_says() -> None:
    aurora, rows = load("aurora").program, table("day")
    account = open_account(MemberId("m"), Status.ACTIVE, aurora, day_of(date.fromisoformat(rows[0][0])))
    for when, what, yuan, *expected in rows:
        day = day_of(date.fromisoformat(when))
        account = happened(account, what, int(yuan or 0) * FEN_PER_YUAN, day, aurora)
        assert told(account, day, aurora) == expected, when


def happened(account: Account, what: str, fen: int, day: Day, programme: Programme) -> Account:
    if what in {"warning", "review"}:
        due = what_is_due(account, programme, day)
        assert due
        assert due.kind is {"warning": Kind.WARN, "review": Kind.REVIEW}[what]
        return due.decision.account
    assert what_is_due(account, programme, day) is None, "the sweep of the day was made"
    if what == "return":
        less = tiers.with_purchase(account.record, day, programme, -fen, 0, -1)
        rung = tiers.after_refund(account.rung, account.record, less, day, programme)
        return replace(account, record=less, rung=rung)
    more = tiers.with_purchase(account.record, day, programme, fen, 0, 1)
    return replace(account, record=more, rung=tiers.upgraded(account.rung, more, day, programme))


def told(account: Account, day: Day, programme: Programme) -> list[str]:
    """What the table says of a member: tier, end of its year, day of its review, yuan missing to keep it."""
    review, missing = (
        review_day(account, programme),
        missing_to_keep(account.rung, account.record, day, programme),
    )
    return [
        account.rung.code,
        date_of(account.rung.until).isoformat(),
        date_of(review).isoformat() if review else "",
        str((missing.fen or 0) // FEN_PER_YUAN) if missing else "",
    ]
