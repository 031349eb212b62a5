"""The signed-in person's routes: enrol, see, change, show a code, take one's data along, leave."""

from datetime import datetime
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.members import editing, enrolment, erasure, export, family, member_code, phone_codes, profiles
from functions.members.answers import ExportAnswer, MeAnswer, MemberCodeAnswer, PhoneCodeAnswer, ProfileAnswer
from functions.members.applicants import Applicant
from functions.members.editing import Wish
from functions.members.enrolment import Application
from functions.members.errors import (
    AlreadyEnrolledError,
    EnrolmentRefusedError,
    FormIncompleteError,
    ImplausibleBirthdayError,
    NotACompanyError,
    NotAMemberError,
    PhoneCodeInvalidError,
    PhoneCodeRequiredError,
    PhoneTakenError,
    SmsUnavailableError,
    TermsNotAcceptedError,
    UnderAgeError,
)
from functions.members.membership import Trail
from functions.members.models import EnrolRequest, PhoneCodeRequest, ProfileChanges
from functions.members.profiles import Identity
from loyalty import account_store, auth, programme_store
from loyalty.accounts import Account
from loyalty.clock import utc_now
from loyalty.errors import BusyError, MembershipStatusError, TooManyError
from loyalty.http import accepted, answers, api, created, entry_point, language, no_content, trace_id
from loyalty.phones import InvalidPhoneError, normalized
from loyalty.types import MemberId, Origin, Status

app = api()

_ADMISSION = (UnderAgeError, ImplausibleBirthdayError, TermsNotAcceptedError)
_ENTRY = (*_ADMISSION, FormIncompleteError)
_PROOF = (InvalidPhoneError, PhoneCodeInvalidError, TooManyError, PhoneTakenError)
_MISSING = (NotAMemberError, EnrolmentRefusedError)


@app.post(
    "/me/phone-codes",
    summary="Send a code to a phone",
    operation_id="sendPhoneCode",
    tags=["me"],
    responses=answers(
        202, PhoneCodeAnswer, "The code is on its way", InvalidPhoneError, TooManyError, SmsUnavailableError
    ),
)
def send_phone_code(body: PhoneCodeRequest) -> Response[PhoneCodeAnswer]:
    """Send six digits to a phone, to be shown when enrolling or changing the phone."""
    expires_at = phone_codes.issue(_login(), normalized(body.phone), language(app), utc_now())
    return accepted(PhoneCodeAnswer(expires_at=expires_at), "/me")


@app.post(
    "/me",
    summary="Enrol",
    operation_id="enrol",
    tags=["me"],
    responses=answers(201, MeAnswer, "The membership", *_ENTRY, *_PROOF, AlreadyEnrolledError, BusyError),
)
def enrol(body: EnrolRequest) -> Response[MeAnswer]:
    """Become a member, or link the membership this phone already has; repeating it finds the same membership."""
    login, now = _login(), utc_now()
    programme = programme_store.current(now)
    made = enrolment.enrol(Application(_applicant(body, login), login, body.phone_code, _trail()), programme, now)
    return created(_me(made.member_id), "/me", replayed=not made.created)


@app.get(
    "/me",
    summary="My membership",
    operation_id="getMe",
    tags=["me"],
    responses=answers(200, MeAnswer, "The membership", *_MISSING),
)
def get_me() -> MeAnswer:
    """Return what the mall knows of the member, as it stands."""
    return _me(_member(utc_now()))


@app.patch(
    "/me",
    summary="Change my profile",
    operation_id="changeMe",
    tags=["me"],
    responses=answers(
        200,
        MeAnswer,
        "The membership as changed",
        *_MISSING,
        *_ADMISSION,
        *_PROOF,
        PhoneCodeRequiredError,
        NotACompanyError,
        BusyError,
    ),
)
def change_me(body: ProfileChanges) -> MeAnswer:
    """Change the profile, the consents or the phone; the last needs the code sent to the new one."""
    now = utc_now()
    member_id = _member(now)
    editing.edit(member_id, _login(), _wish(body), programme_store.current(now), now)
    return _me(member_id)


