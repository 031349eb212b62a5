"""What a member's app sends of looks and clicks, and what it is told (requirement M11)."""

from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from functions.insight.activity.actions import Action, ActionKind, LeftOut, is_a_ref
from loyalty.fields import Instant
from loyalty.http import Answer, Body

MOST_ACTIONS = 50
_ACTION: dict[str, Any] = {
    "what": "clicked",
    "kind": "coupon",
    "ref": "5f0c3e9a1b7d42e8a6c40b13",
    "at": "2026-11-02T18:19:30+08:00",
}


class BrowsedActionRequest(Body):
    """One look or click."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ACTION]})

    what: Literal["seen", "clicked"]
    kind: ActionKind
    ref: Annotated[
        str,
        Field(
            min_length=1,
            max_length=64,
            description="Of a coupon its template's id, never its code; of goods and pages the words the mall uses.",
        ),
    ]
    at: Instant

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if not is_a_ref(self.kind, self.ref):
            raise PydanticCustomError("ref", "ref must be an id of an offer, or a word or number of goods")
        return self

    def action(self) -> Action:
        """Return it as the rules know it."""
        return Action(self.what, self.kind, self.ref, self.at)


class ActivityRequest(Body):
    """Some looks and clicks."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"channel": "app", "actions": [_ACTION]}]})

    channel: Literal["app", "mini_program", "web", "device"] = "app"
    actions: Annotated[tuple[BrowsedActionRequest, ...], Field(min_length=1, max_length=MOST_ACTIONS)]


class ActivityAnswer(Answer):
    """How many different actions were kept, and why others were not."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kept": 1, "left_out": 0, "why": None}]})

    kept: int
    left_out: int
    why: Annotated[
        LeftOut | None,
        Field(description="no_consent: the member does not agree to profiling; out_of_time: older than 7 days."),
    ]
