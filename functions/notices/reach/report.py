"""Whom messages reached, as staff read it (requirement N3: a reach of 80% is the target).

Of everybody who was to be written to and may be, how many does a provider confirm to have got it? Who refuses, who
already got enough, or is no longer a member is not counted; who left no address, or one that does not work, is.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from functions.notices.messages.message import Why
from loyalty.http import Answer

TARGET_PER_MILLE = 800
OUT_OF_REACH = (Why.NO_ADDRESS, Why.UNREACHABLE)
NEVER_TAKEN = (Why.REFUSED, Why.NO_ANSWER, Why.PROVIDER_BUSY)


class ChannelReach(Answer):
    """What one channel took and confirmed; what failed there."""

    sent: int
    delivered: int
    failed: int


class ReachAnswer(Answer):
    """Messages of a period. `reach_per_mille`: confirmed, of a thousand `meant`; null where none was meant."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "from": "2026-11-01",
                    "until": "2026-11-30",
                    "meant": 1000,
                    "sent": 940,
                    "delivered": 871,
                    "failed": 69,
                    "skipped": 240,
                    "reach_per_mille": 871,
                    "target_per_mille": 800,
                    "why": {"no_address": 31, "opted_out": 180, "bounced": 40, "no_answer": 29},
                    "by_channel": {"sms": {"sent": 940, "delivered": 871, "failed": 69}},
                }
            ]
        },
        populate_by_name=True,
    )

    starts: Annotated[date, Field(alias="from")]
    until: date
    meant: int
    sent: int
    delivered: int
    failed: int
    skipped: int
    reach_per_mille: int | None
    target_per_mille: int = TARGET_PER_MILLE
    why: dict[str, int]
    by_channel: dict[str, ChannelReach]


def reach(sums: Counter[str], first: date, last: date) -> ReachAnswer:
    """Return the report of summed figures."""
    meant = sums["sent"] + sum(sums[f"skipped:{why}"] for why in OUT_OF_REACH)
    meant += sum(sums[f"failed:{why}"] for why in NEVER_TAKEN)
    return ReachAnswer(
        starts=first,
        until=last,
        meant=meant,
        **{name: sums[name] for name in ("sent", "delivered", "failed", "skipped")},
        reach_per_mille=sums["delivered"] * 1000 // meant if meant else None,
        why=_by_reason(sums),
        by_channel=_by_channel(sums),
    )


def _by_reason(sums: Mapping[str, int]) -> dict[str, int]:
    """Return the sums of messages by reason, whatever became of them."""
    found: Counter[str] = Counter()
    for name, number in sums.items():
        _, is_reason, reason = name.partition(":")
        if is_reason:
            found[reason] += number
    return dict(sorted(found.items()))


def _by_channel(sums: Counter[str]) -> dict[str, ChannelReach]:
    channels = sorted({name.partition("@")[2] for name in sums if "@" in name})
    parts = ("sent", "delivered", "failed")
    return {each: ChannelReach(**{part: sums[f"{part}@{each}"] for part in parts}) for each in channels}
