"""Forgetting a person while the books stay whole (requirements M6, K8; ADR 0202).

    account closed, points forfeited (ledger) ──> identity rows gone (one transaction) ──> login gone (Cognito)

Each step may be repeated, and each finds what the one before left, so a request that broke off is finished by asking
again: as long as the identity rows stand, the login leads to them; once they are gone, only the login is left.
"""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from functions.members import family_adults, membership, profiles
from functions.members.calendar_days import DATES
from functions.members.family import agreement_parts
from functions.members.membership import Trail
from functions.members.profiles import Identity
from functions.members.profiling import FACTS
from functions.members.rows import CONSENT, ERASED, PROFILE, REFUSAL, Part, RowKey, delete, lookup_keys
from functions.members.transactions import BlockedError, write
from loyalty.clock import iso
from loyalty.dynamo import NOTHING_KNOWN, Item, get, service, to_item
from loyalty.errors import BusyError
from loyalty.identity import LOOKUP, OPENIDS, WECHAT, login_key, openid_key, phone_key, table
from loyalty.programme import Programme
from loyalty.types import MemberId

REFUSAL_KEPT = timedelta(days=90)


def erase(member_id: MemberId, trail: Trail, programme: Programme, now: datetime) -> None:
    """Close the account and forget the person, also as somebody's relative; a keyed hash of the phone stays.

    The hash is kept against re-import.

    Raises:
        BusyError: something changed at this instant; repeat the request.
    """
    membership.erase(member_id, trail, programme, now)
    if identity := profiles.load(member_id):
        if identity.profile["phone_verified"]:
            family_adults.withdraw(identity.profile["phone"], now)
        tombstone = RowKey(phone_key(identity.profile["phone"]), ERASED)
        parts = [profiles.put({**tombstone.item(), "erased_at": iso(now)})]
        if login := identity.profile.get("login"):
            parts.append(delete(RowKey(login_key(login), REFUSAL)))
        _forget(identity, parts)


def refuse(identity: Identity, reason: str, trail: Trail, programme: Programme, now: datetime) -> None:
    """Turn an applicant down and forget them; phone and login are free, and the login can read why for 90 days.

    Raises:
        NotAwaitingApprovalError: the membership awaits no approval.
        BusyError: something changed at this instant; repeat the request.
    """
    membership.refuse(identity.member_id, trail, programme, now)
    login = identity.profile.get("login")
    _forget(identity, [profiles.put(_refusal(login, reason, now))] if login else [])


def refusal_reason(login: str, now: datetime) -> str | None:
    """Return why the mall refused this login's enrolment; None where it did not, or long ago."""
    row = get(table(), RowKey(login_key(login), REFUSAL).item(), consistent=True)
    return row["reason"] if row and row["ttl"] > now.timestamp() else None


def _refusal(login: str, reason: str, now: datetime) -> Item:
    forgotten_at = int((now + REFUSAL_KEPT).timestamp())
    return {**RowKey(login_key(login), REFUSAL).item(), "reason": reason, "ttl": forgotten_at}


def _forget(identity: Identity, beside: Sequence[Part]) -> None:
    profile = identity.profile
    keys = lookup_keys(profile["phone"], profile.get("login"), profile.get("card_no"))
    keys += [openid_key(account, identity.wechat[name]) for account, name in OPENIDS.items() if name in identity.wechat]
    kinds = (CONSENT, DATES, FACTS, WECHAT, *(row["kind"] for row in identity.relatives))
    rows = [*(RowKey(identity.member_id, kind) for kind in kinds), *(RowKey(key, LOOKUP) for key in keys)]
    family_parts = agreement_parts(identity.relatives)
    try:
        write([_delete_unchanged(profile), *(delete(row) for row in rows), *family_parts, *beside])
    except BlockedError:
        # After a lost answer the profile is gone by our own hand.
        if profiles.load(identity.member_id):
            raise BusyError(retry_after=1) from None


def _delete_unchanged(profile: Item) -> Part:
    return {
        "Delete": {
            "TableName": table(),
            "Key": to_item(RowKey(profile["member_id"], PROFILE).item()),
            "ConditionExpression": "revision = :revision",
            "ExpressionAttributeValues": to_item({":revision": profile["revision"]}),
        }
    }


def delete_login(login: str) -> None:
    """Remove the login at the identity provider, where the stack has one of its own.

    Raises:
        BusyError: the provider does not answer; repeat the request.
    """
    user_pool_id = os.environ.get("USER_POOL_ID")
    if not user_pool_id:
        return
    try:
        service("cognito-idp").admin_delete_user(UserPoolId=user_pool_id, Username=login)
    except (ClientError, *NOTHING_KNOWN) as error:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] == "UserNotFoundException":
            return
        raise BusyError(retry_after=5) from None
