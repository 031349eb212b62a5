"""What a day's birthdays cost: it follows who is due, and is the same in a mall a hundred times as large (issue 7).

In `make proof` a thousand times as large.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.mall import write_rows
from loyalty.birthdays import shard_of
from tests.functions.lifecycle.office import Mall, given
from tests.functions.members.faults import calls_through
from tests.proof.scale import SCALE

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
FEW, MANY = 10, 1_000 * min(SCALE, 10)
OTHERS = [f"{month:02d}{day:02d}" for month in (1, 3, 5, 7, 9) for day in range(1, 29)]
GIFT: dict[str, Any] = {
    "name_zh": "生日礼",
    "name_en": "Birthday gift",
    "occasion": "birthday",
    "days_ahead": 0,
    "points": 5,
    "greeting": True,
}


def others(first: int, last: int) -> None:
    """Let members be there who have their birthdays on other days."""
    rows: Iterator[dict[str, object]] = (
        {"member_id": f"other-{n}", "kind": "dates", "born": born, "born_on": shard_of(born, f"other-{n}")}
        for n, born in ((n, OTHERS[n % len(OTHERS)]) for n in range(first, last))
    )
    write_rows("members", rows)


def costs(run: Callable[[], object]) -> tuple[Counter[str], int]:
    """Return how often each operation of DynamoDB was called in a run, and how many rows were read."""
    called, read = Counter[str](), 0

    def hook(_n: int, operation: str, call: Callable[[], Any]) -> Any:
        nonlocal read
        called[operation] += 1
        answer = call()
        read += len(answer.get("Items", ())) + sum(map(len, answer.get("Responses", {}).values()))
        return answer

    with calls_through(hook):
        run()
    return called, read


def test_a_days_birthdays_cost_the_same_however_many_members_have_them_on_other_days(mall: Mall) -> None:
    mall.publish(GIFT)
    others(0, FEW)
    mall.day("2027-06-04")
    few = costs(lambda: mall.day("2027-06-05"))
    others(FEW, MANY)
    assert costs(lambda: mall.day("2027-06-06")) == few
    assert given() == []


def test_a_days_birthdays_cost_so_much_for_everybody_who_has_one(mall: Mall) -> None:
    mall.publish(GIFT)
    days = {day: people for people, day in enumerate(("2027-06-05", "2027-06-06", "2027-06-07"))}
    mall.day("2027-06-04")
    called = []
    for day, people in days.items():
        for n in range(people * 3):
            mall.member(f"m-{day}-{n}", born=day[5:7] + day[8:10])
        called.append(costs(lambda: mall.day(day))[0].total())  # noqa: B023 - called at once
    nobody, three, six = called
    pages = 2  # each reads the offers anew: one of gifts, one of congratulations, of three people or of six
    assert six - three == three - nobody - pages == 3 * 4
    assert len(given()) == 9
