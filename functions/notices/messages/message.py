"""One message to one member, and every change it can go through (requirements N2, N3). Pure.

    planned ──claimed by one sender──> sending ──the provider took it──> sent ──a receipt──> delivered, or failed
       │  ▲                              │ the provider would not take it now, or not through this channel
       │  └──────────────────────────────┤
       │                                 └──no answer──> unknown ──a receipt──> delivered, or failed
       └──may not or cannot be sent──> skipped

Who claims a message is the only one to hand it to a provider, and does so once: whoever dies meanwhile leaves it in
`sending`, and after a while it counts as `unknown`. It is never sent a second time (ADR 1002), but where the provider
knows the same message again for a while: until then its fate is asked by sending it there once more, and nowhere else
(ADR 1031).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from functions.notices.templates.words import Channel
from loyalty.clock import iso

SENT, DELIVERED, FAILED, SKIPPED = "NoticeSent", "NoticeDelivered", "NoticeFailed", "NoticeSkipped"
CLAIMED_FOR = timedelta(minutes=15)
"""Longer than any sender lives: then nobody will tell any more what became of a message."""
MOST_ATTEMPTS = 5
FIRST_PAUSE, LONGEST_WAIT = timedelta(minutes=15), timedelta(hours=6)


class MessageState(StrEnum):
    """Where a message stands."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


class Why(StrEnum):
    """Why a message was not sent, or did not arrive."""

    NO_CONSENT = "no_consent"
    OPTED_OUT = "opted_out"
    STATUS = "status"
    WEEKLY_CAP = "weekly_cap"
    TOO_LATE = "too_late"
    TEMPLATE_ENDED = "template_ended"
    NO_ADDRESS = "no_address"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    NO_ANSWER = "no_answer"
    PROVIDER_BUSY = "provider_busy"
    BOUNCED = "bounced"


