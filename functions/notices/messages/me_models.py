"""What members choose about messages, as they send it and read it (requirements N2, K6)."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from functions.notices.messages.member import Member
from functions.notices.templates.template import Channel, Purpose
from loyalty.http import Answer, Body

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


class NoticeChoicesAnswer(Answer):
    """A member's choices. `unreachable`: channels on which the address they left does not work."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_EXAMPLE, "unreachable": ["email"]}]})

    language: str
    refused: tuple[NoticeRefusal, ...]
    unreachable: tuple[Channel, ...]


def choices_answer(member: Member) -> NoticeChoicesAnswer:
    """Return a member's choices as they are published."""
    parts = [one.partition("/") for one in sorted(member.opted_out)]
    return NoticeChoicesAnswer(
        language=member.language,
        refused=tuple(NoticeRefusal(channel=Channel(name), purpose=Purpose(to)) for name, _, to in parts),
        unreachable=tuple(Channel(name) for name in sorted(member.dead)),
    )
