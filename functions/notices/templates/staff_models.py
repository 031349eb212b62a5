"""What staff send about templates of notices and get back (requirement N1)."""

from datetime import date
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from pydantic import ConfigDict, Field

from functions.notices.templates.template import Label, NoticeTemplate, Purpose
from functions.notices.templates.wechat_words import MiniProgramWords, OfficialAccountWords
from functions.notices.templates.words import Channel, EmailWords, PushWords, SmsWords
from loyalty.catalogue import Offer
from loyalty.http import Answer, Body
from loyalty.notices.occasions import Occasion
from loyalty.offer_models import EXAMPLE_LIFE, LifeAnswer, Patch, life_of

EXAMPLE_ID = "5f0c3e9a1b7d42e8a6c40b27"
NoticeTemplatePath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{24}$", description="The template's id.", examples=[EXAMPLE_ID])
]
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
    **EXAMPLE_LIFE,
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


class NoticeTemplatePatch(Patch):
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
    mini_program: MiniProgramWords | None = None
    official_account: OfficialAccountWords | None = None
    webhook: PushWords | None = None
    a_minute: int | None = None
    good_for_hours: int | None = None


class NoticeTestRequest(Body):
    """Where a test goes: a phone, an e-mail address, an openid or a member id of staff. It is used and forgotten."""

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


class NoticeTemplateAnswer(LifeAnswer):
    """A template and where it stands; `version` goes up with every change of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TEMPLATE]})

    template_id: str
    definition: NoticeTemplate


class NoticeTemplatesAnswer(Answer):
    """A page of templates, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_TEMPLATE], "next": None}]})

    items: tuple[NoticeTemplateAnswer, ...]
    next: str | None = None


class PreviewedMessage(Answer):
    """What a member would read.

    Attributes:
        parts: as how many text messages it is charged.
        fields: of what is registered with the provider: the values of its fields.
    """

    subject: str
    text: str
    parts: int | None = None
    fields: dict[str, str] | None = None


class NoticePreviewAnswer(Answer):
    """A template with sample values, by channel; channels it has no words for are null."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PREVIEW]})

    language: str
    sms: PreviewedMessage | None = None
    email: PreviewedMessage | None = None
    mini_program: PreviewedMessage | None = None
    official_account: PreviewedMessage | None = None
    webhook: PreviewedMessage | None = None


def template_answer(offer: Offer) -> NoticeTemplateAnswer:
    """Return a template as staff see it."""
    return NoticeTemplateAnswer(
        template_id=offer.offer_id,
        **life_of(offer),
        definition=NoticeTemplate.model_validate(offer.definition),
    )
