"""Codes sent to a phone, which prove that whoever signs in holds it (requirements M3).

Six digits can be guessed, so: a code lives five minutes and dies after five tries, is bound to the login that asked
for it, is used up by the transaction it proves something to, and can be asked for only so often.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.members import sms
from functions.members.errors import PhoneCodeInvalidError
from functions.members.registry import Beside
from functions.members.rows import RowKey
from loyalty import dynamo
from loyalty.dynamo import Item
from loyalty.errors import TooManyError
from loyalty.identity import table
from loyalty.limits import Counters, Limit
from loyalty.pepper import digest, matches
from loyalty.settings import setting

LIFETIME = timedelta(minutes=5)
TRIES = 5
PER_LOGIN = (Limit(5, timedelta(hours=1)),)
PER_PHONE = (Limit(5, timedelta(hours=1)), Limit(10, timedelta(days=1)))
_PURPOSE = "phone-code"
_TEXTS = {
    "zh": "【{mall}】验证码 {code}，5 分钟内有效，请勿告诉他人。",
    "en": "[{mall}] Your code is {code}. It is valid for 5 minutes; tell it to nobody.",
}


def issue(
    login: str, phone: str, language: str, now: datetime, texts: Mapping[str, str] = _TEXTS, who: str = ""
) -> datetime:
    """Send a fresh code to a phone; an earlier one of the same login and phone is void.

    Whether the phone has a membership makes no difference, so nobody learns that from here.

    Args:
        login: who asks; or whatever else the code is to be bound to.
        texts: the message by language, with places for `mall`, `code` and `who`.

    Returns:
        When the code expires.

    Raises:
        TooManyError: too many codes for this login or phone.
        SmsUnavailableError: the message could not be sent.
    """
    counters = Counters(table(), "member_id")
    for subject, allowed in ((f"login/{login}", PER_LOGIN), (f"phone/{phone}", PER_PHONE)):
        for limit in allowed:
            counters.take(f"{_PURPOSE}/{subject}", limit, now)
    code = f"{secrets.randbelow(10**6):06d}"
    expires_at = now + LIFETIME
    row = {
        **_key(login, phone).item(),
        "digest": _digest(login, phone, code),
        "tries": 0,
        "expires_at": int(expires_at.timestamp()),
        "ttl": int(expires_at.timestamp()),
    }
    dynamo.client().put_item(TableName=table(), Item=dynamo.to_item(row))
    text = texts[language].format(mall=setting("MALL"), code=code, who=who)
    sms.send(phone, text, (code, str(LIFETIME // timedelta(minutes=1))), who)
    return expires_at


def prove(login: str, phone: str, code: str, now: datetime) -> Beside:
    """Check a code, and return the write that uses it up in the transaction it proves something to.

    Raises:
        PhoneCodeInvalidError: wrong, over, or never sent; `tries_left` says how many tries remain.
        TooManyError: five tries were wrong.
    """
    row = _counted(login, phone, now)
    if not matches(_PURPOSE, f"{login}\n{phone}\n{code}", row["digest"]):
        raise PhoneCodeInvalidError(tries_left=TRIES - row["tries"])
    used = {
        "TableName": table(),
        "Key": dynamo.to_item(_key(login, phone).item()),
        "ConditionExpression": "digest = :digest",
        "ExpressionAttributeValues": dynamo.to_item({":digest": row["digest"]}),
    }
    return Beside({"Delete": used}, PhoneCodeInvalidError(tries_left=0))


def _counted(login: str, phone: str, now: datetime) -> Item:
    """Take a try before looking at the code, so that guesses made at once are counted too."""
    try:
        answer = dynamo.client().update_item(
            TableName=table(),
            Key=dynamo.to_item(_key(login, phone).item()),
            UpdateExpression="SET tries = tries + :one",
            ConditionExpression="tries < :tries AND expires_at > :now",
            ExpressionAttributeValues=dynamo.to_item({":one": 1, ":tries": TRIES, ":now": int(now.timestamp())}),
            ReturnValues="ALL_NEW",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        refused: Any = error.response
        if refused["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise _over(dynamo.from_item(refused.get("Item") or {}), now) from None
    return dynamo.from_item(answer["Attributes"])


def _over(row: Item, now: datetime) -> PhoneCodeInvalidError | TooManyError:
    seconds_left = row.get("expires_at", 0) - int(now.timestamp())
    return TooManyError(retry_after=seconds_left) if seconds_left > 0 else PhoneCodeInvalidError(tries_left=0)


def _key(login: str, phone: str) -> RowKey:
    return RowKey(f"phone-code/{digest('phone-code-row', f'{login}\n{phone}')}", "code")


def _digest(login: str, phone: str, code: str) -> str:
    return digest(_PURPOSE, f"{login}\n{phone}\n{code}")
