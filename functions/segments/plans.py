"""What a refresh looks for, fixed when its turn comes: definitions that change meanwhile are for the next one."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from functions.segments import definitions, mall, segment
from functions.segments.compiling import membership_query
from functions.segments.conditions import AnyCondition
from functions.segments.frame import Frame
from functions.segments.segment import segment_of
from loyalty.catalogue import Offer
from loyalty.lake.composing import QueryTooLongError


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and the segments that the numbers in its answer stand for."""

    sql: str
    segment_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a refresh looks for.

    Attributes:
        versions: the segments it looks for, with the version of each one's definition.
        archived: the same of those that are looked for no more.
        lists: by segment, the list of members that it is.
    """

    versions: dict[str, int]
    archived: dict[str, int] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    lists: dict[str, str] = field(default_factory=dict)

    def version_of(self, segment_id: str) -> int:
        """Return the version of a segment's definition."""
        return self.versions.get(segment_id) or self.archived.get(segment_id) or 1


def make(as_of: date, now: datetime) -> Plan:
    """Return what there is to look for now, as of a mall-local day."""
    found = definitions.everything()
    active = [offer for offer in found if segment.is_active(offer)]
    asking = _asking(active)
    frame = mall.frame(as_of, now, (condition for _, condition in asking))
    return Plan(
        versions={offer.offer_id: offer.version for offer in active},
        archived={offer.offer_id: offer.version for offer in found if not segment.is_active(offer)},
        questions=tuple(_questions(asking, frame)),
        lists={offer.offer_id: list_id for offer in active if (list_id := segment_of(offer).list_id)},
    )


def to_plain(plan: Plan) -> dict[str, Any]:
    """Return a plan as its file holds it."""
    return asdict(plan)


def from_plain(plain: dict[str, Any]) -> Plan:
    """Return the plan that a file holds."""
    questions = tuple(Question(one["sql"], tuple(one["segment_ids"])) for one in plain["questions"])
    return Plan(**{**plain, "questions": questions})


def _asking(active: Sequence[Offer]) -> list[tuple[str, AnyCondition]]:
    return [(offer.offer_id, condition) for offer in active if (condition := segment.condition_in(offer))]


def _questions(asking: Sequence[tuple[str, AnyCondition]], frame: Frame) -> list[Question]:
    """Return one query for all, or as few as there must be, since Athena takes only so long a text."""
    if not asking:
        return []
    try:
        sql = membership_query([condition for _, condition in asking], frame)
    except QueryTooLongError:
        if len(asking) == 1:
            raise
        half = len(asking) // 2
        return [*_questions(asking[:half], frame), *_questions(asking[half:], frame)]
    return [Question(sql, tuple(segment_id for segment_id, _ in asking))]
