"""The member's routes: give points to another member, and see how many one may give."""

from aws_lambda_powertools.event_handler import Response

from functions.transfer import giving
from functions.transfer.errors import (
    CannotReceiveError,
    OwnPhoneError,
    PointsHeldBackError,
    PointsOwedError,
    TransferLimitError,
    TransfersOffError,
    TransferTooSmallError,
)
from functions.transfer.models import (
    TransferAnswer,
    TransferLimitsAnswer,
    TransferRequest,
    limits_answer,
    transfer_answer,
)
from loyalty import auth, errors, identity
from loyalty.clock import utc_now
from loyalty.entries import source
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, logger, trace_id
from loyalty.pepper import digest
from loyalty.phones import InvalidPhoneError, normalized
from loyalty.types import MemberId

app = api()


@app.post(
    "/me/transfers",
    operation_id="transferOwnPoints",
    summary="Give points to another member",
    description="Points keep their expiry; the fee, in points, is taken beside. It cannot be undone. The statement "
    "(`GET /me/points/entries`) shows it on both sides.",
    tags=["me"],
    responses=answers(
        201,
        TransferAnswer,
        "The transfer as recorded",
        errors.IdempotencyKeyRequiredError,
        errors.IdempotencyKeyReusedError,
        InvalidPhoneError,
        errors.NotEnrolledError,
        errors.MembershipStatusError,
        errors.InsufficientPointsError,
        TransfersOffError,
        TransferTooSmallError,
        TransferLimitError,
        PointsOwedError,
        PointsHeldBackError,
        OwnPhoneError,
        CannotReceiveError,
        errors.TooManyError,
        errors.BusyError,
    ),
)
def transfer_own_points(body: TransferRequest, key: IdempotencyKey) -> Response[TransferAnswer]:
    """Give points of the signed-in member."""
    giver, phone = _member(), normalized(body.to_phone)
    own = source("transfer", giver, digest("idempotency-key", key))
    wish = giving.Wish(own, giver, phone, body.points, trace_id(app.current_event.raw_event))
    outcome = giving.transfer(wish, utc_now())
    logger.info("transferred", points=body.points, replayed=outcome.replayed)
    return created(transfer_answer(outcome.entry, phone), "/me/points/entries", replayed=outcome.replayed)


@app.get(
    "/me/transfers/limits",
    operation_id="getOwnTransferLimits",
    summary="How many points I may give now, and what it costs",
    tags=["me"],
    responses=answers(200, TransferLimitsAnswer, "The limits as they stand", errors.NotEnrolledError),
)
def own_limits() -> TransferLimitsAnswer:
    """Show what the signed-in member may give; nothing is written."""
    return limits_answer(*giving.limits(_member(), utc_now()))


def _member() -> MemberId:
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise errors.NotEnrolledError
    return member_id


handler = entry_point(app)
