"""Entries and what is kept of them: keys as causes, opaque ids, sentences, terms, and who may do what."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import standing, texts
from loyalty.buckets import BucketKey, Leg
from loyalty.dynamo import from_item, to_item
from loyalty.entries import Cause, Entry, EntryKey, Reason, fingerprint, from_row, key_of, source, to_row
from loyalty.errors import MembershipStatusError
from loyalty.tenants import ReceiptScope, TenantTerms
from loyalty.tenants import from_row as terms_from_row
from loyalty.types import Kind, MemberId, Origin, Purse, ReceiptNo, Status, TenantId
from tests.unit.ledger.programmes import MALL_A

PARTS = st.lists(st.text(min_size=1, alphabet=st.characters(codec="utf-8")), min_size=1, max_size=4)
REFUNDED = {Kind.REFUND, Kind.EXPIRE, Kind.ERASE}


@given(parts=PARTS, others=PARTS)
def test_no_part_of_a_source_can_imitate_a_separator(parts: list[str], others: list[str]) -> None:
    assert (source(*parts) == source(*others)) == (parts == others)


@given(parts=PARTS, movement=st.text(min_size=1, alphabet=st.characters(codec="utf-8", exclude_characters="\n")))
def test_an_opaque_id_leads_back_to_its_entry(parts: list[str], movement: str) -> None:
    key = EntryKey(source(*parts), movement)
    assert key_of(key.entry_id) == key
    assert re.fullmatch(r"[A-Za-z0-9_-]+", key.entry_id)


@given(text=st.text())
def test_an_id_that_is_not_one_of_ours_leads_nowhere(text: str) -> None:
    key = key_of(text)
    assert key is None or key.entry_id == text


def test_a_fingerprint_depends_on_what_was_asked_and_not_on_its_order() -> None:
    assert fingerprint({"a": 1, "b": [1, 2]}) == fingerprint({"b": [1, 2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
    assert fingerprint({"a": [1, 2]}) != fingerprint({"a": [2, 1]})


def test_an_entry_is_read_back_as_it_was_written() -> None:
    cause = Cause(EntryKey("s", "m"), Kind.REDEEM, "a", "r", "till:t", Origin.TILL, "trace", "print", "batch")
    legs = (Leg(Purse.POINTS, BucketKey("261231"), -5), Leg(Purse.COURTESY, BucketKey("261231"), 2))
    reasons = (Reason("redeemed", Purse.POINTS, -5),)
    entry = Entry(cause, MemberId("m"), 3, legs, reasons, {"balance": 1}, {"x": [1]}, 7)
    assert from_row(from_item(to_item(to_row(entry)))) == entry
    assert (entry.points(), entry.points(Purse.COURTESY), entry.points(Purse.GROWTH)) == (-5, 2, 0)


def test_every_reason_a_rule_gives_has_its_sentence_in_both_languages() -> None:
    root = Path(__file__).parents[3]
    files = [path for folder in ("functions", "loyalty") for path in (root / folder).rglob("*.py")]
    codes = {code for path in files for code in re.findall(r'Reason\(\s*"([a-z_]+)"', path.read_text())}
    assert {"base", "tier_multiplier", "redeemed", "taken_back", "given_back", "expired", "expiring"} <= codes
    for code in codes:
        zh, en = (texts.render(Reason(code, Purse.POINTS, 1), language) for language in ("zh", "en"))
        assert zh
        assert en.isascii()
        assert zh != en


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("fr", "zh"),
        ("en", "en"),
        ("EN-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr-FR, en;q=0.5", "en"),
        (";,;;", "zh"),
        ("en;q=0.1, zh", "zh"),
        ("zh;q=0.2, en;q=0.7", "en"),
        ("en;q=0", "zh"),
        ("en;q=much", "zh"),
    ],
)
def test_chinese_is_spoken_unless_english_is_preferred(header: str | None, language: str) -> None:
    assert texts.language_of(header) == language


def test_a_ratio_is_the_categorys_else_the_tenants_else_the_malls() -> None:
    assert TenantTerms(TenantId("t")).ratio("shoes", MALL_A) == 1000
    assert TenantTerms(TenantId("t"), points_per_yuan=2000).ratio("shoes", MALL_A) == 2000
    terms = TenantTerms(TenantId("t"), points_per_yuan=2000, ratios={"shoes": 0})
    assert (terms.ratio("shoes", MALL_A), terms.ratio("food", MALL_A)) == (0, 2000)


def test_a_tenants_terms_are_read_from_decimal_text() -> None:
    row = {"tenant_id": "t", "points_per_yuan": "1.5", "ratios": {"food": "0.25"}, "status": "closed"}
    assert terms_from_row(row) == TenantTerms(TenantId("t"), points_per_yuan=1500, ratios={"food": 250}, active=False)


@pytest.mark.parametrize(
    ("scope", "same_year", "same_day"),
    [(ReceiptScope.FOREVER, True, True), (ReceiptScope.YEAR, True, True), (ReceiptScope.DAY, False, True)],
)
def test_a_receipt_number_is_unique_for_its_period(scope: ReceiptScope, same_year: bool, same_day: bool) -> None:
    terms = TenantTerms(TenantId("t"), receipt_scope=scope)
    key = terms.receipt_source(ReceiptNo("1"), date(2026, 11, 21))
    assert (key == terms.receipt_source(ReceiptNo("1"), date(2026, 12, 31))) is same_year
    assert (key == terms.receipt_source(ReceiptNo("1"), date(2026, 11, 21))) is same_day
    assert (key == terms.receipt_source(ReceiptNo("1"), date(2027, 11, 21))) is (scope is ReceiptScope.FOREVER)
    assert key != TenantTerms(TenantId("u"), receipt_scope=scope).receipt_source(ReceiptNo("1"), date(2026, 11, 21))


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("kind", Kind)
def test_what_a_membership_may_do_follows_from_its_status(status: Status, kind: Kind) -> None:
    earns = status in {Status.ACTIVE, Status.UNCLAIMED, Status.QUALIFYING, Status.FROZEN}
    allowed = {Kind.PURCHASE: earns, Kind.REDEEM: status is Status.ACTIVE, Kind.OPENING: earns, Kind.REMIND: earns}
    allowed |= dict.fromkeys((Kind.AWARD, Kind.REVIEW, Kind.WARN, Kind.ADJUST, Kind.VOID), earns)
    allowed |= dict.fromkeys((Kind.TRANSFER, Kind.USE), status is Status.ACTIVE)
    if allowed.get(kind, True):
        standing.require(status, kind)
    else:
        with pytest.raises(MembershipStatusError) as refusal:
            standing.require(status, kind)
        assert refusal.value.params == {"status": status.value, "movement": kind.value}


@pytest.mark.parametrize("status", Status)
def test_refunds_and_expiry_always_proceed(status: Status) -> None:
    assert standing.ALLOWED[status] >= REFUNDED
