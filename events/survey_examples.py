"""Rows of the surveys table that mean events, as the product writes them: one for everything that can happen."""

from datetime import UTC, datetime, timedelta

from events.examples import MEMBER
from loyalty.dynamo import Item, from_item, to_item
from loyalty.surveys import inviting
from loyalty.surveys.invitation import (
    EXPIRED,
    REMINDED,
    Asked,
    AskedBy,
    Invitation,
    InvitationState,
    invited,
)
from loyalty.surveys.occasion import Occasion, TriggerEvent
from loyalty.surveys.running import Running, Trigger
from loyalty.surveys.settings import Settings

TRACE = "1-69203b01-5d6c2f1e0a9b8c7d6e5f4a3b"
WORDS = "兑换台排队太久，等了四十分钟"
"""What the member wrote; must not be found in any event."""
SERIES, ZONE = "5f0c3e9a1b7d42e8a6c40b13", "Asia/Shanghai"
_NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
_LATE = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
_SURVEY = Running(
    SERIES, SERIES, 1, "兑换体验小调查", "About your redemption",
    trigger=Trigger((TriggerEvent.POINTS_REDEEMED,)), purse="courtesy", points=20,
)  # fmt: skip


def _invitation(at: datetime, way: AskedBy = AskedBy.AT_ONCE) -> Invitation:
    occasion = Occasion(
        TriggerEvent.POINTS_REDEEMED, MEMBER, "receipt/shoes-and-more/7-8", at, "till", tenant_id="shoes-and-more"
    )
    token = "q3nS0sVb8x2mTzR4kLwYc1eA"  # noqa: S105 - an example of what opens a survey
    return invited(token, _SURVEY, occasion, Settings(), Asked(way, "gold", at, ZONE, TRACE))


def _stored(invitation: Invitation) -> Item:
    return from_item(to_item(inviting.row_of(invitation)))


_OPEN = _invitation(_NOON)
_REMINDED = _OPEN.moved(_NOON + timedelta(days=3), reminded_at="2026-11-24T04:00:00.000Z", happened=(REMINDED,))
_EXPIRED = _REMINDED.moved(
    _NOON + timedelta(days=14), state=InvitationState.EXPIRED, happened=(EXPIRED,), token=""
)  # fmt: skip

ANSWER: Item = {
    "survey_id": f"answer/{_OPEN.invitation_id}",
    "kind": "answer",
    "answer_id": _OPEN.invitation_id,
    "member_id": MEMBER,
    "series_id": SERIES,
    "survey": SERIES,
    "survey_version": 1,
    "channel": "app",
    "mode": "app",
    "invited_on": "2026-11-21",
    "answered_on": "2026-11-21",
    "answered_at": "2026-11-21T04:05:00.000Z",
    "recorded_at": "2026-11-21T04:05:00.000Z",
    "tenant_id": "shoes-and-more",
    "tier": "gold",
    "scores": [
        {"question": "ease", "kind": "scale", "dimension": "ease", "score": 3},
        {"question": "recommend", "kind": "recommendation", "dimension": "recommendation", "score": 5},
    ],
    "choices": [{"question": "why", "choice": "threshold"}],
    "texts": [{"question": "more", "text": WORDS}],
    "sentiment": "negative",
    "confidence": 97,
    "aspects": ["queue"],
    "complaints": ["queue.too_long"],
    "because": ["排队太久"],
    "low": ["ease"],
    "language": "zh",
    "origin": "member",
    "correlation_id": TRACE,
    "version": 1,
    "happened": ["SurveyAnswered"],
}
_ANONYMOUS = {
    **{name: value for name, value in ANSWER.items() if name not in {"member_id", "tier", "invited_on"}},
    "survey_id": "answer/social_media.1",
    "answer_id": "social_media.1",
    "channel": "social_media",
    "mode": "weibo",
    "scores": [],
    "choices": [],
    "low": [],
    "origin": "staff",
}
_FINDING: Item = {
    "survey_id": "finding/queue.1",
    "kind": "finding",
    "finding_id": "queue.1",
    "subject_code": "queue.too_long",
    "tenant_id": "shoes-and-more",
    "department": "operations",
    "due_on": "2026-12-05",
    "source": "survey",
    "at": "2026-11-21T04:06:00.000Z",
    "recorded_at": "2026-11-21T04:06:00.000Z",
    "origin": "schedule",
    "correlation_id": TRACE,
    "version": 1,
    "happened": ["FindingOpened"],
}
_TOLD: Item = {
    "survey_id": "finding/queue.1",
    "kind": f"concern/{_OPEN.invitation_id}",
    "finding_id": "queue.1",
    "answer_id": _OPEN.invitation_id,
    "member_id": MEMBER,
    "subject_code": "queue.too_long",
    "text_zh": "兑换台周末增设两个窗口，并可在小程序取号。",
    "text_en": "Two more redemption desks at weekends, and numbers can be drawn in the app.",
    "resolved_on": "2026-12-01",
    "at": "2026-12-01T02:00:00.000Z",
    "recorded_at": "2026-12-01T02:00:00.000Z",
    "origin": "staff",
    "correlation_id": TRACE,
    "version": 2,
    "happened": ["ImprovementAnnounced"],
}

SURVEY_ROWS: dict[str, Item] = {
    "after_a_checkout": _stored(_OPEN),
    "late_in_the_evening": _stored(_invitation(_LATE, AskedBy.EVENT)),
    "once_more": _stored(_REMINDED),
    "in_vain": _stored(_EXPIRED),
    "answered_in_the_app": ANSWER,
    "found_elsewhere": _ANONYMOUS,
    "recurring_complaint": _FINDING,
    "queue_shorter": _TOLD,
}
"""New versions of rows, by what happened. Only an invitation or a reminder may tell what opens the survey."""
