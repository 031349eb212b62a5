"""HTTPS routes of redemption estimates: drafted by one person, approved by another, in force from a day (I5)."""

from aws_lambda_powertools.event_handler import Response

from functions.books import estimates, store
from functions.books.estimate_models import (
    EstimateAnswer,
    EstimateDraft,
    EstimateIdPath,
    EstimatePatch,
    EstimatesAnswer,
    estimate_answer,
)
from functions.books.estimates import EstimateInThePastError
from loyalty import offers
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Offer, OwnApprovalError, WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger
from loyalty.offer_models import OfferApproval, StateQuery
from loyalty.offers import ChangedMeanwhileError
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, InvalidCursorError, LimitParameter, cursor, listed, position

LIST = "estimates"
TAGS = ["books"]
READERS = (Group.OPERATOR, Group.APPROVER, Group.AUDITOR)

app = api()


@app.post(
    "/books/estimates",
    operation_id="draftEstimate",
    summary="Draft an estimate of redemption",
    description="It applies from its day on, once another person has approved it; not before today.",
    tags=TAGS,
    responses=answers(
        201,
        EstimateAnswer,
        "The draft",
        ForbiddenError,
        IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError,
        EstimateInThePastError,
        BusyError,
    ),
)
def draft(body: EstimateDraft, idempotency_key: IdempotencyKey) -> Response[EstimateAnswer]:
    """Draft an estimate."""
    return _taken(estimates.draft(body, _staff(Group.OPERATOR), idempotency_key, utc_now()))


@app.get(
    "/books/estimates",
    operation_id="listEstimates",
    summary="List the estimates, every version there was",
    tags=TAGS,
    responses=answers(200, EstimatesAnswer, "A page of estimates", ForbiddenError, InvalidCursorError),
)
def estimates_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[EstimatesAnswer]:
    """List the estimates."""
    _staff(*READERS)
    found, last = offers.page(store.estimates(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    answer = EstimatesAnswer(items=tuple(map(estimate_answer, found)), next=following)
    filtered = {"state": state.value} if state else {}
    return listed(answer, following, limit=limit, **filtered)


@app.get(
    "/books/estimates/<estimate_id>",
    operation_id="getEstimate",
    summary="Read an estimate",
    tags=TAGS,
    responses=answers(200, EstimateAnswer, "The estimate", ForbiddenError, NotFoundError),
)
def estimate(estimate_id: EstimateIdPath) -> EstimateAnswer:
    """Read an estimate."""
    _staff(*READERS)
    return estimate_answer(offers.read(store.estimates(), estimate_id))


@app.patch(
    "/books/estimates/<estimate_id>",
    operation_id="changeEstimate",
    summary="Change an estimate before it is approved",
    tags=TAGS,
    responses=answers(200, EstimateAnswer, "The draft", ForbiddenError, NotFoundError, WrongStateError, BusyError),
)
def change(estimate_id: EstimateIdPath, body: EstimatePatch) -> EstimateAnswer:
    """Change a draft."""
    plan = estimates.change(estimate_id, body.changes(), _staff(Group.OPERATOR), utc_now())
    logger.info("estimate changed", estimate_id=estimate_id, fields=sorted(body.model_fields_set))
    return estimate_answer(plan.answer)


@app.post(
    "/books/estimates/<estimate_id>/approvals",
    operation_id="approveEstimate",
    summary="Approve an estimate another person wrote",
    description="Not later than on the day it begins. Name the version you looked at. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201,
        EstimateAnswer,
        "Approved",
        ForbiddenError,
        OwnApprovalError,
        NotFoundError,
        WrongStateError,
        ChangedMeanwhileError,
        EstimateInThePastError,
        BusyError,
    ),
)
def approve(estimate_id: EstimateIdPath, body: OfferApproval | None = None) -> Response[EstimateAnswer]:
    """Approve an estimate."""
    login = _staff(Group.APPROVER)
    return _taken(estimates.approve(estimate_id, login, utc_now(), body.version if body else None))


@app.post(
    "/books/estimates/<estimate_id>/endings",
    operation_id="withdrawEstimate",
    summary="Withdraw an estimate before it applies",
    description="A draft, or an approved one whose day has not come. Repeating it is safe.",
    tags=TAGS,
    responses=answers(
        201,
        EstimateAnswer,
        "Withdrawn",
        ForbiddenError,
        NotFoundError,
        WrongStateError,
        EstimateInThePastError,
        BusyError,
    ),
)
def withdraw(estimate_id: EstimateIdPath) -> Response[EstimateAnswer]:
    """Withdraw an estimate."""
    return _taken(estimates.withdraw(estimate_id, _staff(Group.OPERATOR, Group.APPROVER), utc_now()))


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _taken(plan: Plan[Offer]) -> Response[EstimateAnswer]:
    offer = plan.answer
    logger.info("estimate moved", estimate_id=offer.offer_id, state=offer.state.value, replayed=plan.replayed)
    return created(estimate_answer(offer), f"/books/estimates/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
