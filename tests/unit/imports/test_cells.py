"""Cells as people and tills write them: read, or refused with a stable code."""

from datetime import UTC, datetime

import pytest

from loyalty.imports import cells
from loyalty.imports.cells import CellError


def refusal(read: object, *args: object, **options: object) -> str:
    with pytest.raises(CellError) as caught:
        read(*args, **options)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T10:00:00+08:00", datetime(2026, 3, 1, 2, tzinfo=UTC)),
        ("2026-03-01T10:00:00Z", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01 10:00", datetime(2026, 3, 1, 2, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 2, 28, 16, tzinfo=UTC)),
    ],
)
def test_a_time_without_offset_is_the_malls(text: str, expected: datetime) -> None:
    assert cells.instant({"at": text}, "at", "Asia/Shanghai") == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"),
        ("2026-02-30", "invalid_time"),
        ("01/02/2026", "invalid_time"),
        ("20260301", "invalid_time"),
        ("2026-W10-1", "invalid_time"),
        ("1769904000", "invalid_time"),
        ("1999-12-31", "out_of_range"),
        ("9999-12-31T23:59:59-14:00", "out_of_range"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
    ],
)
def test_a_time_that_cannot_be_is_refused(text: str, code: str) -> None:
    assert refusal(cells.instant, {"at": text}, "at", "Asia/Shanghai") == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing"),
        ("1.5", "invalid_number"),
        ("-1", "invalid_number"),
        ("1e3", "invalid_number"),
        ("１２", "invalid_number"),
        ("1_000", "invalid_number"),
        ("9" * 30, "invalid_number"),
        ("=1+1", "invalid_number"),
        ("101", "out_of_range"),
    ],
)
def test_a_number_is_plain_digits_within_its_range(text: str, code: str) -> None:
    assert refusal(cells.whole, {"n": text}, "n", 0, 100) == code


def test_an_empty_number_takes_its_default() -> None:
    assert cells.whole({}, "n", 0, 100, 7) == 7


@pytest.mark.parametrize(("text", "code"), [("", "missing"), ("x" * 11, "too_long"), ("a\tb", "invalid_text")])
def test_a_text_has_its_limits(text: str, code: str) -> None:
    assert refusal(cells.text, {"t": text}, "t", 10) == code


@pytest.mark.parametrize(
    ("text", "code"), [("2026-2-1", "invalid_date"), ("2026-02-30", "invalid_date"), ("2100-01-01", "out_of_range")]
)
def test_a_day_is_an_iso_day(text: str, code: str) -> None:
    assert refusal(cells.day, {"d": text}, "d") == code


def test_a_phone_is_kept_in_one_spelling() -> None:
    assert cells.phone({"phone": "138 0000 0001"}) == "+8613800000001"
    assert refusal(cells.phone, {"phone": "12345"}) == "invalid_phone"
    assert refusal(cells.phone, {}) == "missing"
