"""HTTPS routes of offers by occasion: drafted, approved by another person, published, paused, ended."""

from aws_lambda_powertools.event_handler import Response

from functions.lifecycle import publication, shelf
from functions.lifecycle.definition import OccasionOffer
from functions.lifecycle.publication import CouponTooScarceError, UnknownInOccasionError
from functions.lifecycle.staff_models import (
    DraftOccasionOffer,
    OccasionIdPath,
    OccasionOfferAnswer,
    OccasionOfferPatch,
    OccasionOffersAnswer,
    occasion_answer,
)
from loyalty import offers
from loyalty.auth import Group
from loyalty.catalogue import Step
from loyalty.clock import utc_now
from loyalty.http import IdempotencyKey, api, entry_point
from loyalty.offer_models import OfferApproval, StateQuery
from loyalty.offer_routes import OfferRoutes
from loyalty.paging import DEFAULT_LIMIT, CursorParameter, LimitParameter

app = api()
routes = OfferRoutes(app, "an occasion offer", OccasionOfferAnswer, occasion_answer, shelf.catalogue)


@routes.draft("What members get on joining, on birthdays and anniversaries, or on entering a segment.")
def draft(body: DraftOccasionOffer, idempotency_key: IdempotencyKey) -> Response[OccasionOfferAnswer]:
    """Draft an offer."""
    login = routes.staff(Group.MARKETER)
    return routes.created(offers.create(shelf.catalogue(), body, login, idempotency_key, utc_now()))


@routes.page(OccasionOffersAnswer)
def page(
    limit: LimitParameter = DEFAULT_LIMIT, after: CursorParameter = None, state: StateQuery = None
) -> Response[OccasionOffersAnswer]:
    """List the offers."""
    return routes.listed(OccasionOffersAnswer, limit, after, state)


@routes.one()
def one_offer(offer_id: OccasionIdPath) -> OccasionOfferAnswer:
    """Read an offer."""
    offer = routes.found(offer_id)
    return occasion_answer(offer, publication.left(offer))


@routes.change()
def change(offer_id: OccasionIdPath, body: OccasionOfferPatch) -> OccasionOfferAnswer:
    """Change a draft."""
    login = routes.staff(Group.MARKETER)
    plan = offers.change(shelf.catalogue(), offer_id, OccasionOffer, body.changes(), login, utc_now())
    return routes.changed(plan, body.model_fields_set)


@routes.approve()
def approve(offer_id: OccasionIdPath, body: OfferApproval | None = None) -> Response[OccasionOfferAnswer]:
    """Approve an offer."""
    return routes.approved(offer_id, body.version if body else None)


@routes.publish(
    "Events from now on bring it, and the next morning's sweep. Repeating it is safe.",
    UnknownInOccasionError,
    CouponTooScarceError,
)
def publish(offer_id: OccasionIdPath) -> Response[OccasionOfferAnswer]:
    """Publish an offer."""
    return routes.created(publication.publish(offer_id, routes.staff(Group.MARKETER), utc_now()))


@routes.pause("Nobody is given it meanwhile. Repeating it is safe.")
def pause(offer_id: OccasionIdPath) -> Response[OccasionOfferAnswer]:
    """Pause an offer."""
    return routes.stepped(offer_id, Step.PAUSE)


@routes.resume("Birthdays that are near are made up for; joining and entering are not. Repeating it is safe.")
def resume(offer_id: OccasionIdPath) -> Response[OccasionOfferAnswer]:
    """Go on with an offer."""
    return routes.stepped(offer_id, Step.RESUME)


@routes.end("What was given stays. Repeating it is safe.")
def end(offer_id: OccasionIdPath) -> Response[OccasionOfferAnswer]:
    """End an offer."""
    return routes.stepped(offer_id, Step.END)


handler = entry_point(app)
