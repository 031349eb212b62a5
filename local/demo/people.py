"""The members of the demo: the customers of the file, each with a phone number of her own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from local.demo.receipts import Line


@dataclass(frozen=True)
class Person:
    """A customer of the file.

    Attributes:
        phone: a Chinese mobile number.
        name: as in the file.
        first_day: the day of the first order, in the file.
    """

    phone: str
    name: str
    first_day: date


def phone_of(customer: str) -> str:
    """A Chinese mobile number for a customer's id.

    The five digits of an id ("CG-12520") are no other customer's, so neither is the number.
    """
    return f"138000{customer.rpartition('-')[2]}"


def people(lines: Iterable[Line]) -> list[Person]:
    """The customers, in the order of their ids."""
    firsts: dict[str, Line] = {}
    for line in lines:
        if line.customer not in firsts or line.day < firsts[line.customer].day:
            firsts[line.customer] = line
    return [Person(phone_of(customer), firsts[customer].name, firsts[customer].day) for customer in sorted(firsts)]
