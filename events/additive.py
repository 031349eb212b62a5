"""Whether a schema keeps what its earlier edition promised (the additive rule of `loyalty.events.catalogue`).

A consumer that was written against the earlier edition must be able to read every event of the new one. So fields
may be added; a promised field stays, stays required, keeps its type, and takes no value it could not take before.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_WORDS_ONLY = frozenset({"title", "description", "examples", "default"})
_MEMBERS = frozenset({"properties", "$defs"})


def broken_promises(before: Mapping[str, Any], after: Mapping[str, Any], place: str = "#") -> list[str]:
    """Return what the later schema no longer promises, each as a JSON pointer and a sentence; empty if additive."""
    return list(_broken(before, after, place))


def _broken(before: Mapping[str, Any], after: Mapping[str, Any], place: str) -> Iterator[str]:
    for keyword, promised in before.items():
        if keyword in _WORDS_ONLY:
            continue
        if keyword not in after:
            yield f"{place}: `{keyword}` is gone"
        elif keyword in _MEMBERS:
            yield from _broken_members(promised, after[keyword], f"{place}/{keyword}")
        elif keyword == "required":
            yield from (f"{place}: `{name}` may be missing" for name in promised if name not in after[keyword])
        elif keyword in {"enum", "anyOf"}:
            yield from (f"{place}: may be {new}" for new in after[keyword] if new not in promised)
        elif isinstance(promised, Mapping):
            yield from _broken(promised, after[keyword], f"{place}/{keyword}")
        elif promised != after[keyword]:
            yield f"{place}: `{keyword}` was {promised}, is {after[keyword]}"


def _broken_members(before: Mapping[str, Any], after: Mapping[str, Any], place: str) -> Iterator[str]:
    for name, promised in before.items():
        if name in after:
            yield from _broken(promised, after[name], f"{place}/{name}")
        else:
            yield f"{place}: `{name}` is gone"
