"""The family's routes: members register relatives; relatives agree, and withdraw, by their own phone (M4, K1)."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.members import family, family_adults, family_terms, profiles
from functions.members.answers import PhoneCodeAnswer
from functions.members.errors import (
    ImplausibleBirthdayError,
    NotAMemberError,
    PhoneCodeInvalidError,
    SmsUnavailableError,
)
from functions.members.family_entries import Row
from functions.members.family_errors import (
    FamilyChangedTooOftenError,
    FamilyFullError,
    GuardianConsentRequiredError,
    NoConsentNeededError,
    OtherConsentNeededError,
    OwnPhoneError,
    RelativeAgreedError,
    RelativeNotFoundError,
    RelativeTooYoungError,
)
from functions.members.family_models import (
    FamilyAnswer,
    FamilyDeskWithdrawal,
    FamilyWithdrawal,
    FamilyWithdrawn,
    GuardianTerms,
    RelativeAnswer,
    RelativeChanges,
    RelativeConfirmation,
    RelativePhone,
    RelativeRequest,
)
from functions.members.requests import Request
from loyalty import auth
from loyalty.auth import Group
from loyalty.clock import local_date, utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    TooManyError,
)
from loyalty.http import IdempotencyKey, accepted, answers, api, created, entry_point, language, no_content
from loyalty.phones import InvalidPhoneError, normalized
from loyalty.settings import time_zone
from loyalty.types import MemberId

app = api()

RelativePath = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="The relative's id.")]
_BIRTHDAY = (ImplausibleBirthdayError, RelativeTooYoungError)
_MISSING = (NotAMemberError, RelativeNotFoundError)
_ASKED = (InvalidPhoneError, OwnPhoneError, NoConsentNeededError, RelativeAgreedError, TooManyError)


@app.get(
    "/me/family",
    summary="My family",
    operation_id="getFamily",
    tags=["me"],
    responses=answers(200, FamilyAnswer, "The relatives, and what to show before a child is added", NotAMemberError),
)
def get_family() -> FamilyAnswer:
    """Return the relatives I registered, and the text a child's guardian agrees to."""
    now = utc_now()
    items = [_seen(row, now) for row in family.listed(_member(), now)]
    terms = GuardianTerms(version=family_terms.VERSION, text=family_terms.GUARDIAN[language(app)])
    return FamilyAnswer(items=items, guardian_terms=terms)


@app.post(
    "/me/family",
    summary="Register a relative",
    operation_id="registerRelative",
    tags=["me"],
    responses=answers(
        201,
        RelativeAnswer,
        "The relative; adults are used for nothing until they agreed",
        *_MISSING,
        *_BIRTHDAY,
        FamilyFullError,
        FamilyChangedTooOftenError,
        GuardianConsentRequiredError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
        BusyError,
    ),
)
def register_relative(body: RelativeRequest, key: IdempotencyKey) -> Response[RelativeAnswer]:
    """Register a spouse, child or parent with their birthday; a child under 18 by its guardian's consent."""
    member_id, now = _member(), utc_now()
    request = Request.of("family", member_id, key, body.model_dump(mode="json"), family.KEY_KEPT, now)
    made = family.register(member_id, body.told(), request, now)
    answer = _seen(made.row, now)
    return created(answer, f"/me/family/{answer.relative_id}", replayed=made.replayed)


@app.patch(
    "/me/family/<relative_id>",
    summary="Change a relative",
    operation_id="changeRelative",
    tags=["me"],
    responses=answers(
        200, RelativeAnswer, "The relative as changed", *_MISSING, *_BIRTHDAY, OtherConsentNeededError, BusyError
    ),
)
def change_relative(relative_id: RelativePath, body: RelativeChanges) -> RelativeAnswer:
    """Change the call name or correct the birthday; gifts follow one correction."""
    now = utc_now()
    return _seen(family.correct(_member(), relative_id, body.wanted(), now), now)


@app.delete(
    "/me/family/<relative_id>",
    summary="Forget a relative",
    operation_id="removeRelative",
    tags=["me"],
    responses=answers(204, None, "Nothing is left of the relative", NotAMemberError, BusyError),
)
def remove_relative(relative_id: RelativePath) -> Response[None]:
    """Withdraw a guardian's consent, or take an adult's entry away; repeating it changes nothing."""
    family.remove(_member(), relative_id, utc_now())
    return no_content()


@app.post(
    "/me/family/<relative_id>/codes",
    summary="Ask an adult relative for consent",
    operation_id="askRelative",
    tags=["me"],
    responses=answers(202, PhoneCodeAnswer, "The text is on its way", *_MISSING, *_ASKED, SmsUnavailableError),
)
def ask_relative(relative_id: RelativePath, body: RelativePhone) -> Response[PhoneCodeAnswer]:
    """Send the relative what is asked of them, and a code by which they agree; the phone is not kept."""
    phone = normalized(body.phone)
    expires_at = family_adults.ask(_member(), relative_id, phone, language(app), utc_now())
    return accepted(PhoneCodeAnswer(expires_at=expires_at), f"/me/family/{relative_id}")


@app.post(
    "/me/family/<relative_id>/confirmations",
    summary="Pass on an adult relative's consent",
    operation_id="confirmRelative",
    tags=["me"],
    responses=answers(
        200, RelativeAnswer, "The relative, in use from now on", *_MISSING, *_ASKED, PhoneCodeInvalidError, BusyError
    ),
)
def confirm_relative(relative_id: RelativePath, body: RelativeConfirmation) -> RelativeAnswer:
    """Take the code the relative received as their consent; a repetition finds it given."""
    now = utc_now()
    row = family_adults.confirm(_member(), relative_id, normalized(body.phone), body.phone_code, now)
    return _seen(row, now)


@app.post(
    "/me/family-withdrawals",
    summary="Withdraw from other people's families",
    operation_id="withdrawFromFamilies",
    tags=["me"],
    responses=answers(
        200,
        FamilyWithdrawn,
        "How many entries are gone",
        InvalidPhoneError,
        PhoneCodeInvalidError,
        TooManyError,
        BusyError,
    ),
)
def withdraw(body: FamilyWithdrawal) -> FamilyWithdrawn:
    """Delete me from every family I agreed to be in; whoever signs in and holds the phone may, member or not."""
    login = auth.login(app.current_event.raw_event)
    phone, now = normalized(body.phone), utc_now()
    return FamilyWithdrawn(withdrawn=family_adults.withdraw_by_code(login, phone, body.phone_code, now))


@app.post(
    "/members/family-withdrawals",
    summary="Withdraw somebody from families at the desk",
    operation_id="withdrawFromFamiliesAtDesk",
    tags=["members"],
    responses=answers(200, FamilyWithdrawn, "How many entries are gone", ForbiddenError, InvalidPhoneError, BusyError),
)
def withdraw_at_desk(body: FamilyDeskWithdrawal) -> FamilyWithdrawn:
    """Delete somebody from every family they agreed to be in, for those who ask the service desk."""
    auth.require_group(app.current_event.raw_event, Group.OPERATOR)
    return FamilyWithdrawn(withdrawn=family_adults.withdraw(normalized(body.phone), utc_now()))


handler = entry_point(app)


def _member() -> MemberId:
    member_id = profiles.of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise NotAMemberError
    return member_id


def _seen(row: Row, now: datetime) -> RelativeAnswer:
    return RelativeAnswer.of(row, local_date(now, time_zone()))
