"""The member's route: redeem points in the app."""

from aws_lambda_powertools.event_handler import Response

from functions.redeem import desk
from functions.redeem.errors import NotEnrolledError
from functions.redeem.models import OwnRedemptionRequest, RedemptionAnswer, redemption_fields
from loyalty import auth, errors, identity
from loyalty.clock import utc_now
from loyalty.entries import source
from loyalty.http import IdempotencyKey, answers, api, created, entry_point, trace_id
from loyalty.pepper import digest
from loyalty.types import Origin

app = api()


@app.post(
    "/me/redemptions",
    operation_id="redeemOwnPoints",
    summary="Redeem my points",
    tags=["me"],
    responses=answers(
        201,
        RedemptionAnswer,
        "The redemption as recorded",
        errors.IdempotencyKeyRequiredError,
        errors.IdempotencyKeyReusedError,
        errors.InsufficientPointsError,
        errors.MembershipStatusError,
        errors.PointsNotConvertibleError,
        NotEnrolledError,
        errors.BusyError,
    ),
)
def redeem_own_points(body: OwnRedemptionRequest, key: IdempotencyKey) -> Response[RedemptionAnswer]:
    """Redeem points of the signed-in member."""
    event, now = app.current_event.raw_event, utc_now()
    member_id = identity.member_of_login(auth.login(event))
    if member_id is None:
        raise NotEnrolledError
    wish = desk.Redemption(
        source=source("redeem", member_id, digest("idempotency-key", key)),
        member_id=member_id,
        points=body.points,
        facts={"kind": body.kind},
        actor="member",
        origin=Origin.MEMBER,
        correlation_id=trace_id(event),
    )
    outcome = desk.redeem(wish, now)
    answer = RedemptionAnswer(**redemption_fields(outcome.entry))
    return created(answer, "/me/points/entries", replayed=outcome.replayed)


handler = entry_point(app)
