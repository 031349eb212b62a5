"""Conditions of segments joined by all, any and not, of bounded size, as requests and rows hold them (G1). Pure."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, Tag, TypeAdapter

from functions.segments.leaves import (
    Leaf,
    SegmentActivity,
    SegmentAge,
    SegmentCoupons,
    SegmentFamily,
    SegmentInterest,
    SegmentJoined,
    SegmentMemberKind,
    SegmentPoints,
    SegmentPredicted,
    SegmentRecency,
    SegmentRfm,
    SegmentRfmGroup,
    SegmentSpend,
    SegmentStage,
    SegmentStatus,
    SegmentSurvey,
    SegmentTier,
    SegmentVisits,
)
from loyalty.parts import Part

MOST_LEAVES = 50
MOST_DEPTH = 5


class SegmentAll(Part):
    """Every one of these holds."""

    every: Annotated[tuple["AnyCondition", ...], Field(alias="all", min_length=1, max_length=MOST_LEAVES)]


class SegmentAny(Part):
    """At least one of these holds."""

    some: Annotated[tuple["AnyCondition", ...], Field(alias="any", min_length=1, max_length=MOST_LEAVES)]


class SegmentNot(Part):
    """This does not hold. What is not known does not hold: the age of who never said it is not at least 18."""

    negated: Annotated["AnyCondition", Field(alias="not")]


_GROUPS: dict[type[Part], str] = {SegmentAll: "all", SegmentAny: "any", SegmentNot: "not"}


def _kind_of(value: Any) -> str | None:
    """Tell what a condition is from its `about`, or from the word that joins others."""
    if isinstance(value, Mapping):
        return next((word for word in _GROUPS.values() if word in value), value.get("about"))
    return _GROUPS.get(type(value)) or getattr(value, "about", None)


type AnyCondition = Annotated[
    Annotated[SegmentAll, Tag("all")]
    | Annotated[SegmentAny, Tag("any")]
    | Annotated[SegmentNot, Tag("not")]
    | Annotated[SegmentSpend, Tag("spend")]
    | Annotated[SegmentVisits, Tag("visits")]
    | Annotated[SegmentRecency, Tag("recency")]
    | Annotated[SegmentPredicted, Tag("predicted")]
    | Annotated[SegmentRfm, Tag("rfm")]
    | Annotated[SegmentRfmGroup, Tag("rfm_group")]
    | Annotated[SegmentStage, Tag("stage")]
    | Annotated[SegmentTier, Tag("tier")]
    | Annotated[SegmentStatus, Tag("status")]
    | Annotated[SegmentMemberKind, Tag("member_kind")]
    | Annotated[SegmentPoints, Tag("points")]
    | Annotated[SegmentAge, Tag("age")]
    | Annotated[SegmentJoined, Tag("joined")]
    | Annotated[SegmentFamily, Tag("family")]
    | Annotated[SegmentInterest, Tag("interest")]
    | Annotated[SegmentSurvey, Tag("survey")]
    | Annotated[SegmentCoupons, Tag("coupons")]
    | Annotated[SegmentActivity, Tag("activity")],
    Discriminator(_kind_of),
]


def parts_of(condition: AnyCondition) -> tuple[AnyCondition, ...]:
    """Return the conditions that a joined one is made of; none of a leaf."""
    match condition:
        case SegmentAll():
            return condition.every
        case SegmentAny():
            return condition.some
        case SegmentNot():
            return (condition.negated,)
    return ()


def leaves_of(condition: AnyCondition) -> Iterator[Leaf]:
    """Yield the leaves of a condition, from left to right."""
    parts = parts_of(condition)
    for part in parts:
        yield from leaves_of(part)
    if not parts:
        yield condition  # type: ignore[misc]  # what has no parts is a leaf


def _depth(condition: AnyCondition) -> int:
    return 1 + max(map(_depth, parts_of(condition)), default=0)


def _within_bounds(condition: AnyCondition) -> AnyCondition:
    if _depth(condition) > MOST_DEPTH:
        raise ValueError(f"more than {MOST_DEPTH} conditions deep")
    if sum(1 for _ in leaves_of(condition)) > MOST_LEAVES:
        raise ValueError(f"more than {MOST_LEAVES} conditions")
    return condition


SegmentCondition = Annotated[AnyCondition, AfterValidator(_within_bounds)]
"""What a request or a stored definition holds: a condition of bounded size."""
_WHOLE: TypeAdapter[AnyCondition] = TypeAdapter(SegmentCondition, config=ConfigDict(hide_input_in_errors=True))


def condition_of(definition: Mapping[str, Any]) -> AnyCondition:
    """Return the condition that a stored or shipped definition holds."""
    return _WHOLE.validate_python(definition)


def definition_of(condition: AnyCondition) -> dict[str, Any]:
    """Return a condition as it is stored and compared: JSON-ready, without what was not asked for."""
    dumped: dict[str, Any] = _WHOLE.dump_python(condition, mode="json", by_alias=True, exclude_none=True)
    return dict(_without_empty(dumped))


def _without_empty(dumped: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in dumped.items():
        if isinstance(value, Mapping):
            yield name, dict(_without_empty(value))
        elif isinstance(value, list) and value:
            yield name, [dict(_without_empty(one)) if isinstance(one, Mapping) else one for one in value]
        elif not isinstance(value, list):
            yield name, value
