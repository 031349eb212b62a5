"""Whether an applicant is old enough, by the mall's calendar (requirements M1).

Somebody born on 29 February comes of age on 1 March where the year has no such day: the later day is the careful one.
"""

from datetime import date

from functions.members.errors import ImplausibleBirthdayError, UnderAgeError
from loyalty.birthdays import age_on

OLDEST = 130
"""Nobody is that many years old."""


def require_age(birthday: date, minimum: int, today: date) -> None:
    """Raise unless somebody is of the minimum age on a mall-local date.

    Raises:
        ImplausibleBirthdayError: the date cannot be a birthday.
        UnderAgeError: with the minimum in its parameters; the birthday is never repeated.
    """
    require_plausible(birthday, today)
    if age_on(birthday, today) < minimum:
        raise UnderAgeError(minimum_age=minimum)


def require_plausible(birthday: date, today: date) -> None:
    """Raise unless somebody may have been born on that day.

    Raises:
        ImplausibleBirthdayError: it lies ahead, or further back than people live.
    """
    if birthday > today or age_on(birthday, today) >= OLDEST:
        raise ImplausibleBirthdayError
