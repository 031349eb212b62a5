"""HTTPS routes of offers by occasion: drafted, approved by another person, published, paused, ended."""

from aws_lambda_powertools.event_handler import Response

from functions.lifecycle import publication, shelf
from functions.lifecycle.definition import OccasionOffer
from functions.lifecycle.publication import CouponTooScarceError, UnknownInOccasionError
from functions.lifecycle.staff_models import (
    DraftOccasionOffer,
    OccasionApproval,
    OccasionIdPath,
    OccasionOfferAnswer,
    OccasionOfferPatch,
    OccasionOffersAnswer,
    OccasionStateQuery,
    occasion_answer,
)
from loyalty import offers
from loyalty.attempts import Plan
from loyalty.auth import Group, require_group
from loyalty.catalogue import Offer, OwnApprovalError, Step, WrongStateError
from loyalty.clock import utc_now
from loyalty.errors import (
    BusyError,
    ForbiddenError,
    IdempotencyKeyRequiredError,
    IdempotencyKeyReusedError,
    NotFoundError,
)
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger
from loyalty.offers import ChangedMeanwhileError
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, InvalidCursorError, LimitParameter, cursor, listed, position

LIST = "occasion-offers"
TAGS = ["occasion offers"]
_STEP = (ForbiddenError, NotFoundError, WrongStateError, BusyError)

app = api()


@app.post(
    "/occasion-offers",
    operation_id="draftOccasionOffer",
    summary="Draft an offer by occasion",
    description="What members get on joining, on birthdays and anniversaries, or on entering a segment.",
    tags=TAGS,
    responses=answers(
        201, OccasionOfferAnswer, "The draft", ForbiddenError, IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError, BusyError,
    ),
)  # fmt: skip
def draft(body: DraftOccasionOffer, idempotency_key: IdempotencyKey) -> Response[OccasionOfferAnswer]:
    """Draft an offer."""
    login = _staff(Group.MARKETER)
    return _taken(offers.create(shelf.catalogue(), body, login, idempotency_key, utc_now()))


@app.get(
    "/occasion-offers",
    operation_id="listOccasionOffers",
    summary="List the offers by occasion",
    tags=TAGS,
    responses=answers(200, OccasionOffersAnswer, "A page of offers", ForbiddenError, InvalidCursorError),
)
def offers_page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: OccasionStateQuery = None
) -> Response[OccasionOffersAnswer]:
    """List the offers."""
    _staff()
    found, last = offers.page(shelf.catalogue(), state, position(LIST, after), limit)
    following = cursor(LIST, last) if last else None
    filtered = {"state": state.value} if state else {}
    answer = OccasionOffersAnswer(items=tuple(map(occasion_answer, found)), next=following)
    return listed(answer, following, limit=limit, **filtered)


@app.get(
    "/occasion-offers/<offer_id>",
    operation_id="getOccasionOffer",
    summary="Read an offer by occasion",
    tags=TAGS,
    responses=answers(200, OccasionOfferAnswer, "The offer", ForbiddenError, NotFoundError),
)
def one_offer(offer_id: OccasionIdPath) -> OccasionOfferAnswer:
    """Read an offer."""
    _staff()
    offer = offers.read(shelf.catalogue(), offer_id)
    return occasion_answer(offer, publication.left(offer))


@app.patch(
    "/occasion-offers/<offer_id>",
    operation_id="changeOccasionOffer",
    summary="Change an offer by occasion before it is published",
    description="What was approved is a draft again. Once published it never changes: end it and draft the next.",
    tags=TAGS,
    responses=answers(200, OccasionOfferAnswer, "The draft", *_STEP),
)
def change(offer_id: OccasionIdPath, body: OccasionOfferPatch) -> OccasionOfferAnswer:
    """Change a draft."""
    login = _staff(Group.MARKETER)
    plan = offers.change(shelf.catalogue(), offer_id, OccasionOffer, body.changes(), login, utc_now())
    logger.info("occasion offer changed", offer_id=offer_id, fields=sorted(body.model_fields_set))
    return occasion_answer(plan.answer)


@app.post(
    "/occasion-offers/<offer_id>/approvals",
    operation_id="approveOccasionOffer",
    summary="Approve an offer another person wrote",
    description="Name the version you looked at, so that nothing is approved unseen. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, OccasionOfferAnswer, "Approved", *_STEP, OwnApprovalError, ChangedMeanwhileError),
)
def approve(offer_id: OccasionIdPath, body: OccasionApproval | None = None) -> Response[OccasionOfferAnswer]:
    """Approve an offer."""
    login = _staff(Group.APPROVER)
    version = body.version if body else None
    return _taken(offers.step(shelf.catalogue(), offer_id, Step.APPROVE, login, utc_now(), version))


@app.post(
    "/occasion-offers/<offer_id>/publications",
    operation_id="publishOccasionOffer",
    summary="Publish an approved offer",
    description="Events from now on bring it, and the next morning's sweep. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, OccasionOfferAnswer, "Published", *_STEP, UnknownInOccasionError, CouponTooScarceError),
)
def publish(offer_id: OccasionIdPath) -> Response[OccasionOfferAnswer]:
    """Publish an offer."""
    login = _staff(Group.MARKETER)
    return _taken(publication.publish(offer_id, login, utc_now()))


@app.post(
    "/occasion-offers/<offer_id>/pauses",
    operation_id="pauseOccasionOffer",
    summary="Pause a published offer",
    description="Nobody is given it meanwhile. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, OccasionOfferAnswer, "Paused", *_STEP),
)
def pause(offer_id: OccasionIdPath) -> Response[OccasionOfferAnswer]:
    """Pause an offer."""
    return _stepped(offer_id, Step.PAUSE)


@app.post(
    "/occasion-offers/<offer_id>/resumptions",
    operation_id="resumeOccasionOffer",
    summary="Go on with a paused offer",
    description="Birthdays that are near are made up for; joining and entering are not. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, OccasionOfferAnswer, "Published again", *_STEP),
)
def resume(offer_id: OccasionIdPath) -> Response[OccasionOfferAnswer]:
    """Go on with an offer."""
    return _stepped(offer_id, Step.RESUME)


@app.post(
    "/occasion-offers/<offer_id>/endings",
    operation_id="endOccasionOffer",
    summary="End an offer for ever",
    description="What was given stays. Repeating it is safe.",
    tags=TAGS,
    responses=answers(201, OccasionOfferAnswer, "Ended", *_STEP),
)
def end(offer_id: OccasionIdPath) -> Response[OccasionOfferAnswer]:
    """End an offer."""
    return _stepped(offer_id, Step.END)


def _staff(*groups: Group) -> str:
    return require_group(app.current_event.raw_event, *groups)


def _stepped(offer_id: str, step: Step) -> Response[OccasionOfferAnswer]:
    login = _staff(Group.MARKETER)
    return _taken(offers.step(shelf.catalogue(), offer_id, step, login, utc_now()))


def _taken(plan: Plan[Offer]) -> Response[OccasionOfferAnswer]:
    offer = plan.answer
    logger.info("occasion offer moved", offer_id=offer.offer_id, state=offer.state, replayed=plan.replayed)
    return created(occasion_answer(offer), f"/occasion-offers/{offer.offer_id}", replayed=plan.replayed)


handler = entry_point(app)
