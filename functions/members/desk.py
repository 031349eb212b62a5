"""The routes of tills and staff: enrol at the counter, open a session, find a member, decide, cards.

A till only ever enrols and opens sessions; staff of any group may look, masked; deciding and cards need their group.
"""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.members import admission, cards, counter, erasure, membership, profiles, till_sessions
from functions.members.answers import DeskMemberAnswer, FoundAnswer, MemberSessionAnswer, SessionMember
from functions.members.applicants import Applicant
from functions.members.errors import (
    CardTakenError,
    ImplausibleBirthdayError,
    MemberCodeInvalidError,
    NoCardError,
    NotAwaitingApprovalError,
    PhoneNeedsVerificationError,
    TermsNotAcceptedError,
    UnderAgeError,
)
from functions.members.masking import masked_name
from functions.members.membership import Trail
from functions.members.models import (
    CardRequest,
    DeskEnrolRequest,
    MemberSessionRequest,
    RefusalRequest,
    SearchRequest,
)
from functions.members.requests import Request
from loyalty import account_store, auth, identity, programme_store, sessions
from loyalty.auth import Group
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.fields import MemberIdField
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, no_content, trace_id
from loyalty.phones import InvalidPhoneError, normalized
from loyalty.types import MemberId, Origin

app = api()

MemberPath = Annotated[MemberIdField, Path()]
_KEYED = (IdempotencyKeyRequiredError, IdempotencyKeyReusedError)


@app.post(
    "/members",
    summary="Enrol at the counter",
    operation_id="enrolAtCounter",
    tags=["members"],
    responses=answers(200, DeskMemberAnswer, "The membership the phone has already")
    | answers(
        201,
        DeskMemberAnswer,
        "The new membership",
        *_KEYED,
        ForbiddenError,
        InvalidPhoneError,
        UnderAgeError,
        ImplausibleBirthdayError,
        TermsNotAcceptedError,
        PhoneNeedsVerificationError,
        CardTakenError,
        BusyError,
    ),
)
def enrol_at_counter(body: DeskEnrolRequest, key: IdempotencyKey) -> Response[DeskMemberAnswer]:
    """Enrol somebody who stands at a till or desk; they sign in later, with the same phone."""
    trail, now = _desk_trail(), utc_now()
    sent = body.model_dump(mode="json")
    request = Request.of("members", trail.actor, key, sent, counter.KEY_KEPT, now)
    made = counter.enrol(_applicant(body), request, trail, programme_store.current(now), now)
    answer = _seen(made.member_id)
    if not made.created:
        return Response(status_code=200, content_type="application/json", body=answer)
    return created(answer, f"/members/{made.member_id}", replayed=made.replayed)


@app.post(
    "/member-sessions",
    summary="Open a session with a member's code",
    operation_id="openMemberSession",
    tags=["members"],
    responses=answers(
        201, MemberSessionAnswer, "The session", *_KEYED, ForbiddenError, MemberCodeInvalidError, BusyError
    ),
)
def open_member_session(body: MemberSessionRequest, key: IdempotencyKey) -> Response[MemberSessionAnswer]:
    """Open a session of fifteen minutes; the code works once, a retry with the same key gets the same session."""
    tenant_id = auth.tenant(app.current_event.raw_event)
    opened = till_sessions.open_once(body.member_code, tenant_id, key, utc_now())
    answer = MemberSessionAnswer(
        member_session=sessions.issue(opened.session),
        expires_at=opened.session.expires_at,
        member=_greeted(opened.session.member_id),
    )
    return created(answer, "/member-sessions", replayed=opened.replayed)


@app.post(
    "/members/searches",
    summary="Find a member",
    operation_id="searchMembers",
    tags=["members"],
    responses=answers(200, FoundAnswer, "Nobody or one member, masked", ForbiddenError, InvalidPhoneError),
)
def search_members(body: SearchRequest) -> FoundAnswer:
    """Find a member by phone, card or id; what is searched for stays out of URLs and logs."""
    _staff()
    member_id = _searched(body)
    found = _known(member_id) if member_id else None
    return FoundAnswer(items=[found] if found else [])


@app.get(
    "/members/<member_id>",
    summary="One member, masked",
    operation_id="getMember",
    tags=["members"],
    responses=answers(200, DeskMemberAnswer, "The member", ForbiddenError, NotFoundError),
)
def get_member(member_id: MemberPath) -> DeskMemberAnswer:
    """Return a member as the service desk may see them."""
    _staff()
    return _seen(MemberId(member_id))


