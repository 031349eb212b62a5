"""What is sent to use an entitlement, and what comes back."""

from datetime import date
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from loyalty.entries import Entry
from loyalty.fields import MemberIdField, SessionField
from loyalty.http import Answer, Body

_USE_ID = "dXNlL20vazp1c2U"
_USE: dict[str, Any] = {
    "use_id": _USE_ID,
    "entitlement": "free_parking",
    "quota": 6,
    "used": 3,
    "remaining": 3,
    "resets_on": "2026-12-01",
    "at": "2026-11-21T10:20:00.000Z",
}

EntitlementCode = Annotated[
    str,
    Path(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="The code of the entitlement.", examples=["free_parking"]),
]
UseId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,512}$", description="The use's id.", examples=[_USE_ID])]
OfMember = Annotated[MemberIdField, Path(description="The member's random id.")]


class UseRequest(Body):
    """Whose entitlement is used: the member who stands at the till."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"member_session": "bV81Y0RxOFprUDJ3.c2lnbmVk"}]})

    member_session: SessionField


class UseAnswer(Answer):
    """A use as recorded."""

    model_config = ConfigDict(json_schema_extra={"examples": [_USE]})

    use_id: str
    entitlement: str
    quota: int
    used: Annotated[int, Field(description="How often in this period, this use included.")]
    remaining: int
    resets_on: date
    at: str


class UndoneUseAnswer(Answer):
    """A use that was undone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"use_id": _USE_ID, "entitlement": "free_parking", "used": 2, "at": "2026-11-21T10:25:00.000Z"}
            ]
        }
    )

    use_id: str
    entitlement: str
    used: Annotated[int, Field(description="How often in this period, without the use that was undone.")]
    at: str


def use_answer(entry: Entry) -> UseAnswer:
    """Return a recorded use as its caller sees it, whenever it is asked for."""
    answer = entry.answer
    return UseAnswer(
        use_id=entry.entry_id,
        entitlement=entry.facts["entitlement"],
        quota=answer["quota"],
        used=answer["used"],
        remaining=answer["quota"] - answer["used"],
        resets_on=date.fromisoformat(answer["resets_on"]),
        at=entry.cause.at,
    )


def undone_use_answer(entry: Entry) -> UndoneUseAnswer:
    """Return what undoing a use left."""
    facts = entry.facts
    return UndoneUseAnswer(
        use_id=facts["undone"], entitlement=facts["entitlement"], used=entry.answer["used"], at=entry.cause.at
    )
