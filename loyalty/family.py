"""When a registered relative counts, and what may be known of them (requirements M4, K1; ADR 1015). Pure.

A relative is a row of the members table beside the member's own: `relation`, `birthday`, and the `consent` under which
it may be used. A minor child's is given by the guardian, everybody else's by themselves, be it a child that grew up: a
guardian's consent ends with the eighteenth birthday, without anybody having to notice.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from loyalty.birthdays import age_on

RELATIVE = "relative/"
"""How the `kind` of a relative's row begins; the relative's id follows."""
ADULT = 18
"""From this age on people consent for themselves (Civil Code of China, article 17)."""
_AGES = re.compile(r"^child_(\d{1,2})_(\d{1,2})$")


class Relation(StrEnum):
    """What a relative is to the member."""

    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"


class Consenter(StrEnum):
    """Who has to agree to a relative's data being used."""

    GUARDIAN = "guardian"
    ADULT = "adult"


def consenter(relation: str, birthday: date, today: date) -> Consenter:
    """Return who has to agree, on a mall-local date."""
    is_minor = relation == Relation.CHILD and age_on(birthday, today) < ADULT
    return Consenter.GUARDIAN if is_minor else Consenter.ADULT


def counts(row: Mapping[str, Any], today: date) -> bool:
    """Tell whether a relative may be used for anything on a mall-local date: whoever has to agree has agreed."""
    agreed = row.get("consent", {}).get("by")
    return bool(agreed == consenter(row["relation"], date.fromisoformat(row["birthday"]), today))


def words(rows: Iterable[Mapping[str, Any]], today: date) -> list[str]:
    """Return what segments may know of a family: `spouse`, `parent`, `child` (grown up), `child_<year of birth>`."""
    return sorted({_word(row, today) for row in rows if counts(row, today)})


def kept_as(asked: str, year: int) -> tuple[str, ...]:
    """Return the words under which a family may be kept that is asked for in a year.

    Children grow while what is kept of them stays: ages are computed when somebody asks, each the age reached in the
    year. Whoever reaches eighteen in it is no child any more, a few months early in place of a few too late.

    Args:
        asked: `spouse`, `parent`, `child`, or `child_0_3` for children of these ages.
    """
    ages = _AGES.match(asked)
    if ages is None and asked != Relation.CHILD:
        return (asked,)
    youngest, oldest = (int(ages[1]), int(ages[2])) if ages else (0, ADULT)
    grown = (asked,) if ages is None else ()
    return (*grown, *(f"child_{year - age}" for age in range(youngest, min(oldest, ADULT - 1) + 1)))


def _word(row: Mapping[str, Any], today: date) -> str:
    birthday = date.fromisoformat(row["birthday"])
    if consenter(row["relation"], birthday, today) is Consenter.GUARDIAN:
        return f"child_{birthday.year}"
    return str(row["relation"])
