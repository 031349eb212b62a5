"""Whether an applicant is old enough, by the mall's calendar (requirements M1).

Somebody born on 29 February comes of age on 1 March where the year has no such day: the later day is the careful one.
"""

from datetime import date

from functions.members.errors import ImplausibleBirthdayError, UnderAgeError

OLDEST = 130
"""Nobody is that many years old."""


def age_on(birthday: date, today: date) -> int:
    """Return the full years somebody has lived on a mall-local date; negative where the birthday lies ahead."""
    had_birthday = (today.month, today.day) >= (birthday.month, birthday.day)
    return today.year - birthday.year - (0 if had_birthday else 1)


def require_age(birthday: date, minimum: int, today: date) -> None:
    """Raise unless somebody is of the minimum age on a mall-local date.

    Raises:
        ImplausibleBirthdayError: the date cannot be a birthday.
        UnderAgeError: with the minimum in its parameters; the birthday is never repeated.
    """
    if birthday > today or age_on(birthday, today) >= OLDEST:
        raise ImplausibleBirthdayError
    if age_on(birthday, today) < minimum:
        raise UnderAgeError(minimum_age=minimum)
