"""Whether a survey's conditions can be met by the events it listens to (requirements S1, S2). Pure.

A mistyped field would silently ask nobody, so each is looked up in the published models of the events: it must be
there, with a type that the comparison makes sense for, in at least one of them.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from functions.survey.definition import EventCondition, EventTrigger
from loyalty.events.catalogue import CATALOGUE

EVENTS = {event.__name__: event for event in CATALOGUE}


class FieldKind(StrEnum):
    """What stands at a path of an event, as JSON."""

    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    PART = "part"


_KINDS: tuple[tuple[type, FieldKind], ...] = (
    (bool, FieldKind.TRUTH),
    (int, FieldKind.NUMBER),
    (str, FieldKind.TEXT),
    (date, FieldKind.TEXT),
)


def wrong(trigger: EventTrigger) -> Iterator[Mapping[str, str]]:
    """Yield what is wrong with a trigger's conditions, as the errors of an invalid request."""
    for number, condition in enumerate(trigger.conditions):
        kinds = {kind_at(event, condition.field) for event in trigger.events} - {None}
        place = f"#/on_event/conditions/{number}"
        if not kinds:
            told = "no event of this trigger has such a field"
            yield {"pointer": f"{place}/field", "code": "unknown_field", "detail": told}
        elif not any(_fits(condition, kind) for kind in kinds if kind):
            told = f"{condition.op} with such a value does not fit this field"
            yield {"pointer": f"{place}/value", "code": "unfit_comparison", "detail": told}


def kind_at(event: str, path: str) -> FieldKind | None:
    """Return what stands at a dotted path into an event's data; None where there is no such field."""
    found: Any = EVENTS[event].model_fields["data"].annotation
    for step in path.split("."):
        if not _is_part(found) or step not in found.model_fields:
            return None
        found = _bare(found.model_fields[step].annotation)
    return next(
        (kind for type_, kind in _KINDS if isinstance(found, type) and issubclass(found, type_)), FieldKind.PART
    )


def _is_part(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel)


def _bare(annotation: Any) -> Any:
    """Return a field's type without what annotates it, and without the None of what may be absent."""
    while hasattr(annotation, "__metadata__"):
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {None, tuple, list}:
        return annotation
    return _bare(next(part for part in get_args(annotation) if part is not type(None)))


def _fits(condition: EventCondition, kind: FieldKind) -> bool:
    match condition.op:
        case "exists":
            return True
        case "gte" | "lte":
            return kind is FieldKind.NUMBER
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    return all(_kind_of(value) is kind for value in values)


def _kind_of(value: str | int | bool) -> FieldKind:
    return next(kind for type_, kind in _KINDS if isinstance(value, type_))