@app.delete(
    "/me",
    summary="Leave and be forgotten",
    operation_id="eraseMe",
    tags=["me"],
    responses=answers(204, None, "Nothing is left but pseudonymous books", BusyError),
)
def erase_me() -> Response[None]:
    """Erase the person and the login, forfeit the points; repeating it finishes what broke off."""
    login, now = _login(), utc_now()
    if member_id := profiles.of_login(login):
        erasure.erase(member_id, _trail(), programme_store.current(now), now)
    if not auth.groups(app.current_event.raw_event):
        erasure.delete_login(login)
    return no_content()


@app.get(
    "/me/code",
    summary="My code for the till",
    operation_id="getMemberCode",
    tags=["me"],
    responses=answers(200, MemberCodeAnswer, "A code, good for a minute", *_MISSING, MembershipStatusError),
)
def get_member_code(
    svg: Annotated[bool, Query(description="Also return the QR code as SVG.")] = False,
) -> MemberCodeAnswer:
    """Return a fresh code for a till to scan; a frozen member gets one too, and keeps earning."""
    now = utc_now()
    member_id = _member(now)
    status = _account(member_id).status
    if status is Status.AWAITING_APPROVAL:
        raise MembershipStatusError(status=status.value, movement="code")
    code, expires_at = member_code.make(member_id, now)
    return MemberCodeAnswer(code=code, expires_at=expires_at, svg=member_code.as_svg(code) if svg else None)


@app.get(
    "/me/export",
    summary="All my data",
    operation_id="exportMe",
    tags=["me"],
    responses=answers(200, ExportAnswer, "Everything the mall holds of the member", *_MISSING, BusyError),
)
def export_me() -> ExportAnswer:
    """Return profile, family, consents, card, account, the whole statement, and what was decided about the member."""
    now = utc_now()
    member_id = _member(now)
    identity = _identity(member_id)
    return ExportAnswer(
        profile=ProfileAnswer.of_row(identity.profile),
        family=[family.told(row) for row in identity.relatives],
        consents=export.consents(identity),
        account=export.account(member_id),
        entries=export.statement(member_id, language(app), now),
        coupons=export.coupons(member_id, language(app)),
        rewards=export.orders(member_id, language(app)),
        surveys=export.surveys(member_id),
        control_decisions=export.control_decisions(member_id),
        activity=export.activity(member_id),
        occasions=export.occasions(member_id, language(app)),
        notices=export.notices(member_id),
        wechat=export.wechat(identity),
    )


handler = entry_point(app)


def _login() -> str:
    return auth.login(app.current_event.raw_event)


def _trail() -> Trail:
    return Trail(Origin.MEMBER, "member", trace_id(app.current_event.raw_event))


def _member(now: datetime) -> MemberId:
    login = _login()
    if member_id := profiles.of_login(login):
        return member_id
    if reason := erasure.refusal_reason(login, now):
        raise EnrolmentRefusedError(reason=reason)
    raise NotAMemberError


def _identity(member_id: MemberId) -> Identity:
    identity = profiles.load(member_id)
    if identity is None:
        raise NotAMemberError
    return identity


def _account(member_id: MemberId) -> Account:
    account = account_store.read(member_id, consistent=True)
    if account is None or account.status is Status.ERASED:
        raise NotAMemberError
    return account


def _me(member_id: MemberId) -> MeAnswer:
    return MeAnswer.of(_identity(member_id), _account(member_id))


def _applicant(body: EnrolRequest, login: str) -> Applicant:
    return Applicant(
        name=body.name,
        phone=normalized(body.phone),
        phone_verified=True,
        birthday=body.birthday,
        email=body.email,
        card_no=None,
        channel=body.channel,
        kind=body.kind,
        terms_version=body.terms_version,
        login=login,
        company=body.company.model_dump(exclude_none=True) if body.company else None,
        preferences=body.preferences(),
        consents=body.consents.choices(),
    )


def _wish(body: ProfileChanges) -> Wish:
    return Wish(
        fields=body.profile_fields(),
        consents=body.consents.choices(),
        phone=normalized(body.phone) if body.phone else None,
        phone_code=body.phone_code,
        terms_version=body.terms_version,
    )
