"""What a member agreed to, when, and in which version; every agreement can be withdrawn alone (requirements K1).

One row per member holds what is in force and the newest changes. The terms are not withdrawn but superseded: to
leave them is to erase the membership.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.members.applicants import Purpose
from loyalty.clock import iso

FAMILY = "family"
"""Where the consents to relatives' data are recorded, apart from the member's own so that neither crowds out the other.
"""
KEPT_CHANGES = 50
"""How many changes the row remembers, so that toggling never makes it grow without bound."""
TERMS = "terms"

Consent = Mapping[str, Any]
"""`{terms: {version, at}, marketing: {granted, at}, ..., history: [...]}`; a purpose never decided is absent."""


def agreed(consent: Consent, purpose: Purpose) -> bool:
    """Tell whether the member agrees to a purpose now; silence is no consent."""
    return bool(consent.get(purpose, {}).get("granted", False))


def accepted_terms(consent: Consent) -> str | None:
    """Return the version of the terms the member accepted last."""
    version: str | None = consent.get(TERMS, {}).get("version")
    return version


def with_terms(consent: Consent, version: str | None, now: datetime) -> dict[str, Any]:
    """Record that a version of the terms was accepted; nothing changes where it already was, or None was."""
    if version is None or version == accepted_terms(consent):
        return dict(consent)
    return _recorded(consent, TERMS, {"version": version, "at": iso(now)})


def with_choices(consent: Consent, choices: Mapping[Purpose, bool], now: datetime) -> dict[str, Any]:
    """Record choices; one that repeats what is in force keeps its earlier date."""
    changed = dict(consent)
    for purpose, granted in choices.items():
        if purpose not in changed or agreed(changed, purpose) != granted:
            changed = _recorded(changed, purpose, {"granted": granted, "at": iso(now)})
    return changed


def with_relative(consent: Consent, relative_id: str, decision: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Record that a relative's consent was given or withdrawn, without anything that says who the relative is.

    Args:
        decision: `granted`, and of a grant `by` whom and under which `version` of the text.
    """
    family = [*consent.get(FAMILY, []), {"relative_id": relative_id, **decision, "at": iso(now)}]
    return {**consent, FAMILY: family[-KEPT_CHANGES:]}


def _recorded(consent: Consent, name: str, decision: Mapping[str, Any]) -> dict[str, Any]:
    history = [*consent.get("history", []), {"purpose": str(name), **decision}]
    return {**consent, str(name): dict(decision), "history": history[-KEPT_CHANGES:]}
