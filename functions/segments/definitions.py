"""The definitions of segments: those of the mall as rows, over those that ship with the product (requirements G1, G2).

A shipped segment has no row until somebody changes or archives it, so a new edition of the product brings new ones and
better ones by itself, and never touches what the mall made its own (ADR 0912). Every version is an `OfferChanged`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from functions.segments import naming, segment
from functions.segments.segment import MOST_SEGMENTS, Segment, segment_of, shipped_segments, stored
from loyalty import attempts, dynamo, memberships, segment_names
from loyalty.attempts import Plan
from loyalty.catalogue import Catalogue, Offer, OfferState
from loyalty.clock import iso
from loyalty.entries import fingerprint
from loyalty.errors import ConflictError, IdempotencyKeyReusedError, InvalidRequestError
from loyalty.offers import ChangedMeanwhileError, offer_id_for, required, valid


class TooManySegmentsError(ConflictError):
    """The mall has `most` active segments already."""

    code = "too_many_segments"
    zh = "启用中的人群最多 {most} 个，请先归档不用的人群。"
    en = "There are {most} active segments already; archive one that is not needed."


def catalogue() -> Catalogue:
    """Return where segments are kept."""
    return Catalogue(segment_names.table(), "segment_id", segment_names.NAME)


def everything() -> list[Offer]:
    """Return every segment as it is now, in order of id."""
    found = shipped_segments() | {offer.offer_id: offer for offer in catalogue().everything()}
    return [found[segment_id] for segment_id in sorted(found)]


def read(segment_id: str) -> Offer:
    """Read a segment.

    Raises:
        NotFoundError: if there is none.
    """
    return required(_load(segment_id, consistent=True))


def page(state: OfferState | None, after: str | None, limit: int) -> tuple[list[Offer], str | None]:
    """Return up to `limit` segments in a state, in order of id, and the id after which the next page starts, if any."""
    found = [one for one in everything() if state in {None, one.state} and one.offer_id > (after or "")]
    return found[:limit], found[limit - 1].offer_id if len(found) > limit else None


def create(wish: Segment, login: str, idempotency_key: str, now: datetime) -> Plan[Offer]:
    """Make a segment, once.

    Raises:
        IdempotencyKeyReusedError: if the key stands for another one.
        InvalidRequestError: if it names a list that is not there.
        TooManySegmentsError.
    """
    segment_id = offer_id_for(segment_names.NAME, login, idempotency_key)
    request = fingerprint(stored(wish))

    def decide(standing: Offer | None) -> Plan[Offer]:
        if standing is None:
            _require_room()
            _require_list(wish)
            new = segment.made(segment_id, stored(wish), login, iso(now), request)
            return Plan(new, catalogue().put_if_absent(new))
        if (standing.facts or {}).get("request") != request:
            raise IdempotencyKeyReusedError
        return Plan(standing, replayed=True)

    return attempts.settle(lambda certain: _load(segment_id, consistent=certain), decide)


def change(
    segment_id: str, changes: Mapping[str, Any], login: str, now: datetime, version: int | None = None
) -> Plan[Offer]:
    """Put other values in a segment's definition; the next refresh finds who is in it then.

    Args:
        changes: by field, each replaced as a whole; null takes it away.
        version: the one the caller looked at; None: whatever stands there.

    Raises:
        NotFoundError, WrongStateError, ChangedMeanwhileError.
        InvalidRequestError: if the definition would not be a valid one.
    """

    def decide(offer: Offer) -> Plan[Offer]:
        if version is not None and offer.version != version:
            raise ChangedMeanwhileError(version=offer.version)
        wish = valid(Segment, _merged(offer.definition, changes))
        if segment.is_active(offer) and stored(segment_of(offer)) == stored(wish):
            return Plan(offer, replayed=True)
        _require_list(wish)
        return _written(offer, segment.changed(offer, stored(wish), login, iso(now)))

    return _settled(segment_id, decide)


def archive(segment_id: str, login: str, now: datetime) -> Plan[Offer]:
    """Look for a segment no more; repeating it is safe.

    Raises:
        NotFoundError.
        SegmentInUseError: if a campaign or a survey names it.
    """

    def decide(offer: Offer) -> Plan[Offer]:
        if not segment.is_active(offer):
            return Plan(offer, replayed=True)
        naming.require_unused(segment_id, now)
        return _written(offer, segment.archived(offer, login, iso(now)))

    return _settled(segment_id, decide)


def _settled(segment_id: str, decide: Callable[[Offer], Plan[Offer]]) -> Plan[Offer]:
    return attempts.settle(lambda certain: _load(segment_id, consistent=certain), lambda found: decide(required(found)))


def _written(before: Offer, after: Offer) -> Plan[Offer]:
    """Return the plan that writes a version; the first one of a shipped segment has no row to be written over."""
    is_first = before == shipped_segments().get(before.offer_id)
    return Plan(after, catalogue().put_if_absent(after) if is_first else catalogue().put_if_unchanged(after))


def _load(segment_id: str, *, consistent: bool) -> Offer | None:
    return catalogue().read(segment_id, consistent=consistent) or shipped_segments().get(segment_id)


def _merged(definition: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**definition, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _require_room() -> None:
    if sum(map(segment.is_active, everything())) >= MOST_SEGMENTS:
        raise TooManySegmentsError(most=MOST_SEGMENTS)


def _require_list(wish: Segment) -> None:
    """Refuse a list that is not there: the segment would be empty for ever."""
    if wish.list_id is None:
        return
    if dynamo.get(memberships.table(), memberships.list_key(wish.list_id), consistent=True) is None:
        told = {"pointer": "#/list_id", "code": "unknown_list", "detail": "there is no such list"}
        raise InvalidRequestError(errors=[told])