@app.post(
    "/members/<member_id>/approvals",
    summary="Approve an enrolment",
    operation_id="approveMember",
    tags=["members"],
    responses=answers(
        201, DeskMemberAnswer, "The member", ForbiddenError, NotFoundError, NotAwaitingApprovalError, BusyError
    ),
)
def approve_member(member_id: MemberPath) -> Response[DeskMemberAnswer]:
    """Take an applicant in; repeating it changes nothing."""
    trail, now = _staff(Group.APPROVER, Group.OPERATOR), utc_now()
    found = profiles.load(MemberId(member_id))
    if found is None:
        raise NotFoundError
    programme = programme_store.current(now)
    status = admission.approved_status(found.profile, found.consent, programme.enrolment)
    membership.approve(found.member_id, status, trail, programme, now)
    return created(_seen(found.member_id), f"/members/{member_id}")


@app.post(
    "/members/<member_id>/refusals",
    summary="Refuse an enrolment",
    operation_id="refuseMember",
    tags=["members"],
    responses=answers(
        204,
        None,
        "The applicant is refused and forgotten",
        ForbiddenError,
        NotFoundError,
        NotAwaitingApprovalError,
        BusyError,
    ),
)
def refuse_member(member_id: MemberPath, body: RefusalRequest) -> Response[None]:
    """Turn an applicant down with a reason they can read; phone and login are free again."""
    trail, now = _staff(Group.APPROVER, Group.OPERATOR), utc_now()
    found = profiles.load(MemberId(member_id))
    if found:
        erasure.refuse(found, body.reason, trail, programme_store.current(now), now)
    elif not membership.was_refused(MemberId(member_id)):
        raise NotFoundError
    return no_content()


@app.post(
    "/members/<member_id>/cards",
    summary="Give a member a card",
    operation_id="attachCard",
    tags=["members"],
    responses=answers(201, DeskMemberAnswer, "The member", ForbiddenError, NotFoundError, CardTakenError, BusyError),
)
def attach_card(member_id: MemberPath, body: CardRequest) -> Response[DeskMemberAnswer]:
    """Give a member a card in place of the one they have; repeating it changes nothing."""
    _staff(Group.OPERATOR)
    cards.attach(MemberId(member_id), body.card_no, utc_now())
    return created(_seen(MemberId(member_id)), f"/members/{member_id}")


@app.post(
    "/members/<member_id>/cards/losses",
    summary="Report a card lost",
    operation_id="reportCardLost",
    tags=["members"],
    responses=answers(201, DeskMemberAnswer, "The member", ForbiddenError, NotFoundError, NoCardError, BusyError),
)
def report_card_lost(member_id: MemberPath) -> Response[DeskMemberAnswer]:
    """Void a member's card for ever; repeating it changes nothing."""
    _staff(Group.OPERATOR)
    cards.report_lost(MemberId(member_id), utc_now())
    return created(_seen(MemberId(member_id)), f"/members/{member_id}")


handler = entry_point(app)


def _staff(*allowed: Group) -> Trail:
    event = app.current_event.raw_event
    return Trail(Origin.STAFF, f"staff:{auth.require_group(event, *allowed)}", trace_id(event))


def _desk_trail() -> Trail:
    event = app.current_event.raw_event
    try:
        tenant_id = auth.tenant(event)
    except ForbiddenError:
        return _staff(Group.OPERATOR, Group.MARKETER)
    return Trail(Origin.TILL, f"till:{tenant_id}", trace_id(event))


def _greeted(member_id: MemberId) -> SessionMember:
    found, account = profiles.load(member_id), account_store.read(member_id)
    if found is None or account is None:
        raise MemberCodeInvalidError
    name = masked_name(found.profile["name"])
    return SessionMember(name_masked=name, tier=account.rung.code, status=account.status)


def _searched(body: SearchRequest) -> MemberId | None:
    if body.phone:
        return identity.find(identity.phone_key(normalized(body.phone)))
    if body.card_no:
        return identity.find(identity.card_key(body.card_no))
    return MemberId(body.member_id) if body.member_id else None


def _known(member_id: MemberId) -> DeskMemberAnswer | None:
    found, account = profiles.load(member_id), account_store.read(member_id, consistent=True)
    return DeskMemberAnswer.of(found, account) if found and account else None


def _seen(member_id: MemberId) -> DeskMemberAnswer:
    known = _known(member_id)
    if known is None:
        raise NotFoundError
    return known


def _applicant(body: DeskEnrolRequest) -> Applicant:
    return Applicant(
        name=body.name,
        phone=normalized(body.phone),
        phone_verified=False,
        birthday=body.birthday,
        email=body.email,
        card_no=body.card_no,
        channel=body.channel,
        kind=body.kind,
        terms_version=body.terms_version,
        company=body.company.model_dump(exclude_none=True) if body.company else None,
        consents=body.consents.choices(),
    )
