"""Sending a message that is due: claimed by one sender, handed to a provider once, its outcome kept (N2, N3, K6).

    read the member as they are now ──> may it still be sent? ──> claim ──> provider ──> outcome

Consent, refusals, the address and the hour are looked at again at the last moment, for all of them may have changed
since it was planned. What was claimed and never settled counts as unknown (see `message`).
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.notices import hours
from functions.notices.channels import email, sms
from functions.notices.channels.circuit import Circuit
from functions.notices.channels.outcome import Busy, Lost, Outcome, Refused, Taken
from functions.notices.messages import choosing, deciding, outgoing
from functions.notices.messages import member as member_rows
from functions.notices.messages.choosing import Address, Way
from functions.notices.messages.deciding import Known, Moment
from functions.notices.messages.hearing import MARKETING, status_of
from functions.notices.messages.member import Member
from functions.notices.messages.message import Message, MessageState, Why
from functions.notices.rules import Mall
from functions.notices.templates import shelf, wording
from functions.notices.templates.template import Channel, NoticeTemplate
from functions.notices.templates.wording import Rendered
from loyalty import account_store, attempts, consents, dynamo, identity
from loyalty.attempts import Plan
from loyalty.catalogue import Offer, OfferState, offer_of
from loyalty.clock import iso
from loyalty.dynamo import Item
from loyalty.pepper import digest
from loyalty.types import MemberId

ADDRESS = "notice-address"
"""The purpose of the digests by which addresses are known."""
FIELDS = {Channel.SMS: "phone", Channel.EMAIL: "email"}
RESTS = timedelta(hours=1)
"""After so long it is looked at again whether a template was resumed."""
SENDERS: Mapping[Channel, Callable[[str, Rendered, str, Mall], Outcome]] = {
    Channel.SMS: sms.send,
    Channel.EMAIL: email.send,
}


class _Reached(NamedTuple):
    """What is known right before sending: of the template, of the member, and where they can be reached."""

    offer: Offer | None
    known: Known
    addresses: Mapping[Channel, Address]


@dataclass
class Round:
    """One run's sending.

    Attributes:
        run_id: unlike that of any other run: of two that claim a message in the same moment, one has it.
        moment: when it stands; moved on between messages.
        circuits: how the providers answer.
    """

    run_id: str
    moment: Moment
    circuits: dict[Channel, Circuit] = field(default_factory=dict)

    def send(self, message_id: str) -> MessageState | None:
        """Do what is due with a message; return where it stands then, None where there was nothing to do.

        Raises:
            BusyError: if its row stayed busy before it was claimed; doing it again is safe.
        """
        message = outgoing.read(message_id)
        now = self.moment.now
        if message is None or message.due_at is None or message.due_at > iso(now):
            return None
        if message.state is MessageState.SENDING:
            return _kept(message, message.lost(now))
        while message and message.state is MessageState.PLANNED and (message.due_at or "") <= iso(now):
            message = self._stepped(message)
        return message.state if message else None

    def _stepped(self, message: Message) -> Message | None:
        """Take one step with a planned message; None where another run took it."""
        reached, now = _reached(message), self.moment.now
        early = self._not_now(message, reached.offer)
        if early or reached.offer is None:
            return early if early and _kept(message, early) else None
        template = shelf.definition_of(reached.offer)
        way = deciding.forbidden(template, reached.known) or self._way(message, template, reached)
        if isinstance(way, Why):
            after = message.given_up(way, now) if way is Why.REFUSED else message.left_out(way, now)
            return after if _kept(message, after) else None
        if self._circuit(way.channel).is_open(now):
            return self._waiting(message, way.channel)
        claimed = message.claimed(way.channel, way.address.digest, self.run_id, now)
        if not _kept(message, claimed):
            return None
        outcome = self._handed_over(claimed, template, way, reached.known.member)
        after = _after(claimed, outcome, now)
        is_kept = _kept(claimed, after)
        self._note(way.channel, outcome)
        return after if is_kept else None

    def _not_now(self, message: Message, offer: Offer | None) -> Message | None:
        """Return the message as it is after a step that needs no look at the member; None where it may go on."""
        mall, now = self.moment.mall, self.moment.now
        if iso(now) > message.expires_at:
            return message.left_out(Why.TOO_LATE, now)
        if offer is None or offer.state is OfferState.ENDED:
            return message.left_out(Why.TEMPLATE_ENDED, now)
        speakable = hours.speakable(now, mall.quiet_from, mall.quiet_until, self.moment.zone_name)
        if speakable > now:
            return message.postponed(speakable, now)
        return message.postponed(now + RESTS, now) if offer.state is OfferState.PAUSED else None

    def _circuit(self, channel: Channel) -> Circuit:
        if channel not in self.circuits:
            self.circuits[channel] = outgoing.read_circuit(channel)
        return self.circuits[channel]

    def _waiting(self, message: Message, channel: Channel) -> Message | None:
        """Put a message off until its provider may be tried again; that is no attempt of its own."""
        until = datetime.fromisoformat(self._circuit(channel).open_until or iso(self.moment.now))
        after = message.postponed(until, self.moment.now)
        return after if _kept(message, after) else None

    def _note(self, channel: Channel, outcome: Outcome) -> None:
        """Keep how a provider answers; a failure to keep it must not hide what became of the message."""
        before = self._circuit(channel)
        unclear = isinstance(outcome, Busy | Lost)
        self.circuits[channel] = before.failed(self.moment.now) if unclear else before.answered()
        if self.circuits[channel] != before:
            with suppress(*attempts.CONFLICTS):
                outgoing.keep_circuit(channel, self.circuits[channel])

    def _way(self, message: Message, template: NoticeTemplate, reached: _Reached) -> Way | Why:
        open_ = self.moment.mall.channels
        return choosing.way_of(message, template, reached.known.member, reached.addresses, open_)

    def _handed_over(self, message: Message, template: NoticeTemplate, way: Way, member: Member) -> Outcome:
        mall = self.moment.mall
        words = wording.rendered(template, way.channel, message.facts or {}, member.language, mall)
        return SENDERS[way.channel](way.address.value, words, message.message_id, mall)


def address_digest(channel: Channel, value: str) -> str:
    """Return the keyed digest by which an address is known."""
    return digest(ADDRESS, f"{channel}\n{value}")


def _reached(message: Message) -> _Reached:
    member_id = message.member_id
    offer, profile, consent, account, member = dynamo.batch_get(
        (outgoing.table(), shelf.catalogue().key(message.template_id)),
        (identity.table(), {"member_id": member_id, "kind": "profile"}),
        (identity.table(), consents.key(MemberId(member_id))),
        (account_store.table(), {"member_id": member_id}),
        (outgoing.table(), outgoing.member_key(member_id)),
        consistent=True,
    )
    status = status_of(account) if profile else None
    known = Known(member_rows.from_row(member_id, member), status, consents.agreed(consent, MARKETING))
    return _Reached(offer_of(offer), known, _addresses(profile or {}))


def _addresses(profile: Item) -> dict[Channel, Address]:
    values = {channel: profile.get(name) for channel, name in FIELDS.items()}
    return {channel: Address(value, address_digest(channel, value)) for channel, value in values.items() if value}


def _after(message: Message, outcome: Outcome, now: datetime) -> Message:
    match outcome:
        case Taken(provider_id):
            return message.taken(provider_id, now)
        case Refused():
            return message.refused(now)
        case Busy():
            return message.put_off(now)
        case Lost():
            return message.lost(now)


def _kept(before: Message, after: Message) -> MessageState | None:
    """Write a message's next version, with the way back from its provider's id; None if another run was first."""
    lookup = (outgoing.put_lookup(after, datetime.fromisoformat(after.at)),) if after.provider_id else ()

    def load(certain: bool) -> Message | None:
        return outgoing.read(after.message_id) if certain else before

    def decide(standing: Message | None) -> Plan[MessageState | None]:
        if standing == after:
            return Plan(after.state, replayed=True)
        if standing != before:
            return Plan(None)
        return Plan(after.state, (outgoing.put_if_unchanged(after), *lookup))

    return attempts.settle(load, decide).answer
