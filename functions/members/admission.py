"""Who may enter, and as what: age, terms, approval by configuration (requirements M1, M2, M8).

| what is known | automatic approval | approval by hand |
| --- | --- | --- |
| of age, terms accepted | active, or qualifying where entry asks for a spend | awaiting approval |
| no birthday, or no terms (counter) | unclaimed | awaiting approval |
| member of a file | unclaimed | unclaimed: the mall took them in long ago |

Whoever qualifies earns, and becomes active with the purchase that reaches the minimum. Members of a file are asked for
no spend.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from functions.members.age import require_age
from functions.members.applicants import Applicant
from functions.members.consent import accepted_terms
from functions.members.errors import FormIncompleteError, TermsNotAcceptedError
from loyalty.programme import Approval, Enrolment
from loyalty.standing import entered
from loyalty.types import Status


def require_admissible(applicant: Applicant, rules: Enrolment, today: date) -> None:
    """Check what is known of an applicant; a birthday or terms nobody asked for are no ground for refusal.

    Raises:
        UnderAgeError: below the mall's minimum age.
        ImplausibleBirthdayError: the date cannot be a birthday.
        TermsNotAcceptedError: other terms than those in force were accepted.
    """
    if applicant.birthday is not None:
        require_age(applicant.birthday, rules.minimum_age, today)
    if applicant.terms_version is not None:
        require_terms(applicant.terms_version, rules)


def require_terms(version: str, rules: Enrolment) -> None:
    """Raise unless these are the terms in force.

    Raises:
        TermsNotAcceptedError: naming the version to accept.
    """
    if version != rules.terms_version:
        raise TermsNotAcceptedError(terms_version=rules.terms_version)


def first_status(applicant: Applicant, rules: Enrolment) -> Status:
    """Return what an applicant at a counter or in an app starts as."""
    if rules.approval is Approval.MANUAL:
        return Status.AWAITING_APPROVAL
    complete = applicant.birthday is not None and applicant.terms_version is not None
    return entered({}, rules) if complete else Status.UNCLAIMED


def approved_status(profile: Mapping[str, Any], consent: Mapping[str, Any], rules: Enrolment) -> Status:
    """Return what an approved applicant becomes: redeeming waits until age and terms are known."""
    complete = "birthday" in profile and accepted_terms(consent) is not None
    return entered({}, rules) if complete else Status.UNCLAIMED


def require_form(applicant: Applicant, rules: Enrolment) -> None:
    """Raise unless the form is filled in as far as this mall insists (requirements M2).

    Raises:
        FormIncompleteError: naming the fields that are missing.
    """
    told = {**applicant.preferences, "email": applicant.email}
    if missing := [field.value for field in rules.required_fields if not told.get(field)]:
        raise FormIncompleteError(missing=missing)
