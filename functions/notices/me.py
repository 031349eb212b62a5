"""HTTPS routes of members: in which language they are written to, and what they refuse (requirements N2, K6)."""

from aws_lambda_powertools.event_handler import Response

from functions.notices.messages import choices, granting
from functions.notices.messages.me_models import NoticeChoices, NoticeChoicesAnswer, NoticeGrants, choices_answer
from loyalty import auth, identity
from loyalty.clock import utc_now
from loyalty.errors import BusyError, IdempotencyKeyRequiredError, IdempotencyKeyReusedError, NotEnrolledError
from loyalty.http import IdempotencyKey, answers, api, created, entry_point
from loyalty.types import MemberId

TAGS = ["notices"]

app = api()


@app.get(
    "/me/notices",
    operation_id="getOwnNoticeChoices",
    summary="Read how I am written to",
    tags=TAGS,
    responses=answers(200, NoticeChoicesAnswer, "My choices", NotEnrolledError),
)
def read() -> NoticeChoicesAnswer:
    """Show the signed-in member's choices."""
    return choices_answer(choices.chosen(_own()))


@app.put(
    "/me/notices",
    operation_id="setOwnNoticeChoices",
    summary="Choose how I am written to",
    description="All choices at once; they count from this moment, also for what was planned before. Consent to "
    "marketing is given and withdrawn in the profile: without it no channel is used for it.",
    tags=TAGS,
    responses=answers(200, NoticeChoicesAnswer, "My choices", NotEnrolledError, BusyError),
)
def choose(body: NoticeChoices) -> NoticeChoicesAnswer:
    """Let the signed-in member choose."""
    return choices_answer(choices.choose(_own(), body.language, body.names()).answer)


@app.post(
    "/me/notices/grants",
    operation_id="grantNotices",
    summary="Permit one more message of each of these templates of the mini-program",
    description="What the app heard from WeChat's question. A repeated key counts nothing again.",
    tags=TAGS,
    responses=answers(
        201, NoticeChoicesAnswer, "My choices", NotEnrolledError, IdempotencyKeyRequiredError,
        IdempotencyKeyReusedError, BusyError,
    ),
)  # fmt: skip
def grant(body: NoticeGrants, idempotency_key: IdempotencyKey) -> Response[NoticeChoicesAnswer]:
    """Count what the signed-in member permits."""
    plan = granting.grant(_own(), body.template_ids, idempotency_key, utc_now())
    return created(choices_answer(plan.answer), "/me/notices", replayed=plan.replayed)


def _own() -> MemberId:
    member_id = identity.member_of_login(auth.login(app.current_event.raw_event))
    if member_id is None:
        raise NotEnrolledError
    return member_id


handler = entry_point(app)
