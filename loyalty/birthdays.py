"""Whether a mall-local day is somebody's birthday, or lies in its month (requirements B1; pitfall 6). Pure.

Rules that award and discounts ask here alike. A birthday is `mmdd`: of its year nobody at a till needs to know.
"""

import zlib
from datetime import date, timedelta

MONTH = "month"
"""The whole month of the birthday; anything else that is asked for means the day itself."""
LEAP_DAY = "0229"
SHARDS = 16
"""Over how many partitions the index of a day's birthdays is spread (`loyalty.birthday_index`)."""


def is_birthday(asked: str, born: str | None, day: date) -> bool:
    """Tell whether it is the member's birthday month, or birthday; an unknown birthday never is.

    Args:
        asked: `month` or `day`.
        born: `mmdd`; None where it is unknown.
    """
    if born is None:
        return False
    return born[:2] == f"{day:%m}" if asked == MONTH else falls_on(born, day)


def falls_on(mmdd: str, day: date) -> bool:
    """Tell whether a yearly day is this one; 29 February is the 28th in years without it."""
    if mmdd == LEAP_DAY and f"{day + timedelta(days=1):%m%d}" == "0301":
        return True
    return mmdd == f"{day:%m%d}"


def born_on(day: date) -> tuple[str, ...]:
    """Return every `mmdd` whose birthday a day is: one, and two on a 28 February that stands in for the 29th."""
    mmdd = f"{day:%m%d}"
    return (mmdd, LEAP_DAY) if mmdd != LEAP_DAY and falls_on(LEAP_DAY, day) else (mmdd,)


def shard_of(mmdd: str, member_id: str) -> str:
    """Return the partition of the birthday index in which a yearly day of a member lies."""
    return f"{mmdd}/{zlib.crc32(member_id.encode()) % SHARDS:02d}"


def age_on(birthday: date, today: date) -> int:
    """Return the full years somebody has lived on a mall-local date; negative where the birthday lies ahead.

    Born on 29 February, they are a year older on 1 March where the year has no such day: what an age allows or ends
    begins on the later, careful day.
    """
    had_birthday = (today.month, today.day) >= (birthday.month, birthday.day)
    return today.year - birthday.year - (0 if had_birthday else 1)
