"""What a provider tells, applied: to the message, and to what is known of the member (requirements N3, M3, K6).

    receipt ──its message──> delivered, or failed      + an address that does not work is left out from now on
                                                       + a complaint counts as a refusal of marketing
    reply ──the number's member──> refuses marketing by text message, at once

Everything is a function of the receipt, so one that comes twice changes nothing the second time. A receipt may be
faster than our own row: it comes again. One of a message that is none of ours (a code, a test) is let go after a while.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from functions.notices.channels.receipts import Fate, Receipt, Reply
from functions.notices.messages import outgoing
from functions.notices.messages.member import Member
from functions.notices.messages.message import AWAITING, Message
from functions.notices.reach import marks
from functions.notices.templates.template import Purpose
from functions.notices.templates.words import Channel
from loyalty import attempts, dynamo, identity
from loyalty.attempts import Plan
from loyalty.errors import InvalidRequestError
from loyalty.phones import normalized

PATIENCE = timedelta(minutes=1)
"""After so long a message that we know nothing of is none of ours: a sender keeps the answer within seconds. The queue
shows a message again after half a minute, and gives it up only later than that."""


class UnknownYetError(LookupError):
    """The message of a receipt is not known yet: the receipt has to come again."""


class _Found(NamedTuple):
    message: Message
    member: Member


def apply(receipt: Receipt, now: datetime) -> bool:
    """Apply a receipt; return whether it was one of ours.

    Raises:
        UnknownYetError: if its message may still be on its way into our rows.
        BusyError: if a row stayed busy; applying it again is safe.
    """
    message_id = receipt.message_id or _message_id(receipt)
    if message_id is None or outgoing.read(message_id) is None:
        if now - receipt.taken_at < PATIENCE:
            raise UnknownYetError
        return False

    def load(_certain: bool) -> _Found:
        message = outgoing.read(message_id)
        if message is None:
            raise UnknownYetError
        return _Found(message, outgoing.read_member(message.member_id))

    attempts.settle(load, lambda found: _decided(found, receipt, now))
    return True


def reply(said: Reply) -> bool:
    """Obey a member who wants no more text messages; return whether somebody did.

    Raises:
        BusyError: if the member's row stayed busy; obeying again is safe.
    """
    member_id = _member_of(said.phone) if said.refuses else None
    if member_id is None:
        return False

    def decide(member: Member) -> Plan[bool]:
        after = _refusing(member, Channel.SMS)
        return Plan(True, (outgoing.put_member(after),)) if after != member else Plan(True, replayed=True)

    return attempts.settle(lambda _certain: outgoing.read_member(member_id), decide).answer


def _message_id(receipt: Receipt) -> str | None:
    row = dynamo.get(outgoing.table(), outgoing.lookup_key(receipt.channel, receipt.provider_id), consistent=True)
    return row["message_id"] if row else None


def _decided(found: _Found, receipt: Receipt, now: datetime) -> Plan[None]:
    message, member = found
    writes: list[outgoing.Part] = []
    if message.state in AWAITING:
        came_back = receipt.fate is Fate.BOUNCED
        writes.append(outgoing.put_if_unchanged(message.bounced(now) if came_back else message.arrived(now)))
    known = _learned(member, message, receipt)
    if known != member:
        writes.append(outgoing.put_member(known))
    if message.to and known.dead != member.dead:
        writes.append(marks.put(receipt.channel, member.member_id, message.to, now))
    return Plan(None, tuple(writes))


def _learned(member: Member, message: Message, receipt: Receipt) -> Member:
    """Return the member as a receipt shows them; an address is known by the digest the message went to."""
    if receipt.fate is Fate.COMPLAINED:
        return _refusing(member, receipt.channel)
    if receipt.for_good and message.to and member.dead.get(receipt.channel) != message.to:
        return member.with_dead(receipt.channel, message.to)
    return member


def _refusing(member: Member, channel: Channel) -> Member:
    refused = member.opted_out | {f"{channel}/{Purpose.MARKETING}"}
    return member.with_refusals(refused) if refused != member.opted_out else member


def _member_of(phone: str) -> str | None:
    try:
        return identity.find(identity.phone_key(normalized(phone)))
    except InvalidRequestError:
        return None
