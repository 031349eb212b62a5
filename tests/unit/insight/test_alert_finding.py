"""Which groups the lake's sums make, and beside whom each is judged (requirement I3)."""

from datetime import date

from functions.insight.alerts.finding import MOST_FALLS, Group, everybody, falls, gathered
from functions.insight.alerts.judging import Limits, Series, Sums
from functions.insight.alerts.weeks import back
from loyalty.win_back import GroupKind
from tests.unit.insight.test_alert_judging import NEWEST, falling, series

LIMITS = Limits(fall=100, weeks=3, receipts=30)
WITHOUT_A_YEAR = back(NEWEST, 30)


def young(found: Series) -> Series:
    return {week: sums for week, sums in found.items() if week > WITHOUT_A_YEAR}


def tier(name: str) -> Group:
    return Group(GroupKind.TIER, name)


def test_a_row_belongs_to_a_group_of_each_of_its_columns() -> None:
    rows = [
        {"week": "0", "tier": "gold", "stage": "new", "receipts": "2", "paid": "300", "logs": "9"},
        {"week": "0", "tier": "gold", "stage": "lost", "receipts": "1", "paid": "100", "logs": "4"},
        {"week": "2", "tier": "", "stage": "new", "receipts": "5", "paid": "50", "logs": "7"},
    ]
    found = gathered(rows, {"tier": GroupKind.TIER, "stage": GroupKind.STAGE}, date(2026, 11, 2))
    assert found == {
        tier("gold"): {date(2026, 11, 2): Sums(3, 400, 13)},
        tier(""): {date(2026, 11, 16): Sums(5, 50, 7)},
        Group(GroupKind.STAGE, "new"): {date(2026, 11, 2): Sums(2, 300, 9), date(2026, 11, 16): Sums(5, 50, 7)},
        Group(GroupKind.STAGE, "lost"): {date(2026, 11, 2): Sums(1, 100, 4)},
    }
    tiers = [found[tier("gold")], found[tier("")]]
    assert everybody(tiers) == {date(2026, 11, 2): Sums(3, 400, 13), date(2026, 11, 16): Sums(5, 50, 7)}


def test_a_group_that_is_most_of_the_mall_is_held_against_the_others_and_not_against_itself() -> None:
    most, few = young(series(falling(16_000, 3))), young(series(lambda _: 20_000, receipts=400, seed=3))
    whole = everybody([most, few])
    told = falls([(tier("most"), most, whole), (tier("few"), few, whole)], NEWEST, LIMITS)["falls"]
    assert [(one["group"], one["basis"]) for one in told] == [("most", "rest_of_mall")]


def test_groups_without_a_name_that_can_be_told_are_not_judged() -> None:
    own = series(falling(16_000, 3))
    found = falls([(tier(name), own, {}) for name in ("", "t" * 65, "gold")], NEWEST, LIMITS)
    assert (found["verdicts"], [one["group"] for one in found["falls"]]) == ({"fallen": 1}, ["gold"])


def test_a_night_tells_a_hundred_falls_at_most_the_least_probable_first() -> None:
    own = [series(falling(14_000 - 10 * number, 3), seed=number) for number in range(MOST_FALLS + 5)]
    found = falls([(tier(f"t{number}"), one, {}) for number, one in enumerate(own)], NEWEST, LIMITS)
    chances = [float(one["p_value"]) for one in found["falls"]]
    assert (len(chances), found["verdicts"]) == (MOST_FALLS, {"fallen": MOST_FALLS + 5})
    assert chances == sorted(chances)
