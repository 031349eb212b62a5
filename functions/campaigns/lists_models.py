"""What staff send about lists of members and get back."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import ConfigDict, Field

from functions.campaigns.lists import Added, MemberList
from loyalty.fields import MemberIdField
from loyalty.http import Answer, Body

MOST_ADDED = 1000
LIST_ID = r"^[0-9a-f]{24}$"
EXAMPLE_LIST_ID = "8c1e2a9b3d4f5a6071829304"
ListIdPath = Annotated[str, Path(pattern=LIST_ID, description="The list's id.", examples=[EXAMPLE_LIST_ID])]
ListedMemberPath = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_-]{8,40}$", description="The member's id.", examples=["m_5cDq8ZkP2w"])
]

_LIST: dict[str, Any] = {
    "list_id": EXAMPLE_LIST_ID,
    "name": "周年庆贵宾",
    "size": 1200,
    "made_by": "staff-0001",
    "made_at": "2026-11-02T01:30:00.000Z",
}


class MemberListRequest(Body):
    """A list to be made; members are put on it afterwards. Its name is for staff, members never see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "周年庆贵宾"}]})

    name: Annotated[str, Field(min_length=1, max_length=64)]


class MemberListAnswer(Answer):
    """A list of members; `size` is how many are on it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_LIST]})

    list_id: str
    name: str
    size: int
    made_by: str
    made_at: str


class MemberListsAnswer(Answer):
    """A page of lists, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_LIST], "next": None}]})

    items: tuple[MemberListAnswer, ...]
    next: str | None = None


class ListMembersRequest(Body):
    """Members to be put on a list, by their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"members": ["m_5cDq8ZkP2w", "m_0aBcDeFgHi"]}]})

    members: Annotated[tuple[MemberIdField, ...], Field(min_length=1, max_length=MOST_ADDED)]


class ListMembersAnswer(Answer):
    """What became of the ids sent: new on the list, on it before, or nobody's (an erased membership is nobody's)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"added": 1, "known": 0, "unknown": ["m_0aBcDeFgHi"], "list": _LIST}]}
    )

    added: int
    known: int
    unknown: tuple[str, ...]
    list: MemberListAnswer


def list_answer(found: MemberList) -> MemberListAnswer:
    """Return a list as staff see it."""
    return MemberListAnswer(
        list_id=found.list_id, name=found.name, size=found.size, made_by=found.made_by, made_at=found.made_at
    )


def members_answer(done: Added) -> ListMembersAnswer:
    """Return what adding members did."""
    return ListMembersAnswer(added=done.added, known=done.known, unknown=done.unknown, list=list_answer(done.list))
