"""What an applicant starts as, by what is known and how the mall approves."""

from dataclasses import replace
from datetime import date

import pytest

from functions.members.admission import approved_status, first_status, require_admissible
from functions.members.applicants import Applicant, Channel
from functions.members.errors import TermsNotAcceptedError, UnderAgeError
from loyalty.programme import Approval, Enrolment
from loyalty.types import Status

TODAY = date(2026, 11, 21)
RULES = Enrolment(terms_version="2026-01")
BY_HAND = RULES.model_copy(update={"approval": Approval.MANUAL})
AFTER_SPENDING = RULES.model_copy(update={"minimum_spend_yuan": 500})
COMPLETE = Applicant(
    "王", "+8613800000001", False, date(1990, 5, 1), None, None, Channel.COUNTER, terms_version="2026-01"
)


@pytest.mark.parametrize(
    ("applicant", "rules", "status"),
    [
        (COMPLETE, RULES, Status.ACTIVE),
        (replace(COMPLETE, birthday=None), RULES, Status.UNCLAIMED),
        (replace(COMPLETE, terms_version=None), RULES, Status.UNCLAIMED),
        (COMPLETE, AFTER_SPENDING, Status.QUALIFYING),
        (replace(COMPLETE, birthday=None), AFTER_SPENDING, Status.UNCLAIMED),
        (COMPLETE, BY_HAND, Status.AWAITING_APPROVAL),
        (replace(COMPLETE, birthday=None), BY_HAND, Status.AWAITING_APPROVAL),
    ],
)
def test_the_first_status(applicant: Applicant, rules: Enrolment, status: Status) -> None:
    assert first_status(applicant, rules) is status


def test_what_nobody_asked_for_is_no_ground_for_refusal() -> None:
    unasked = replace(COMPLETE, birthday=None, terms_version=None)
    require_admissible(unasked, RULES, TODAY)
    assert first_status(unasked, RULES) is Status.UNCLAIMED


def test_what_was_asked_for_is_checked() -> None:
    with pytest.raises(UnderAgeError):
        require_admissible(replace(COMPLETE, birthday=date(2010, 1, 1)), RULES, TODAY)
    with pytest.raises(TermsNotAcceptedError):
        require_admissible(replace(COMPLETE, terms_version="2019-07"), RULES, TODAY)


@pytest.mark.parametrize(
    ("profile", "consent", "status"),
    [
        ({"birthday": "1990-05-01"}, {"terms": {"version": "2026-01"}}, Status.ACTIVE),
        ({"birthday": "1990-05-01"}, {}, Status.UNCLAIMED),
        ({}, {"terms": {"version": "2026-01"}}, Status.UNCLAIMED),
    ],
)
def test_an_approved_applicant_redeems_only_with_age_and_terms_on_record(
    profile: dict[str, str], consent: dict[str, dict[str, str]], status: Status
) -> None:
    assert approved_status(profile, consent, RULES) is status
