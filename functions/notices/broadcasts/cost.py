"""What a broadcast costs at most, before anybody approves it (requirement N1). Money is whole fen."""

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict

from functions.notices import rules
from functions.notices.broadcasts import broadcasting
from functions.notices.channels.registry import CHANNELS
from functions.notices.errors import NoBroadcastError, NoticeSegmentError
from functions.notices.templates import shelf, wording
from functions.notices.templates.template import NoticeTemplate
from functions.notices.templates.words import Channel
from loyalty import dynamo, offers, segment_names
from loyalty.http import Answer
from loyalty.notices.occasions import Occasion

PER = 1000


class BroadcastCost(Answer):
    """What it costs if everybody is written to through this channel; `fen` null: the mall's file sets no price."""

    parts: int
    fen: int | None


class BroadcastProgress(Answer):
    """How far it has come: members gone on to, and what was decided for them."""

    state: str
    members: int
    counts: dict[str, int]
    finished_at: str | None = None


class BroadcastAnswer(Answer):
    """Whom a broadcast is for, what it costs at most, how far it has come; `progress` null: not published yet."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "segment_id": "rfm_at_risk",
                    "members": 12000,
                    "costs": {"sms": {"parts": 1, "fen": 54000}},
                    "most_fen": 54000,
                    "progress": {"state": "running", "members": 3600, "counts": {"planned": 3110, "skipped": 490}},
                }
            ]
        }
    )

    segment_id: str
    members: int
    costs: dict[Channel, BroadcastCost]
    most_fen: int | None
    progress: BroadcastProgress | None = None


def of(template_id: str) -> BroadcastAnswer:
    """Return what a broadcast costs at most: everybody written to through its dearest channel, in its longer language.

    Raises:
        NotFoundError, NoBroadcastError.
    """
    template = shelf.definition_of(offers.read(shelf.catalogue(), template_id))
    if template.occasion is not Occasion.BROADCAST or template.segment_id is None:
        raise NoBroadcastError
    newest = dynamo.get(segment_names.table(), segment_names.NEWEST) or {}
    members = int(newest.get(segment_names.SIZES, {}).get(template.segment_id, {}).get("size", 0))
    costs = {channel: _cost(template, channel, members) for channel in template.channels}
    told = [one.fen for one in costs.values()]
    known = [fen for fen in told if fen is not None]
    return BroadcastAnswer(
        segment_id=template.segment_id,
        members=members,
        costs=costs,
        most_fen=max(known) if len(known) == len(told) else None,
        progress=_progress(broadcasting.progress(template_id)),
    )


def require_segment(template: NoticeTemplate) -> None:
    """Refuse a template whose segment nobody looks for.

    Raises:
        NoticeSegmentError: with its id.
    """
    if template.segment_id and segment_names.missing([template.segment_id]):
        raise NoticeSegmentError(segment_id=template.segment_id)


def _cost(template: NoticeTemplate, channel: Channel, members: int) -> BroadcastCost:
    mall = rules.read()
    texts = [wording.rendered(template, channel, {}, language, mall).text for language in ("zh", "en")]
    parts = max(CHANNELS[channel].parts(text) or 1 for text in texts)
    price = mall.prices.get(channel)
    return BroadcastCost(parts=parts, fen=None if price is None else -(-members * parts * price // PER))


def _progress(found: Mapping[str, Any] | None) -> BroadcastProgress | None:
    return BroadcastProgress.model_validate(found) if found else None
