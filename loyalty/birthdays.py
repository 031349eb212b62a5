"""Whether a mall-local day is somebody's birthday, or lies in its month (requirements B1; pitfall 6). Pure.

Rules that award and discounts ask here alike. A birthday is `mmdd`: of its year nobody at a till needs to know.
"""

from datetime import date, timedelta

MONTH = "month"
"""The whole month of the birthday; anything else that is asked for means the day itself."""


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
    if mmdd == "0229" and f"{day + timedelta(days=1):%m%d}" == "0301":
        return True
    return mmdd == f"{day:%m%d}"
