"""The member's route: what the app saw them look at and click on (requirement M11)."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.insight.activity import keeping
from functions.insight.activity.activity_models import ActivityAnswer, ActivityRequest
from loyalty import auth, identity
from loyalty.clock import utc_now
from loyalty.errors import BusyError, NotEnrolledError, TooManyError
from loyalty.http import accepted, answers, api, entry_point, trace_id

app = api()


@app.post(
    "/me/activity",
    operation_id="sendOwnActivity",
    summary="Tell what I looked at and clicked on",
    description=(
        "Kept for 30 days, and only while I agree to profiling: without that the answer is the same 202, with `kept` 0 "
        "and `why` `no_consent`. Actions older than 7 days, or of the future, are left out. The same actions sent "
        "again are kept once, so no key is needed."
    ),
    tags=["insight"],
    responses=answers(202, ActivityAnswer, "How many were kept", NotEnrolledError, TooManyError, BusyError),
)
def send(body: ActivityRequest) -> Response[Any]:
    """Take the looks and clicks of the signed-in member."""
    event, now = app.current_event.raw_event, utc_now()
    member_id = identity.member_of_login(auth.login(event))
    if member_id is None:
        raise NotEnrolledError
    actions = [action.action() for action in body.actions]
    plan = keeping.keep(member_id, body.channel, actions, trace_id(event), now)
    answer = ActivityAnswer(kept=plan.answer.kept, left_out=plan.answer.left_out, why=plan.answer.why)
    return accepted(answer, "/me", replayed=plan.replayed)


handler = entry_point(app)
