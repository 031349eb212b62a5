"""What segments and predictions may know of a member: a row of its own, from which an event is made. Pure.

Whether the member agrees to profiling, and only while they do: the year of birth, what they ticked, and which
relatives who count they have (`loyalty.family`). The row holds nothing that says who somebody is; what was typed
rather than ticked (digits, addresses, sentences) is left out. A member who never said anything has no row. It goes
with the member (requirements K1, M6).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from functions.members.applicants import Purpose
from functions.members.consent import Consent, agreed
from loyalty.clock import iso
from loyalty.types import Origin

FACTS = "facts"
"""The kind of the row."""
GRANTED, REFUSED, UNSAID = "granted", "refused", "unsaid"
_TICKED = {"interests": "interests", "categories": "preferred_categories", "brands": "preferred_brands"}
_TRAIL = ("member_id", "kind", "seq", "at", "recorded_at", "origin", "correlation_id")
MOST_WORDS = 20
LONGEST_WORD = 24


def first_facts(
    profile: Mapping[str, Any], consent: Consent, now: datetime, origin: Origin, correlation_id: str
) -> dict[str, Any] | None:
    """Return the row of a new member; None where they said nothing about profiling."""
    known = _known(profile, consent)
    if known["profiling"] == UNSAID:
        return None
    at = iso(now)
    trail = {"seq": 1, "at": at, "recorded_at": at, "origin": origin, "correlation_id": correlation_id}
    return {"member_id": profile["member_id"], "kind": FACTS, **trail, **known}


def changed_facts(
    before: Mapping[str, Any],
    profile: Mapping[str, Any],
    consent: Consent,
    now: datetime,
    family: Sequence[str] = (),
) -> dict[str, Any] | None:
    """Return the row after a change by the member; None where it stays what it is.

    Args:
        before: the row as it is; empty where there is none.
        family: words for the relatives who count.
    """
    known = _known(profile, consent, family)
    standing = {name: value for name, value in before.items() if name not in _TRAIL} or {"profiling": UNSAID}
    if known == standing:
        return None
    at = iso(now)
    trail = {"seq": before.get("seq", 0) + 1, "at": at, "recorded_at": at, "origin": Origin.MEMBER}
    return {"member_id": profile["member_id"], "kind": FACTS, **trail, **known}


def _known(profile: Mapping[str, Any], consent: Consent, family: Sequence[str] = ()) -> dict[str, Any]:
    if Purpose.PROFILING not in consent:
        return {"profiling": UNSAID}
    if not agreed(consent, Purpose.PROFILING):
        return {"profiling": REFUSED}
    born = profile.get("birthday")
    ticked = {name: _words(profile.get(attribute) or ()) for name, attribute in _TICKED.items()}
    return {
        "profiling": GRANTED,
        **({"birth_year": int(born[:4])} if born else {}),
        **{name: words for name, words in ticked.items() if words},
        **({"family": list(family)} if family else {}),
    }


def _words(typed: Iterable[str]) -> list[str]:
    """Return what looks like a word of a catalogue: short, and without digits, bars, or signs of an address."""
    return [word for word in typed if len(word) <= LONGEST_WORD and not _LOOKS_TYPED & set(word)][:MOST_WORDS]


_LOOKS_TYPED = frozenset("0123456789０１２３４５６７８９|@:/\\")
