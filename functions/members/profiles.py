"""Reading and changing what is stored of one member.

The profile's `revision` goes up with every change, and look-up rows only change together with it: whoever changes a
profile knows that its phone, login and card are still the ones that were read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from functions.members.calendar_days import DATES, after_change, unlisted_days
from functions.members.profiling import FACTS, changed_facts
from functions.members.rows import CONSENT, PROFILE, Part, RowKey, delete
from functions.members.transactions import BlockedError, write
from loyalty import dynamo, family
from loyalty.clock import local_date
from loyalty.dynamo import Item, to_item
from loyalty.errors import BusyError, NotFoundError
from loyalty.identity import LOOKUP, WECHAT, login_key, table
from loyalty.settings import time_zone
from loyalty.types import MemberId

ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of a member as a person.

    Attributes:
        facts: what segments may know (`functions.members.profiling`); empty where the member said nothing.
        relatives: the rows of registered relatives, in the order of their ids.
        wechat: by which openids the mall's WeChat accounts know the member; empty where none does.
    """

    profile: Item
    consent: Item
    days: Item = field(default_factory=dict)
    facts: Item = field(default_factory=dict)
    relatives: tuple[Item, ...] = ()
    wechat: Item = field(default_factory=dict)

    @property
    def member_id(self) -> MemberId:
        """Whose identity it is."""
        return MemberId(self.profile["member_id"])


def load(member_id: MemberId) -> Identity | None:
    """Return who a member is, read consistently; None where there is no such member or it was erased."""
    found = dynamo.query(
        table(),
        KeyConditionExpression="member_id = :member",
        ExpressionAttributeValues=to_item({":member": member_id}),
        ConsistentRead=True,
    )
    by_kind = {row["kind"]: row for row in found}
    if PROFILE not in by_kind:
        return None
    consent = by_kind.get(CONSENT, RowKey(member_id, CONSENT).item())
    days = by_kind.get(DATES) or unlisted_days(by_kind[PROFILE], time_zone())
    relatives = tuple(row for kind, row in by_kind.items() if kind.startswith(family.RELATIVE))
    facts, wechat = by_kind.get(FACTS, {}), by_kind.get(WECHAT, {})
    return Identity(by_kind[PROFILE], consent, days, facts, relatives, wechat)


def of_login(login: str) -> MemberId | None:
    """Return the member who signs in with this login, read consistently: enrolment must see what it wrote."""
    row = dynamo.get(table(), {"member_id": login_key(login), "kind": LOOKUP}, consistent=True)
    return MemberId(row["target"]) if row else None


def put_next(profile: Item) -> Part:
    """Return the transaction part that writes a changed profile over exactly the revision it was read at."""
    return {
        "Put": {
            "TableName": table(),
            "Item": to_item({**profile, "revision": profile["revision"] + 1}),
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": to_item({":revision": profile["revision"]}),
        }
    }


def put(row: Item) -> Part:
    """Return the transaction part that writes a row whatever was there."""
    return {"Put": {"TableName": table(), "Item": to_item(row)}}


@dataclass(frozen=True, slots=True)
class Change:
    """A changed identity, and what else changes with it."""

    identity: Identity
    beside: Sequence[Part] = ()


Edit = Callable[[Identity], Change | None]


def change(member_id: MemberId, edit: Edit, now: datetime) -> Identity:
    """Change who a member is; on a change by somebody else at once, read and edit again.

    Args:
        edit: returns the changed identity, or None where there is nothing to change; raises to refuse.

    Raises:
        NotFoundError: there is no such member.
        BlockedError: a condition of a part beside failed.
        BusyError: too many others change the same member.
    """
    for _ in range(ATTEMPTS):
        before = load(member_id)
        if before is None:
            raise NotFoundError
        edited = edit(before)
        if edited is None:
            return before
        after = edited.identity
        try:
            write([put_next(after.profile), put(after.consent), *_following(before, after, now), *edited.beside])
        except BlockedError as blocked:
            if RowKey(member_id, PROFILE) not in blocked.rows:
                raise
        else:
            return after
    raise BusyError(retry_after=1)


def _following(before: Identity, after: Identity, now: datetime) -> list[Part]:
    """Return the writes of the other rows of the person, where they change or follow from what does."""
    days = after_change(before.days, after.profile)
    known = family.words(after.relatives, local_date(now, time_zone()))
    facts = changed_facts(before.facts, after.profile, after.consent, now, known)
    wechat = after.wechat if after.wechat != before.wechat else None
    return [*(put(row) for row in (days, facts, wechat) if row), *_relatives(before, after)]


def _relatives(before: Identity, after: Identity) -> list[Part]:
    staying = {row["kind"] for row in after.relatives}
    gone = [RowKey(row["member_id"], row["kind"]) for row in before.relatives if row["kind"] not in staying]
    return [*(put(row) for row in after.relatives if row not in before.relatives), *map(delete, gone)]
