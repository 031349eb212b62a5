"""From an event to the messages it brings: each is decided once, however often the event comes (requirement N2).

    event ──published templates that follow it──> one decision each ──> the message's row, and room under the cap

The message and the room it takes under the weekly cap are one transaction, so of any number of events at once no more
bring a message than the cap allows. What is old, or came with a file, brings nothing: the moment has passed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import batched
from typing import Any, NamedTuple

from functions.notices import hours
from functions.notices.messages import deciding, outgoing, usual
from functions.notices.messages import member as member_rows
from functions.notices.messages.deciding import Happening, Known, Moment, Published
from functions.notices.messages.message import Message, MessageState, from_row, message_id_for
from functions.notices.templates.template import Purpose
from loyalty import account_store, attempts, consents, dynamo, identity
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.notices.occasions import Occasion, facts, is_told_otherwise
from loyalty.types import MemberId, Origin, Status

MARKETING = "marketing"
LATE = timedelta(days=3)
"""An event older than this brings no message: it was published again, or waited too long for anybody to care."""
MEMBERS_A_READING = 25
"""Of each four rows are read; a call reads a hundred."""
A_MOMENT = timedelta(milliseconds=1)
"""The midnight with which a day begins is not its end."""

_Rows = Sequence[Item | None]
"""A message's row, and its member's: what notices know of them, what they agreed to, their account."""


class _Found(NamedTuple):
    message: Message | None
    known: Known


def happening_of(detail: Mapping[str, Any], zone_name: str, now: datetime) -> Happening | None:
    """Return what an event of the bus says to notices; None where it brings none.

    Raises:
        LookupError, TypeError, ValueError: if it is no event of ours.
    """
    if detail["origin"] == Origin.IMPORT or detail["recordedat"] < iso(now - LATE):
        return None
    occasion, data = Occasion(detail["type"]), detail["data"]
    if is_told_otherwise(occasion, data):
        return None
    return Happening(
        event_id=detail["id"],
        occasion=occasion,
        member_id=detail["subject"],
        origin=detail["origin"],
        facts=facts(occasion, data, zone_name),
        about=data["segment_id"] if occasion is Occasion.SEGMENT_ENTERED else None,
        correlation_id=detail.get("correlationid") or detail["id"],
        over_at=_midnight_after(detail["time"], zone_name) if occasion is Occasion.OCCASION_CAME else None,
    )


def _midnight_after(time: str, zone_name: str) -> datetime:
    """Return the end of an instant's mall-local day: nobody is congratulated on another."""
    return hours.next_at(datetime.fromisoformat(time) + A_MOMENT, 0, 0, zone_name)


def hear(happening: Happening, templates: Sequence[Published], moment: Moment) -> list[Message]:
    """Write the messages an event brings; return those that this call wrote.

    Raises:
        BusyError: if a row stayed busy; hearing of it again is safe.
    """
    fitting = [one for one in templates if deciding.follows(one.template, happening)]
    plans = [write(one, happening, moment) for one in fitting]
    return [plan.answer for plan in plans if not plan.replayed]


def write_all(published: Published, happenings: Sequence[Happening], moment: Moment) -> Iterator[Message]:
    """Yield the message of each happening by a template, written now or before; many members are read in one call.

    Raises:
        BusyError: if a row stayed busy; writing all of them again is safe.
    """
    for some in batched(happenings, MEMBERS_A_READING, strict=False):
        keys = [_keys(published, one) for one in some]
        rows = dynamo.batch_get(*(key for four in keys for key in four))
        for happening, seen in zip(some, batched(rows, len(keys[0]), strict=True), strict=True):
            yield write(published, happening, moment, seen).answer


def write(published: Published, happening: Happening, moment: Moment, seen: _Rows = ()) -> Plan[Message]:
    """Write the message that an event brings by a template; the plan is replayed where it was written before.

    Args:
        seen: its rows, where they were read just now; where another write came between, they are read again.

    Raises:
        BusyError: if a row stayed busy; writing it again is safe.
    """

    def load(certain: bool) -> _Found:
        is_new = certain or not seen
        rows = dynamo.batch_get(*_keys(published, happening), consistent=certain) if is_new else seen
        return _found(published, happening, rows)

    def decide(found: _Found) -> Plan[Message]:
        if found.message:
            return Plan(found.message, replayed=True)
        message = deciding.decided(published, happening, found.known, moment)
        return Plan(message, (outgoing.put_if_absent(message), *_room(message, found.known, moment.now)))

    return attempts.settle(load, decide)


def _room(message: Message, known: Known, now: datetime) -> tuple[outgoing.Part, ...]:
    """Return the part that takes room under the weekly cap, where the message needs some."""
    if message.purpose != Purpose.MARKETING or message.state is not MessageState.PLANNED or message.due_at is None:
        return ()
    return (outgoing.put_member(known.member.with_message(datetime.fromisoformat(message.due_at), now)),)


def _keys(published: Published, happening: Happening) -> list[tuple[str, Mapping[str, object]]]:
    member_id = happening.member_id
    message_id = message_id_for(happening.event_id, member_id, published.template_id)
    return [
        (outgoing.table(), outgoing.message_key(message_id)),
        (outgoing.table(), outgoing.member_key(member_id)),
        (identity.table(), consents.key(MemberId(member_id))),
        (account_store.table(), {"member_id": member_id}),
    ]


def _found(published: Published, happening: Happening, rows: _Rows) -> _Found:
    member_id, (message, member, consent, account) = happening.member_id, rows
    looked = published.template.purpose is Purpose.MARKETING and message is None
    known = Known(
        member=member_rows.from_row(member_id, member),
        status=status_of(account),
        agrees=consents.agreed(consent, MARKETING),
        usual_hour=usual.hour_of(member_id) if looked and consents.agreed(consent, consents.PROFILING) else None,
    )
    return _Found(from_row(message) if message else None, known)


def status_of(account: Item | None) -> Status | None:
    """Return where a membership stands; None where there is none."""
    return Status(account["status"]) if account else None
