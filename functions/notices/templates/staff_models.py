"""What staff send about templates of notices and get back (requirement N1)."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, Field, model_validator

from functions.notices.templates.template import (
    Channel,
    EmailWords,
    Label,
    NoticeTemplate,
    Purpose,
    SmsWords,
)
from loyalty.catalogue import Offer, OfferState
from loyalty.http import Answer, Body
from loyalty.notices.occasions import Occasion

EXAMPLE_ID = "5f0c3e9a1b7d42e8a6c40b27"
NoticeTemplatePath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{24}$", description="The template's id.", examples=[EXAMPLE_ID])
]
NoticeStateQuery = Annotated[OfferState | None, Query(description="Only those in this state.")]
LanguageQuery = Annotated[Literal["zh", "en"], Query(description="In which language.")]
FromQuery = Annotated[date, Query(alias="from", description="The first mall-local day.", examples=["2026-11-01"])]
UntilQuery = Annotated[date, Query(description="The last mall-local day.", examples=["2026-11-30"])]
TemplateQuery = Annotated[
    str | None,
    Query(pattern=r"^[0-9a-f]{24}$", description="Only messages of this template.", examples=[EXAMPLE_ID]),
]

EXAMPLE_TEMPLATE: dict[str, Any] = {
    "name_zh": "积分到期提醒",
    "name_en": "Points about to expire",
    "occasion": "PointsExpiring",
    "purpose": "service",
    "channels": ["sms", "email"],
    "sms": {
        "zh": "您有{points}积分将于{until}到期，记得使用哦。",
        "en": "{points} of your points expire on {until}.",
    },
    "email": {
        "subject_zh": "您的积分即将到期",
        "text_zh": "您好！您在{mall}有{points}积分将于{until}到期。",
        "subject_en": "Your points are about to expire",
        "text_en": "Hello! {points} of your points at {mall} expire on {until}.",
    },
}
_FULL = NoticeTemplate.model_validate(EXAMPLE_TEMPLATE).model_dump(mode="json")
_TEMPLATE: dict[str, Any] = {
    "template_id": EXAMPLE_ID,
    "state": "published",
    "version": 3,
    "made_by": "staff-0001",
    "approved_by": "staff-0002",
    "history": [
        {"state": "draft", "by": "staff-0001", "at": "2026-11-02T01:30:00.000Z"},
        {"state": "approved", "by": "staff-0002", "at": "2026-11-02T02:10:00.000Z"},
        {"state": "published", "by": "staff-0001", "at": "2026-11-02T02:15:00.000Z"},
    ],
    "definition": _FULL,
}
_PREVIEW: dict[str, Any] = {
    "language": "zh",
    "sms": {"subject": "", "text": "【极光广场】您有1,260积分将于2026年12月31日到期，记得使用哦。", "parts": 1},
    "email": {
        "subject": "您的积分即将到期",
        "text": "您好！您在极光广场有1,260积分将于2026年12月31日到期。",
        "parts": None,
    },
}


class DraftNoticeTemplate(NoticeTemplate):
    """A template as it is drafted."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_TEMPLATE]})


class NoticeTemplatePatch(Body):
    """What changes in a draft; what is left out stays, what is given is replaced as a whole."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"good_for_hours": 24}]})

    name_zh: Label | None = None
    name_en: Label | None = None
    occasion: Occasion | None = None
    segment_id: str | None = None
    purpose: Purpose | None = None
    channels: tuple[Channel, ...] | None = None
    sms: SmsWords | None = None
    email: EmailWords | None = None
    a_minute: int | None = None
    good_for_hours: int | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self

    def changes(self) -> dict[str, Any]:
        """Return what was named, null included."""
        return self.model_dump(mode="json", exclude_unset=True)


class NoticeTemplateApproval(Body):
    """The version the approver looked at; without it, whatever stands there is approved."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"version": 1}]})

    version: Annotated[int, Field(strict=True, ge=1)] | None = None


class NoticeTestRequest(Body):
    """Where a test goes: a phone or an e-mail address of staff. It is used and forgotten."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"channel": "sms", "to": "13800138000", "language": "zh"}]}
    )

    channel: Channel
    to: Annotated[str, Field(min_length=3, max_length=254)]
    language: Literal["zh", "en"] = "zh"


class NoticeTestAnswer(Answer):
    """The provider took it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"channel": "sms", "language": "zh"}]})

    channel: Channel
    language: str


class NoticeTemplateStep(Answer):
    """One step of a template's life: the state it led to, whose login took it, when."""

    state: OfferState
    by: str
    at: str


class NoticeTemplateAnswer(Answer):
    """A template and where it stands; `version` goes up with every change of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TEMPLATE]})

    template_id: str
    state: OfferState
    version: int
    made_by: str
    approved_by: str | None = None
    history: tuple[NoticeTemplateStep, ...]
    definition: NoticeTemplate


class NoticeTemplatesAnswer(Answer):
    """A page of templates, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_TEMPLATE], "next": None}]})

    items: tuple[NoticeTemplateAnswer, ...]
    next: str | None = None


class PreviewedMessage(Answer):
    """What a member would read; `parts`: as how many text messages it is charged."""

    subject: str
    text: str
    parts: int | None = None


class NoticePreviewAnswer(Answer):
    """A template with sample values, by channel; channels it has no words for are null."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PREVIEW]})

    language: str
    sms: PreviewedMessage | None = None
    email: PreviewedMessage | None = None


def template_answer(offer: Offer) -> NoticeTemplateAnswer:
    """Return a template as staff see it."""
    return NoticeTemplateAnswer(
        template_id=offer.offer_id,
        state=offer.state,
        version=offer.version,
        made_by=offer.maker,
        approved_by=offer.approver,
        history=tuple(NoticeTemplateStep(state=OfferState(state), by=by, at=at) for state, by, at in offer.history),
        definition=NoticeTemplate.model_validate(offer.definition),
    )
