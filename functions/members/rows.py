"""The rows of the members table: what is stored of a person, apart from everything that only knows the member id.

| member_id | kind | holds |
| --- | --- | --- |
| member id | `profile` | who it is; `revision` counts its changes |
| member id | `dates` | birthday without its year, day of enrolment (`functions.members.calendar_days`) |
| member id | `consent` | what was agreed to (`functions.members.consent`) |
| member id | `relative/<id>` | a relative they registered (`functions.members.family_entries`) |
| `adult/<digest>` | `<member id>/<relative id>` | the phone's owner agreed to that entry |
| member id | `facts` | what segments may know of whoever agreed to it (`functions.members.profiling`) |
| member id | `wechat` | by which openids WeChat knows the member (`functions.members.wechat_links`) |
| `phone/<digest>`, `card/<digest>`, `login/<login>`, `openid/<digest>` | `lookup` | `target`, the member id |
| `phone/<digest>` | `erased` | this phone's membership was erased: no re-import, no second welcome |
| `login/<login>` | `refusal` | why the mall refused this login's enrolment; gone after 90 days |
"""

from datetime import datetime
from typing import Any, NamedTuple

from functions.members.applicants import Applicant
from loyalty.clock import iso
from loyalty.dynamo import Item, from_item, to_item
from loyalty.identity import LOOKUP, card_key, login_key, phone_key, table
from loyalty.types import MemberId, Origin, Status

PROFILE = "profile"
CONSENT = "consent"
ERASED = "erased"
REFUSAL = "refusal"


class RowKey(NamedTuple):
    """The key of a row in the members table."""

    member_id: str
    kind: str

    def item(self) -> dict[str, str]:
        """Return the key as DynamoDB's key attributes."""
        return self._asdict()


Part = dict[str, Any]
"""One action of a DynamoDB transaction."""


def key_of(part: Part) -> RowKey:
    """Return the key of the row a part of a transaction is about; accounts have no `kind`."""
    (action,) = part.values()
    key = from_item(action.get("Key") or action["Item"])
    return RowKey(key["member_id"], key.get("kind", ""))


def put_if_absent(row: Item) -> Part:
    """Return the transaction part that writes a row only if its key is free, and shows the row that holds it."""
    return {
        "Put": {
            "TableName": table(),
            "Item": to_item(row),
            "ConditionExpression": "attribute_not_exists(member_id)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def absent(key: RowKey) -> Part:
    """Return the transaction part that insists a row does not exist."""
    check = {"Key": to_item(key.item()), "ConditionExpression": "attribute_not_exists(member_id)"}
    return {"ConditionCheck": {"TableName": table(), **check}}


def delete(key: RowKey) -> Part:
    """Return the transaction part that removes a row."""
    return {"Delete": {"TableName": table(), "Key": to_item(key.item())}}


def lookup(key: str, member_id: MemberId) -> Item:
    """Return the row that maps what a person carries to the member."""
    return {"member_id": key, "kind": LOOKUP, "target": member_id}


def lookup_keys(phone: str, login: str | None, card_no: str | None) -> list[str]:
    """Return the keys of every look-up row a member has."""
    keys = [phone_key(phone)]
    if login:
        keys.append(login_key(login))
    if card_no:
        keys.append(card_key(card_no))
    return keys


class Enrolment(NamedTuple):
    """The circumstances of an enrolment, which its event tells.

    Attributes:
        returning: the phone had a membership that was erased: no second welcome.
    """

    member_id: MemberId
    status: Status
    now: datetime
    origin: Origin
    actor: str
    correlation_id: str
    batch: str | None
    returning: bool = False


def profile(applicant: Applicant, enrolment: Enrolment) -> Item:
    """Return the profile of a new member; `status` and `tier` are those enrolled with, not the present ones."""
    birthday = applicant.birthday
    return {
        **RowKey(enrolment.member_id, PROFILE).item(),
        "revision": 1,
        "name": applicant.name,
        "phone": applicant.phone,
        "phone_verified": applicant.phone_verified,
        "email": applicant.email,
        "birthday": birthday.isoformat() if birthday else None,
        "type": applicant.kind,
        "company": applicant.company,
        **{name: list(values) for name, values in applicant.preferences.items()},
        "login": applicant.login,
        "card_no": applicant.card_no,
        "channel": applicant.channel,
        "tier": applicant.tier,
        "enrolled_at": iso(applicant.enrolled_at or enrolment.now),
        "recorded_at": iso(enrolment.now),
        "status": enrolment.status,
        "origin": enrolment.origin,
        "actor": enrolment.actor,
        "correlation_id": enrolment.correlation_id,
        "batch": enrolment.batch,
        "returning": enrolment.returning or None,
    }
