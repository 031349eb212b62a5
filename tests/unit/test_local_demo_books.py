"""The demo's own arithmetic on the books: it must be able to say no."""

from datetime import date
from pathlib import Path
from typing import Any

from local.demo.books import Figures, bought_between, figures
from local.demo.receipts import read_lines
from local.demo.summary import compared_with_last_run, summary
from local.demo.visits import BASKET, GROSS, POINTS, VISITORS, visitors

Row = dict[str, Any]


def account(member: str, version: int, buckets: dict[str, int], debt: int = 0) -> Row:
    row: Row = {"member_id": member, "version": version, "buckets": {"points": buckets}}
    return {**row, "debt": {"points": debt}} if debt else row


def entry(member: str, version: int, kind: str, legs: list[tuple[str, int]], **reasons: int) -> Row:
    return {
        "source": f"{member}/{version}",
        "movement": kind,
        "member_id": member,
        "account_version": version,
        "kind": kind,
        "legs": [["points", bucket, points] for bucket, points in legs],
        "reasons": [[code, "points", points] for code, points in reasons.items()],
    }


ENTRIES = [
    entry("m1", 1, "purchase", [("271130", 120)], base=100, tier_multiplier=20),
    entry("m1", 2, "purchase", [("271130", -100), ("271130", 30)], redeemed=-100, base=30),
    entry("m1", 3, "refund", [("271130", 40), ("271130", -10)], given_back=40, taken_back=-10),
    entry("m2", 1, "purchase", [("231130", 50), ("231130", -50)], base=50, lapsed=-50),
    entry("m2", 2, "purchase", [("271130", 70)], base=70),
    entry("m2", 3, "expire", [("271130", -70)], expired=-70),
    entry("m1", 4, "remind", [], expiring=80),
]
ACCOUNTS = [account("m1", 4, {"271130": 80}), account("m2", 3, {})]


def test_every_movement_is_counted_where_it_belongs() -> None:
    assert figures(ACCOUNTS, ENTRIES) == Figures(
        members=2,
        receipts=4,
        points_issued=270,
        points_taken_back=10,
        points_spent=60,
        points_expired=120,
        points_left=80,
        broken=0,
        coupons_issued=0,
        coupons_redeemed=0,
        coupons_open=0,
        rewards_handed_over=0,
        surveys_answered=0,
        survey_points=0,
        findings_resolved=0,
        unaccounted=0,
    )


def test_the_figures_add_up_to_what_is_left() -> None:
    assert figures(ACCOUNTS, ENTRIES).sound


def test_points_that_no_reason_explains_are_found() -> None:
    unexplained = [entry("m1", 1, "purchase", [("271130", 120)], base=100)]
    assert not figures([account("m1", 1, {"271130": 120})], unexplained).sound


def test_debt_counts_against_the_balance() -> None:
    entries = [entry("m1", 1, "refund", [("debt", -25)], taken_back=-25)]
    found = figures([account("m1", 1, {}, debt=25)], entries)
    assert (found.points_left, found.broken) == (-25, 0)


def test_a_balance_that_is_not_the_sum_of_its_entries_is_found() -> None:
    assert figures([account("m1", 4, {"271130": 81}), ACCOUNTS[1]], ENTRIES).broken == 1


def test_a_gap_in_the_versions_is_found() -> None:
    assert figures([account("m1", 1, {"271130": 5})], [entry("m1", 2, "purchase", [("271130", 5)], base=5)]).broken == 1


def test_an_entry_without_an_account_is_found() -> None:
    assert figures([], [entry("m1", 1, "purchase", [("271130", 5)], base=5)]).broken == 1


def test_a_broken_ledger_is_said_in_the_summary() -> None:
    assert "yes" in summary(figures(ACCOUNTS, ENTRIES)).splitlines()[-1]
    assert "NO (2 members, 0 coupons, rewards and answers differ)" in summary(figures([], ENTRIES)).splitlines()[-1]


def test_a_second_run_says_that_nothing_changed_or_what_did(tmp_path: Path) -> None:
    noted = tmp_path / "demo.json"
    found = figures(ACCOUNTS, ENTRIES)
    report = {"rfm": "a1", "funnel": "b2"}
    assert compared_with_last_run(found, report, noted) == ""
    assert "changed no number" in compared_with_last_run(found, report, noted)
    assert "receipts 4 -> 3" in compared_with_last_run(figures(ACCOUNTS, ENTRIES[1:]), report, noted)
    changed = compared_with_last_run(figures(ACCOUNTS, ENTRIES[1:]), {**report, "rfm": "a9"}, noted)
    assert changed == "This run changed: rfm of the report."


def test_receipts_are_counted_by_the_day_they_were_bought_on() -> None:
    def bought(day: str, kind: str = "purchase") -> dict[str, Any]:
        return {**entry("m1", 1, kind, []), "facts": {"bought_on": day}}

    entries = [*map(bought, ("221117", "221118", "241231", "261114", "261115")), bought("241231", "refund")]
    claim = {"source": "receipt/t/1", "movement": "purchase", "kind": "placeholder"}
    assert bought_between([*entries, claim], date(2022, 11, 18), date(2026, 11, 14)) == 3


def test_the_members_who_come_to_a_till_are_always_the_same_and_can_pay() -> None:
    lines = read_lines()
    chosen = visitors(lines)
    assert chosen == visitors(list(reversed(lines)))
    assert len({visitor.customer for visitor in chosen}) == VISITORS
    assert sum(int(str(line["amount"])) for line in BASKET) == GROSS > POINTS
