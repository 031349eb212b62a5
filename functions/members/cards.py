"""Physical cards: one number, one member, once; lost or replaced numbers never come back (requirements M9).

The look-up row of a number that is no longer good stays without its `target`: it finds nobody, and no other member
can take it.
"""

from dataclasses import replace
from datetime import datetime

from functions.members import profiles
from functions.members.errors import CardTakenError, NoCardError
from functions.members.profiles import Change, Identity
from functions.members.rows import Part, RowKey, lookup, put_if_absent
from functions.members.transactions import BlockedError
from loyalty.clock import iso
from loyalty.identity import LOOKUP, card_key
from loyalty.types import MemberId


def attach(member_id: MemberId, card_no: str, now: datetime) -> Identity:
    """Give a member a card, in place of the one they have; repeating it changes nothing.

    Raises:
        NotFoundError: there is no such member.
        CardTakenError: the number is another member's, or was reported lost or replaced.
    """

    def edit(identity: Identity) -> Change | None:
        old = identity.profile.get("card_no")
        if old == card_no:
            return None
        parts = [put_if_absent(lookup(card_key(card_no), member_id))]
        if old:
            parts.append(_void(old, "replaced", now))
        profile = {**identity.profile, "card_no": card_no}
        return Change(replace(identity, profile=profile), parts)

    try:
        return profiles.change(member_id, edit, now)
    except BlockedError:
        return _own_after_all(member_id, card_no)


def report_lost(member_id: MemberId, now: datetime) -> Identity:
    """Void a member's card; repeating it changes nothing.

    Raises:
        NotFoundError: there is no such member.
        NoCardError: the member never had a card.
    """

    def edit(identity: Identity) -> Change | None:
        card_no = identity.profile.get("card_no")
        if card_no is None and "card_lost_at" not in identity.profile:
            raise NoCardError
        if card_no is None:
            return None
        kept = {name: value for name, value in identity.profile.items() if name != "card_no"}
        lost = replace(identity, profile={**kept, "card_lost_at": iso(now)})
        return Change(lost, [_void(card_no, "lost", now)])

    return profiles.change(member_id, edit, now)


def _own_after_all(member_id: MemberId, card_no: str) -> Identity:
    """Return the member where the card in the way is their own, given by this request whose answer was lost."""
    identity = profiles.load(member_id)
    if identity is None or identity.profile.get("card_no") != card_no:
        raise CardTakenError
    return identity


def _void(card_no: str, state: str, now: datetime) -> Part:
    row = {**RowKey(card_key(card_no), LOOKUP).item(), "state": state, "at": iso(now)}
    return profiles.put(row)
