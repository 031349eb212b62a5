"""Sending a message that is due: claimed by one sender, handed to a provider once, its outcome kept (N2, N3, K6).

    read the member as they are now ──> may it still be sent? ──> claim ──> provider ──> outcome

Consent, refusals, the address and the hour are looked at again at the last moment, for all of them may have changed
since it was planned. What was claimed and never settled counts as unknown (see `message`).
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.notices import hours
from functions.notices.channels.answers import Busy, Lost, Outcome, Refused, Taken
from functions.notices.channels.capabilities import Envelope
from functions.notices.channels.circuit import Circuit
from functions.notices.channels.registry import CHANNELS
from functions.notices.messages import choosing, deciding, outgoing
from functions.notices.messages import member as member_rows
from functions.notices.messages.addresses import addresses
from functions.notices.messages.choosing import Address, Way
from functions.notices.messages.deciding import Known, Moment
from functions.notices.messages.hearing import MARKETING, status_of
from functions.notices.messages.keeping import Change, kept
from functions.notices.messages.member import Member
from functions.notices.messages.message import Message, MessageState, Why
from functions.notices.templates import shelf, wording
from functions.notices.templates.template import NoticeTemplate
from functions.notices.templates.words import Channel
from loyalty import account_store, attempts, consents, dynamo, identity
from loyalty.catalogue import Offer, OfferState, offer_of
from loyalty.clock import iso
from loyalty.types import MemberId

RESTS = timedelta(hours=1)
"""After so long it is looked at again whether a template was resumed."""


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
            after = message.lost(now)
            message = after if kept(message, after) else None
        while message and message.state is MessageState.PLANNED and (message.due_at or "") <= iso(now):
            message = self._stepped(message)
        return message.state if message else None

    def _stepped(self, message: Message) -> Message | None:
        """Take one step with a planned message; None where another run took it."""
        reached, now = _reached(message), self.moment.now
        early = self._not_now(message, reached.offer)
        if early or reached.offer is None:
            return early if early and kept(message, early) else None
        template = shelf.definition_of(reached.offer)
        way = deciding.forbidden(template, reached.known) or self._way(message, template, reached)
        if isinstance(way, Why):
            after = message.given_up(way, now) if way is Why.REFUSED else message.left_out(way, now)
            return after if kept(message, after) else None
        if self._circuit(way.channel).is_open(now):
            return self._waiting(message, way.channel)
        knows_again, grant = CHANNELS[way.channel].knows_again, choosing.registered(template, way.channel)
        claimed = message.claimed(way.channel, way.address.digest, self.run_id, now, knows_again)
        if not kept(message, claimed, (lambda member: member.spending(grant)) if grant else None):
            passed = message.passed_over(way.channel, now)
            return passed if grant and kept(message, passed) else None
        outcome = self._handed_over(claimed, template, way, reached.known.member)
        after = _after(claimed, outcome, now)
        is_kept = kept(claimed, after, _given_back(grant, outcome))
        self._note(way.channel, outcome)
        return after if is_kept else None

    def _not_now(self, message: Message, offer: Offer | None) -> Message | None:
        """Return the message as it is after a step that needs no look at the member; None where it may go on."""
        mall, now = self.moment.mall, self.moment.now
        if message.in_doubt and iso(now) >= (message.ask_until or ""):
            return message.lost(now)
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
        return after if kept(message, after) else None

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
        envelope = Envelope(message.message_id, message.purpose, message.occasion, member.language, message.expires_at)
        return CHANNELS[way.channel].send(way.address.value, words, envelope, mall)


def _reached(message: Message) -> _Reached:
    member_id = message.member_id
    offer, profile, wechat, consent, account, member = dynamo.batch_get(
        (outgoing.table(), shelf.catalogue().key(message.template_id)),
        (identity.table(), {"member_id": member_id, "kind": "profile"}),
        (identity.table(), identity.wechat_key(MemberId(member_id))),
        (identity.table(), consents.key(MemberId(member_id))),
        (account_store.table(), {"member_id": member_id}),
        (outgoing.table(), outgoing.member_key(member_id)),
        consistent=True,
    )
    status = status_of(account) if profile else None
    known = Known(member_rows.from_row(member_id, member), status, consents.agreed(consent, MARKETING))
    return _Reached(offer_of(offer), known, addresses(member_id, profile, wechat))


def _after(message: Message, outcome: Outcome, now: datetime) -> Message:
    match outcome:
        case Taken(provider_id):
            return message.taken(provider_id, now)
        case Refused():
            return message.refused(now)
        case Busy(wait):
            return message.put_off(now, wait)
        case Lost():
            return message.lost(now)


def _given_back(grant: str | None, outcome: Outcome) -> Change | None:
    """Return what becomes of a spent permission: it is given back where the provider certainly took nothing."""
    match outcome:
        case Refused(grants_over=True) if grant:
            return lambda member: member.granting_nothing(grant)
        case Refused() | Busy() if grant:
            return lambda member: member.granting((grant,))
        case _:
            return None
