"""What differs between two versions of the programme, field by field, so that people can read a change. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

CODE = "code"

type Coded = Mapping[str, Any]
"""An object that has a code."""


class Difference(NamedTuple):
    """One field that changes: its place, such as `tiers.ladder.gold.multiplier`, and its value before and after."""

    field: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return every difference between two programmes as JSON data, in order of the fields.

    Things that have a code (tiers, entitlements, unlocks) are compared by it, wherever they stand in their list; one
    that is new or gone is told as a whole, and so is every other list.
    """
    return tuple(_of_objects("", before, after))


def _of(field: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_objects(f"{field}.", before, after)
    elif _have_codes(before) and _have_codes(after):
        yield from _of_lists(field, before, after)
    else:
        yield Difference(field, before, after)


def _of_objects(prefix: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for name in dict.fromkeys([*before, *after]):
        yield from _of(f"{prefix}{name}", before.get(name), after.get(name))


def _of_lists(field: str, before: Sequence[Coded], after: Sequence[Coded]) -> Iterator[Difference]:
    old, new = ({part[CODE]: part for part in parts} for parts in (before, after))
    order = [[code for code in codes if code in old and code in new] for codes in (old, new)]
    if order[0] != order[1]:
        yield Difference(field, order[0], order[1])
    yield from _of_objects(f"{field}.", old, new)


def _have_codes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, Mapping) and CODE in part for part in value)
