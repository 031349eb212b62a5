"""What members choose about messages, as they send it and read it (requirements N2, K6)."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from functions.notices.messages.member import Member
from functions.notices.templates.template import Purpose
from functions.notices.templates.words import Channel, RegisteredId
from loyalty.http import Answer, Body

MOST_AT_ONCE = 5
"""More than WeChat lets an app ask for in one question."""
_TEMPLATE = "Xk2f9aQm7Lr0bVt3Zp8Wc5Yd1Hn6Js4Gu"
_EXAMPLE: dict[str, Any] = {"language": "zh", "refused": [{"channel": "sms", "purpose": "marketing"}]}


class NoticeRefusal(Body):
    """A channel that must not be used to this end."""

    channel: Channel
    purpose: Purpose


class NoticeChoices(Body):
    """All choices at once: what is not refused is allowed, as far as consent goes."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    language: Literal["zh", "en"]
    refused: Annotated[tuple[NoticeRefusal, ...], Field(max_length=len(Channel) * len(Purpose))]

    def names(self) -> frozenset[str]:
        """Return the refusals as they are stored."""
        return frozenset(f"{one.channel}/{one.purpose}" for one in self.refused)


class NoticeGrants(Body):
    """The registered templates of the mini-program that the member just permitted one message of each."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"template_ids": [_TEMPLATE]}]})

    template_ids: Annotated[tuple[RegisteredId, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.template_ids)) < len(self.template_ids):
            raise ValueError("name each template once")
        return self


class NoticeGrant(Answer):
    """How many messages of a registered template the member permits yet."""

    template_id: str
    messages: int


class NoticeChoicesAnswer(Answer):
    """A member's choices. `unreachable`: channels on which the address they left does not work."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**_EXAMPLE, "unreachable": ["email"], "grants": [{"template_id": _TEMPLATE, "messages": 2}]}]
        }
    )

    language: str
    refused: tuple[NoticeRefusal, ...]
    unreachable: tuple[Channel, ...]
    grants: tuple[NoticeGrant, ...]


def choices_answer(member: Member) -> NoticeChoicesAnswer:
    """Return a member's choices as they are published."""
    parts = [one.partition("/") for one in sorted(member.opted_out)]
    return NoticeChoicesAnswer(
        language=member.language,
        refused=tuple(NoticeRefusal(channel=Channel(name), purpose=Purpose(to)) for name, _, to in parts),
        unreachable=tuple(Channel(name) for name in sorted(member.dead)),
        grants=tuple(NoticeGrant(template_id=one, messages=left) for one, left in sorted(member.grants.items())),
    )