AWAITING = frozenset({MessageState.SENDING, MessageState.SENT, MessageState.UNKNOWN})
"""States in which a receipt decides what became of a message."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message. Instants are RFC 3339 in UTC. It never knows a name, a phone or an e-mail address.

    Attributes:
        cause: the event it follows.
        version: 1, 2, 3 ...; every write is over exactly the one before.
        due_at: when the sweep has something to do with it; None: never again.
        facts: what the event told, until it was sent.
        to: keyed digest of the address it was sent to.
        claimed_by: the run that handed it over.
        tried: channels that did not take it.
        happened: the events that this version means.
        ask_until: how long the provider it was handed to would know it again; None: it never does.
        in_doubt: nobody knows whether that provider has it.
    """

    message_id: str
    member_id: str
    template_id: str
    template_seq: int
    occasion: str
    purpose: str
    cause: str
    planned_at: str
    expires_at: str
    origin: str
    state: MessageState = MessageState.PLANNED
    version: int = 1
    at: str = ""
    due_at: str | None = None
    facts: Mapping[str, Any] | None = field(default_factory=dict)
    channel: Channel | None = None
    to: str | None = None
    claimed_by: str | None = None
    provider_id: str | None = None
    tried: tuple[str, ...] = ()
    attempts: int = 0
    why: Why | None = None
    happened: tuple[str, ...] = ()
    correlation_id: str = ""
    ask_until: str | None = None
    in_doubt: bool = False

    def claimed(
        self, channel: Channel, to: str, run_id: str, now: datetime, knows_again: timedelta | None = None
    ) -> "Message":
        """Return it in the hands of one sender, whose provider knows the same message again for so long."""
        until = iso(now + CLAIMED_FOR)
        asking = iso(now + knows_again) if knows_again else None
        return self._moved(
            now,
            state=MessageState.SENDING,
            channel=channel,
            to=to,
            claimed_by=run_id,
            due_at=until,
            ask_until=self.ask_until if self.in_doubt else asking,
        )

    def taken(self, provider_id: str, now: datetime) -> "Message":
        """Return it as the provider took it."""
        return self._over(MessageState.SENT, SENT, now, provider_id=provider_id, why=None)

    def postponed(self, until: datetime, now: datetime) -> "Message":
        """Return it for a later time, because nobody may be written to now, or its template rests."""
        return self._moved(now, due_at=iso(until))

    def put_off(self, now: datetime, wait: timedelta | None = None) -> "Message":
        """Return it for a later attempt, because the provider was busy; after the last one it has failed.

        Args:
            wait: how long the provider asks to be left alone; it is believed for some hours.
        """
        if self.attempts + 1 >= MOST_ATTEMPTS:
            return self.given_up(Why.PROVIDER_BUSY, now)
        until = iso(now + max(FIRST_PAUSE * 2**self.attempts, min(wait or FIRST_PAUSE, LONGEST_WAIT)))
        if self.in_doubt and self.ask_until:
            until = min(until, self.ask_until)
        return self._moved(now, state=MessageState.PLANNED, attempts=self.attempts + 1, due_at=until)

    def refused(self, now: datetime) -> "Message":
        """Return it for another channel, because this one will never take it."""
        if self.in_doubt:
            return self._unknown(now)
        tried = (*self.tried, str(self.channel))
        return self._moved(now, state=MessageState.PLANNED, tried=tried, due_at=iso(now))

    def passed_over(self, channel: Channel, now: datetime) -> "Message":
        """Return it for another channel, because the permission that this one takes was spent in this moment."""
        return self._moved(now, tried=(*self.tried, channel.value), due_at=iso(now))

    def lost(self, now: datetime) -> "Message":
        """Return it as one of which nobody knows whether it was sent: asked again where that can be, first at once."""
        if not self.ask_until or iso(now) >= self.ask_until or self.attempts + 1 >= MOST_ATTEMPTS:
            return self._unknown(now)
        due_at = iso(now + FIRST_PAUSE * 2 ** (self.attempts - 1) if self.in_doubt else now)
        return self._moved(now, state=MessageState.PLANNED, attempts=self.attempts + 1, due_at=due_at, in_doubt=True)

    def given_up(self, why: Why, now: datetime) -> "Message":
        """Return it as one that no provider took."""
        if self.in_doubt:
            return self._unknown(now)
        return self._over(MessageState.FAILED, FAILED, now, why=why)

    def left_out(self, why: Why, now: datetime) -> "Message":
        """Return it as one that may not or cannot be sent."""
        if self.in_doubt:
            return self._unknown(now)
        return self._over(MessageState.SKIPPED, SKIPPED, now, why=why)

    def arrived(self, now: datetime) -> "Message":
        """Return it as delivered."""
        return self._over(MessageState.DELIVERED, DELIVERED, now, why=None)

    def bounced(self, now: datetime) -> "Message":
        """Return it as one that came back."""
        return self._over(MessageState.FAILED, FAILED, now, why=Why.BOUNCED)

    def _unknown(self, now: datetime) -> "Message":
        return self._over(MessageState.UNKNOWN, FAILED, now, why=Why.NO_ANSWER)

    def _over(self, state: MessageState, event: str, now: datetime, **changes: Any) -> "Message":
        return self._moved(now, state=state, due_at=None, facts=None, happened=(event,), **changes)

    def _moved(self, now: datetime, **changes: Any) -> "Message":
        return replace(self, **{"happened": (), "at": iso(now), "version": self.version + 1, **changes})


def message_id_for(event_id: str, member_id: str, template_id: str) -> str:
    """Return the id of the message that follows an event, so that it is written once however often the event comes."""
    return hashlib.sha256(f"notice\n{event_id}\n{member_id}\n{template_id}".encode()).hexdigest()[:32]


def to_row(message: Message) -> dict[str, Any]:
    """Return the message's own attributes as they are stored; keys and indexes are `outgoing`'s."""
    return {**asdict(message), "happened": list(message.happened), "tried": list(message.tried)}


def from_row(row: Mapping[str, Any]) -> Message:
    """Return the message a row holds."""
    known = {part.name: row[part.name] for part in fields(Message) if part.name in row}
    return Message(
        **{
            **known,
            "facts": row.get("facts"),
            "state": MessageState(row["state"]),
            "channel": Channel(row["channel"]) if "channel" in row else None,
            "why": Why(row["why"]) if "why" in row else None,
            "tried": tuple(row.get("tried", ())),
            "happened": tuple(row.get("happened", ())),
        }
    )
