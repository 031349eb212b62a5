"""Writing a message's next version, with whatever has to change in the same transaction (requirements N2, N3).

The way back from its provider's id is written with it, and what is known of the member where a permission was spent or
given back: of two runs that want the last permission, one has it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from functions.notices.messages import outgoing
from functions.notices.messages.member import Member
from functions.notices.messages.message import Message, MessageState
from loyalty import attempts
from loyalty.attempts import Plan

Change = Callable[[Member], Member | None]
"""What becomes of the member with it; None: it cannot be, so nothing is written."""


class _Standing(NamedTuple):
    message: Message | None
    member: Member | None


def kept(before: Message, after: Message, change: Change | None = None) -> MessageState | None:
    """Write a message's next version; return its state, None where another run was first or the change cannot be.

    Raises:
        BusyError: if a row stayed busy; doing it again is safe.
    """
    lookup = (outgoing.put_lookup(after, datetime.fromisoformat(after.at)),) if after.provider_id else ()

    def load(certain: bool) -> _Standing:
        member = outgoing.read_member(before.member_id) if change else None
        return _Standing(outgoing.read(after.message_id) if certain else before, member)

    def decide(found: _Standing) -> Plan[MessageState | None]:
        if found.message == after:
            return Plan(after.state, replayed=True)
        if found.message != before:
            return Plan(None)
        changed = change(found.member) if change and found.member else found.member
        if change and changed is None:
            return Plan(None)
        with_it = (outgoing.put_member(changed),) if changed and changed != found.member else ()
        return Plan(after.state, (outgoing.put_if_unchanged(after), *with_it, *lookup))

    return attempts.settle(load, decide).answer
