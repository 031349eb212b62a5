"""What a member chooses: the language, and which channel must not be used to what end (requirements N2, K6).

What is chosen counts from that moment: it is looked at again when a message is sent, however long ago it was planned.
"""

from collections.abc import Iterable
from typing import NamedTuple

from functions.notices.messages import member as member_rows
from functions.notices.messages import outgoing
from functions.notices.messages.hearing import status_of
from functions.notices.messages.member import Member
from loyalty import account_store, attempts, dynamo
from loyalty.attempts import Plan
from loyalty.errors import NotEnrolledError
from loyalty.types import MemberId, Status


class _Found(NamedTuple):
    member: Member
    status: Status | None


def chosen(member_id: MemberId) -> Member:
    """Return a member's choices as they are.

    Raises:
        NotEnrolledError: if the membership was erased.
    """
    return _standing(_read(member_id)).member


def choose(member_id: MemberId, language: str, refused: Iterable[str]) -> Plan[Member]:
    """Let exactly these choices count from now on; the same choices again change nothing.

    Raises:
        NotEnrolledError: if the membership was erased.
        BusyError: if the row stayed busy; choosing again is safe.
    """
    wanted = frozenset(refused)

    def decide(found: _Found) -> Plan[Member]:
        member = _standing(found).member
        if (member.language, member.opted_out) == (language, wanted):
            return Plan(member, replayed=True)
        after = member.speaking(language).with_refusals(wanted)
        return Plan(after, (outgoing.put_member(after),))

    return attempts.settle(lambda _certain: _read(member_id), decide)


def _read(member_id: MemberId) -> _Found:
    row, account = dynamo.batch_get(
        (outgoing.table(), outgoing.member_key(member_id)),
        (account_store.table(), {"member_id": member_id}),
        consistent=True,
    )
    return _Found(member_rows.from_row(member_id, row), status_of(account))


def _standing(found: _Found) -> _Found:
    if found.status in {None, Status.ERASED}:
        raise NotEnrolledError
    return found
