"""A version of the programme before it is announced: drafted on top of another one, checked, never too soon. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from pydantic import Field

from functions.program.difference import Difference, differences
from functions.program.errors import NoSuccessorError, NoticeTooShortError, SuccessorTooLowError
from loyalty.ladder import Tier
from loyalty.parts import Part
from loyalty.programme import Programme, ReplacedTier

Announcement = Annotated[str, Field(min_length=1, max_length=2000)]
VERSION = "version"


class Draft(Part):
    """A version as it is drafted.

    Attributes:
        programme: all of it, so that whoever approves it sees what will be in force.
        based_on: the version it was drafted on top of; announced only while that one is the latest.
        effective_from: the mall-local day it takes effect.
        announcement_zh, announcement_en: what the members are told.
    """

    programme: Programme
    based_on: Annotated[int, Field(strict=True, ge=1)]
    effective_from: date
    announcement_zh: Announcement
    announcement_en: Announcement


def merged(target: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a JSON merge patch (RFC 7396): null takes a field away, so that it says what goes without saying again."""
    result = dict(target)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, Mapping):
            before = result.get(name)
            result[name] = merged(before if isinstance(before, Mapping) else {}, value)
        else:
            result[name] = value
    return result


def changes(before: Programme, after: Programme) -> tuple[Difference, ...]:
    """Return what differs between two programmes, but for their numbers."""
    old, new = ({k: v for k, v in one.published().items() if k != VERSION} for one in (before, after))
    return differences(old, new)


def earliest(today: date, days: int, latest: date) -> date:
    """Return the first day a version announced today may take effect (requirements K5).

    Args:
        days: the notice, as `notice_days` says.
        latest: when the latest version announced takes effect; versions never overtake each other.
    """
    return max(today + timedelta(days=days), latest)


def require_notice(effective_from: date, today: date, days: int, latest: date) -> None:
    """Refuse a day that is too soon.

    Raises:
        NoticeTooShortError: with the earliest day.
    """
    first = earliest(today, days, latest)
    if effective_from < first:
        raise NoticeTooShortError(earliest=first.isoformat(), notice_days=days)


def notice_days(in_force: Programme, before: Programme, after: Programme) -> int:
    """Return how many days ahead a version must be announced (requirements K5, P8).

    The notice is the one in force. What lets members transfer points where they could not is announced a return window
    ahead: from then on it is remembered what they buy, so nobody gives away points of goods that may still come back.

    Args:
        before: what is in force on the day before `after` takes effect.
    """
    turned_on = after.transfers.enabled and not before.transfers.enabled
    return max(in_force.notice_days, after.transfers.return_window_days if turned_on else 0)


def succeeded(before: Programme, after: Programme) -> Programme:
    """Return the programme with what becomes of the members of every tier it no longer has (ADR 0817).

    Where the mall says nothing, they hold the highest tier that the same record reaches on the new ladder; what the
    mall says may be higher, never lower.

    Raises:
        NoSuccessorError: a tier that spend alone does not reach was dropped, and nothing says what replaces it.
        SuccessorTooLowError: what replaces it is lower than what its members' record reaches.
    """
    kept = {tier.code for tier in after.tiers.ladder}
    named = {gone.code: gone.by for gone in after.replaced_tiers}
    dropped = {tier.code: _least(tier, after.tiers.ladder) for tier in before.tiers.ladder if tier.code not in kept}
    found: dict[str, str] = {}
    for code, least in dropped.items():
        by = named.get(code) or least
        if by not in kept:
            raise NoSuccessorError(tier=code)
        found[code] = _not_below(code, by, least, after)
    for gone in before.replaced_tiers:
        if gone.code not in kept:
            carried = found.get(gone.by) or gone.by
            by = named.get(gone.code)
            found[gone.code] = _not_below(gone.code, by, carried, after) if by in kept else carried
    replaced = tuple(ReplacedTier(code=code, by=by) for code, by in sorted(found.items()))
    return after.model_copy(update={"replaced_tiers": replaced})


def _not_below(code: str, by: str, least: str | None, after: Programme) -> str:
    if least is not None and after.rank(by) < after.rank(least):
        raise SuccessorTooLowError(tier=code, least=least)
    return by


def _least(tier: Tier, ladder: tuple[Tier, ...]) -> str | None:
    """Return the highest rung that whatever reached a tier reaches for certain; None where nobody can say."""
    alike = [rung.code for rung in ladder if _asked(rung) == _asked(tier)]
    if alike or not _asks_for_spend_alone(tier):
        return alike[-1] if alike else None
    return [rung for rung in ladder if _asks_for_spend_alone(rung) and rung.spend_yuan <= tier.spend_yuan][-1].code


def _asked(tier: Tier) -> tuple[object, ...]:
    return tier.spend_yuan, tier.points_earned, tier.activity, tier.match


def _asks_for_spend_alone(tier: Tier) -> bool:
    return tier.points_earned is None and tier.activity is None
