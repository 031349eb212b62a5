"""Permissions that a member gives in the mini-program: each is one message of one registered template (N1, N2).

The app tells what WeChat's question was answered with. WeChat alone knows for certain: where it says that a permission
does not stand, ours go (`messages.sending`), so an app that tells more than is true gains nothing.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.notices.messages import member as member_rows
from functions.notices.messages import outgoing
from functions.notices.messages.hearing import status_of
from functions.notices.messages.member import Member
from loyalty import account_store, attempts, dynamo
from loyalty.attempts import Plan
from loyalty.dynamo import Item, to_item
from loyalty.errors import IdempotencyKeyReusedError, NotEnrolledError
from loyalty.types import MemberId, Status

GRANT = "grant"
KEPT = timedelta(days=1)
"""How long a repeated request is known again."""


class _Found(NamedTuple):
    member: Member
    status: Status | None
    done: Item | None


def grant(member_id: MemberId, templates: Sequence[str], key: str, now: datetime) -> Plan[Member]:
    """Count one more permission for each of these registered templates; a repeated key counts nothing again.

    Raises:
        NotEnrolledError: if the membership was erased.
        IdempotencyKeyReusedError: if the key came with other templates before.
        BusyError: if the row stayed busy; the same key again is safe.
    """
    done, asked = _key(member_id, key), _digest(*sorted(templates))

    def load(_certain: bool) -> _Found:
        row, account, before = dynamo.batch_get(
            (outgoing.table(), outgoing.member_key(member_id)),
            (account_store.table(), {"member_id": member_id}),
            (outgoing.table(), done),
            consistent=True,
        )
        return _Found(member_rows.from_row(member_id, row), status_of(account), before)

    def decide(found: _Found) -> Plan[Member]:
        if found.status in {None, Status.ERASED}:
            raise NotEnrolledError
        if found.done:
            if found.done["asked"] != asked:
                raise IdempotencyKeyReusedError
            return Plan(found.member, replayed=True)
        after = found.member.granting(templates)
        mark = {**done, "asked": asked, "ttl": int((now + KEPT).timestamp())}
        return Plan(after, (outgoing.put_member(after), _put_if_absent(mark)))

    return attempts.settle(load, decide)


def _key(member_id: str, key: str) -> dict[str, str]:
    return {"notice_id": f"{GRANT}/{_digest(member_id, key)}", "kind": GRANT}


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _put_if_absent(row: Item) -> outgoing.Part:
    condition = "attribute_not_exists(kind)"
    return {"Put": {"TableName": outgoing.table(), "Item": to_item(row), "ConditionExpression": condition}}
