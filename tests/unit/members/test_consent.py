"""Consents: dated, separate, withdrawable, and never unbounded."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.members.applicants import Purpose
from functions.members.consent import KEPT_CHANGES, accepted_terms, agreed, with_choices, with_terms
from loyalty.clock import iso

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
CHOICES = st.dictionaries(st.sampled_from(Purpose), st.booleans())


def test_silence_is_no_consent() -> None:
    assert not any(agreed({}, purpose) for purpose in Purpose)
    assert accepted_terms({}) is None
    assert with_terms({}, None, NOW) == {}


def test_one_consent_is_withdrawn_without_the_others() -> None:
    given_all = with_choices({}, dict.fromkeys(Purpose, True), NOW)
    after = with_choices(given_all, {Purpose.MARKETING: False}, LATER)
    assert not agreed(after, Purpose.MARKETING)
    assert agreed(after, Purpose.PROFILING)
    assert agreed(after, Purpose.SHARING)
    assert after["marketing"] == {"granted": False, "at": iso(LATER)}
    assert after["history"][-1] == {"purpose": "marketing", "granted": False, "at": iso(LATER)}


def test_terms_are_superseded_with_a_date_and_the_old_version_stays_on_record() -> None:
    after = with_terms(with_terms({}, "2026-01", NOW), "2027-01", LATER)
    assert after["terms"] == {"version": "2027-01", "at": iso(LATER)}
    assert [entry["version"] for entry in after["history"]] == ["2026-01", "2027-01"]


@given(CHOICES)
def test_repeating_a_choice_keeps_its_first_date(choices: dict[Purpose, bool]) -> None:
    first = with_choices({}, choices, NOW)
    assert with_choices(first, choices, LATER) == first


@given(st.lists(CHOICES, max_size=80))
def test_the_last_word_counts_and_the_record_stays_bounded(rounds: list[dict[Purpose, bool]]) -> None:
    consent: dict[str, object] = {}
    last: dict[Purpose, bool] = {}
    for choices in rounds:
        consent = with_choices(consent, choices, NOW)
        last |= choices
    assert {purpose: agreed(consent, purpose) for purpose in last} == last
    assert len(consent.get("history", [])) <= KEPT_CHANGES  # type: ignore[arg-type]
