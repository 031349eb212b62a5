"""What became of messages to members, version 1 each (requirements N2, N3).

They say that somebody was written to and through which channel; never what was written, nor to which number or
address. None of them moves the account, so `member_seq` is 0.
"""

from typing import Annotated, Literal

from pydantic import Field

from loyalty.events.envelope import Event, schema_url
from loyalty.events.parts import Part, Word


class NoticeData(Part):
    """What every event of a message tells."""

    notice_ref: Annotated[Word, Field(description="Which message.")]
    notice_seq: Annotated[int, Field(strict=True, ge=1, description="The message's version: 1, 2, 3 ...")]
    template_id: Annotated[Word, Field(description="The template it follows.")]
    template_seq: Annotated[int, Field(strict=True, ge=1, description="The template's version.")]
    occasion: Annotated[Word, Field(description="The type of the event that led to it.")]
    purpose: Annotated[Word, Field(description="Open vocabulary: service, marketing.")]
    channel: Annotated[
        Word | None,
        Field(
            description="Open vocabulary: sms, email, mini_program, official_account, webhook; absent: it took none."
        ),
    ] = None


class NoticeEndedData(NoticeData):
    """A message that was not sent, or did not arrive."""

    why: Annotated[
        Word,
        Field(
            description="Open vocabulary. Not sent: no_consent, opted_out, status, weekly_cap, too_late, "
            "template_ended, no_address, unreachable. Failed: refused, no_answer, provider_busy, bounced."
        ),
    ]


class NoticeSent(Event):
    """A provider took a message."""

    type: Literal["NoticeSent"] = "NoticeSent"
    dataschema: str = schema_url("NoticeSent", 1)
    data: NoticeData


class NoticeDelivered(Event):
    """A provider tells that a message arrived."""

    type: Literal["NoticeDelivered"] = "NoticeDelivered"
    dataschema: str = schema_url("NoticeDelivered", 1)
    data: NoticeData


class NoticeFailed(Event):
    """A message came back, no provider took it, or nobody knows (`no_answer`: it may be told later that it arrived)."""

    type: Literal["NoticeFailed"] = "NoticeFailed"
    dataschema: str = schema_url("NoticeFailed", 1)
    data: NoticeEndedData


class NoticeSkipped(Event):
    """A member was not written to: they may not be, or no way leads to them."""

    type: Literal["NoticeSkipped"] = "NoticeSkipped"
    dataschema: str = schema_url("NoticeSkipped", 1)
    data: NoticeEndedData


NOTICE_EVENTS: tuple[type[Event], ...] = (NoticeSent, NoticeDelivered, NoticeFailed, NoticeSkipped)
