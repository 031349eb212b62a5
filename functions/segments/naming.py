"""What names a segment: campaigns and surveys that are approved and not over (requirements G1).

A mall has hundreds of each, all listed in one partition a kind, and a segment is archived now and then: so both lists
are read when it is. A publication that slips in between is not noticed, and finds nobody from the next refresh on.
Discounts name no segment, for prices are nobody's own (ADR 0926).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.earning import running
from loyalty.errors import ConflictError
from loyalty.surveys import running as surveys

IN_USE = frozenset({OfferState.APPROVED, OfferState.PUBLISHED, OfferState.PAUSED})
MOST_TOLD = 20


class SegmentInUseError(ConflictError):
    """Something that is approved names the segment: `used_by` says what, each a `kind` and an `id`."""

    code = "segment_in_use"
    zh = "该人群正被使用：{names}；请先结束后再归档。"
    en = "The segment is in use: {names}. End what names it first."


class _Kind(NamedTuple):
    """A kind of offer that may name segments.

    Attributes:
        names: tells whether a definition names a segment.
        until: where a definition says when it is over; without it, it never is.
    """

    name: str
    catalogue: Callable[[], Catalogue]
    names: Callable[[Mapping[str, Any], str], bool]
    until: str


def require_unused(segment_id: str, now: datetime) -> None:
    """Refuse to go on with a segment that something names.

    Raises:
        SegmentInUseError: naming it.
    """
    used_by = [
        {"kind": kind.name, "id": offer.offer_id}
        for kind in _KINDS
        for offer in kind.catalogue().everything()
        if _counts(offer, kind, now) and kind.names(offer.definition, segment_id)
    ][:MOST_TOLD]
    if used_by:
        raise SegmentInUseError(used_by=used_by, names=", ".join(f"{one['kind']} {one['id']}" for one in used_by))


def _counts(offer: Offer, kind: _Kind, now: datetime) -> bool:
    until = offer.definition.get(kind.until)
    return offer.state in IN_USE and (until is None or now < datetime.fromisoformat(until))


def _by_lists(definition: Mapping[str, Any], segment_id: str) -> bool:
    return segment_id in definition.get("conditions", {}).get("lists", ())


def _by_event(definition: Mapping[str, Any], segment_id: str) -> bool:
    return any(segment_id in _compared(one) for one in (definition.get("on_event") or {}).get("conditions", ()))


def _compared(condition: Mapping[str, Any]) -> Iterator[Any]:
    value = condition["value"] if condition["field"] == "segment_id" and condition["op"] in {"eq", "in"} else ()
    return iter((value,) if isinstance(value, str) else value)


def _campaigns() -> Catalogue:
    return Catalogue(running.table(), "campaign_id", "campaign")


_KINDS = (
    _Kind("campaign", _campaigns, _by_lists, "until"),
    _Kind("survey", surveys.catalogue, _by_event, "valid_until"),
)
