"""What staff send about versions of the programme and get back (requirements K5)."""

from datetime import date
from typing import Annotated, Any, Self

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from functions.program.announcing import NUMBER, Asked, draft_of
from functions.program.draft import Announcement, changes
from functions.program.models import FieldDifference
from loyalty import programme_store
from loyalty.catalogue import Offer
from loyalty.http import Answer, Body
from loyalty.offer_models import EXAMPLE_LIFE, LifeAnswer, life_of

EXAMPLE_ID = "8b1d4c7e2f5a49c0b6d3e91a"
MOST_LEVELS = 8
"""How deep a programme's JSON goes at most: enough for an entitlement of a tier, and no deeper."""
VersionIdPath = Annotated[
    str, Path(pattern=r"^[0-9a-f]{24}$", description="The draft's id, which it keeps.", examples=[EXAMPLE_ID])
]

_CHANGE: dict[str, Any] = {
    "changes": {"redemption": {"fen": 120}},
    "effective_from": "2026-12-01",
    "announcement_zh": "自 2026 年 12 月 1 日起，100 积分可抵 1.2 元。",
    "announcement_en": "From 1 December 2026, 100 points are worth 1.2 yuan.",
}
_PROGRAMME = {"version": 2, "points_per_yuan": "1", "redemption": {"points": 100, "fen": 120, "min_points": 0}}
_VERSION: dict[str, Any] = {
    "version_id": EXAMPLE_ID,
    **EXAMPLE_LIFE,
    "number": 2,
    "based_on": 1,
    "effective_from": "2026-12-01",
    "announcement_zh": _CHANGE["announcement_zh"],
    "announcement_en": _CHANGE["announcement_en"],
    "differences": [{"field": "redemption.fen", "from": 100, "to": 120}],
    "programme": _PROGRAMME,
}


def _shallow(value: dict[str, Any]) -> dict[str, Any]:
    level: list[Any] = [value]
    for _ in range(MOST_LEVELS):
        inner = [part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list)]
        level = [one for parts in inner for one in parts]
    if any(isinstance(part, dict | list) for part in level):
        raise ValueError("a programme is not nested so deeply")
    return value


ProgrammeJson = Annotated[
    dict[str, Any],
    AfterValidator(_shallow),
    Field(description="All of a programme, as `[program]` of a mall's file has it; decimals are text."),
]
PatchJson = Annotated[
    dict[str, Any],
    AfterValidator(_shallow),
    Field(description="A JSON merge patch (RFC 7396): lists are replaced as a whole, null says what the default is."),
]


class VersionRequest(Body):
    """A version to draft: all of it, or what changes over the latest one; when it takes effect; what members read."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CHANGE]})

    programme: ProgrammeJson | None = None
    changes: PatchJson | None = None
    effective_from: date
    announcement_zh: Announcement
    announcement_en: Announcement

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.programme is None) == (self.changes is None):
            raise ValueError("send either programme or changes")
        return self

    def asked(self) -> Asked:
        """Return what is asked for."""
        return _asked(self)


class VersionPatch(Body):
    """What changes in a draft; `changes` is a merge patch over the draft's own programme."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"effective_from": "2026-12-15"}]})

    programme: ProgrammeJson | None = None
    changes: PatchJson | None = None
    effective_from: date | None = None
    announcement_zh: Announcement | None = None
    announcement_en: Announcement | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.model_dump(exclude_none=True):
            raise ValueError("name at least one field to change")
        if self.programme is not None and self.changes is not None:
            raise ValueError("send either programme or changes")
        return self

    def asked(self) -> Asked:
        """Return what is asked for."""
        return _asked(self)


class VersionAnswer(LifeAnswer):
    """A version of the programme: `version` counts the draft's changes, `number` is what entries name it by."""

    model_config = ConfigDict(json_schema_extra={"examples": [_VERSION]})

    version_id: str
    number: Annotated[int | None, Field(description="Null until it is announced.")] = None
    based_on: Annotated[int, Field(description="The number of the version before.")]
    effective_from: date
    announcement_zh: str
    announcement_en: str
    differences: Annotated[tuple[FieldDifference, ...], Field(description="To the version before.")]
    programme: dict[str, Any]


class VersionsAnswer(Answer):
    """A page of versions, in order of their ids."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_VERSION], "next": None}]})

    items: tuple[VersionAnswer, ...]
    next: str | None = None


def version_answer(offer: Offer) -> VersionAnswer:
    """Return a version as staff see it, with what differs from the version before."""
    draft = draft_of(offer)
    before = programme_store.by_version(draft.based_on)
    return VersionAnswer(
        version_id=offer.offer_id,
        **life_of(offer),
        number=(offer.facts or {}).get(NUMBER),
        based_on=draft.based_on,
        effective_from=draft.effective_from,
        announcement_zh=draft.announcement_zh,
        announcement_en=draft.announcement_en,
        differences=tuple(FieldDifference(**one._asdict()) for one in changes(before, draft.programme)),
        programme=draft.programme.published(),
    )


def _asked(body: VersionRequest | VersionPatch) -> Asked:
    told = body.model_dump(mode="json", exclude_none=True, exclude={"programme", "changes"})
    return Asked(body.programme, body.changes, told)
