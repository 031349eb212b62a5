"""The birthday job, killed again and again at any of its calls: everybody has one gift in the end (issue 7).

A dozen kills in `make test`, 200 in `make proof`.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from loyalty.types import Purse
from tests.functions.lifecycle.office import Mall, account, coupons, entries, given, left
from tests.functions.members.faults import Fault, KilledError, broken_call
from tests.proof.scale import SCALE, SEED

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")
KILLS = 12 if SCALE == 1 else 200
GIFT: dict[str, Any] = {
    "name_zh": "生日礼",
    "name_en": "Birthday gift",
    "occasion": "birthday",
    "days_ahead": 0,
    "coupons": ["T1"],
    "points": 50,
    "quantity": 1000,
}
A_DAY = 3
A_LISTING, A_PAGE = 20, 5 * A_DAY
"""About so many calls are made by a listing, and by a page of these people."""
FIRST = date(2027, 3, 1)


def test_the_birthday_job_killed_again_and_again_gives_each_gift_once(mall: Mall) -> None:
    luck, people = Random(SEED), list[str]()
    offer_id = mall.publish(GIFT)
    for kill in range(KILLS):
        day = FIRST + timedelta(days=kill)
        born_today = [f"member-{kill:03d}-{n}" for n in range(A_DAY)]
        for who in born_today:
            mall.member(who, born=f"{day:%m%d}")
        people += born_today
        strike(lambda: mall.look(day.isoformat()), luck, A_LISTING)  # noqa: B023 - called at once
        strike(mall.work, luck, A_PAGE)
        assert left(offer_id) == 1000 - len(given()), f"seed {SEED}, kill {kill}: budget and gifts differ"
        mall.day(day.isoformat())
    assert sorted(one["who"] for one in given()) == people, f"seed {SEED}"
    assert {one["occasion_seq"] for one in given()} == {1}, f"seed {SEED}"
    assert (len(entries()), left(offer_id)) == (len(people), 1000 - len(people))
    assert {account(who).total(Purse.POINTS) for who in people} == {50}
    mall.issue()
    mall.issue()
    assert sorted(row["member_id"] for row in coupons()) == people


def strike(run: Callable[[], object], luck: Random, calls: int) -> None:
    """Let a run meet a fault somewhere, or get away."""
    with (
        broken_call(luck.randrange(calls), luck.choice(list(Fault))),
        suppress(KilledError, ClientError, ReadTimeoutError),
    ):
        run()
