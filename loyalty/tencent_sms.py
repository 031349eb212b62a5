"""Text messages by Tencent Cloud: what its SendSms (2021-01-11) is asked, and what it answers (requirements N1, K6).

It sends only texts that were registered with it, under a signature that was registered with it; a request names a text
by its id and gives what stands in its places, in order. It knows no key of ours: asking again sends again.
"""

import json
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from loyalty import https
from loyalty.provider_secrets import credential
from loyalty.settings import found
from loyalty.tencent_signature import Key, authorization

OK = "Ok"
UNREADABLE = "Unreadable"
"""The code of an answer in no known form: nobody knows what became of the request."""
_OF_THE_CALL = {"X-TC-Action": "SendSms", "X-TC-Version": "2021-01-11"}
_FINE = 200


class App(NamedTuple):
    """What the mall registered with Tencent.

    Attributes:
        app_id: the SmsSdkAppId.
        signature: what every text begins with, in brackets that Tencent writes.
        code_text: the registered text of phone codes, with places for the code and for how many minutes it is good.
        family_text: that of codes for a relative; before them comes who asks.
    """

    app_id: str
    signature: str
    region: str
    endpoint: str
    code_text: str
    family_text: str


class RegisteredText(NamedTuple):
    """A registered text and what stands in its places."""

    text_id: str
    places: tuple[str, ...]


class SmsAnswer(NamedTuple):
    """What Tencent answered: `Ok` or why not, and its own id of the message; neither tells anything personal."""

    code: str
    serial_no: str = ""


def app() -> App | None:
    """Return what the mall registered; None where its text messages go another way."""
    told = found("TENCENT_SMS")
    return App(**json.loads(told)) if told else None


def send(to: App, phone: str, text: RegisteredText, reference: str, now: datetime) -> SmsAnswer:
    """Send a registered text to a phone (E.164), once.

    Args:
        reference: our own id of the message; it comes back in the answer and nowhere else.

    Raises:
        UnusableSecretError: if operators wrote no key of ours yet; nothing was sent.
        botocore.exceptions.BotoCoreError: as `https.post` does, where there was no answer.
    """
    asked = {
        "PhoneNumberSet": [phone],
        "SmsSdkAppId": to.app_id,
        "SignName": to.signature,
        "TemplateId": text.text_id,
        "TemplateParamSet": list(text.places),
        "SessionContext": reference,
    }
    body = json.dumps(asked, ensure_ascii=False).encode()
    key = Key(credential("TENCENT_SECRET", "secret_id"), credential("TENCENT_SECRET", "secret_key"))
    headers = authorization("sms", urlsplit(to.endpoint).netloc, body, key, now)
    return _read(https.post(f"{to.endpoint}/", body, {**headers, **_OF_THE_CALL, "X-TC-Region": to.region}))


def _read(answer: https.HttpsAnswer) -> SmsAnswer:
    try:
        told: Any = json.loads(answer.body)["Response"]
        if "Error" in told:
            return SmsAnswer(str(told["Error"]["Code"]))
        (one,) = told["SendStatusSet"]
        known = SmsAnswer(str(one["Code"]), str(one["SerialNo"]))
    except (ValueError, LookupError, TypeError):
        return SmsAnswer(UNREADABLE)
    return known if answer.status == _FINE else SmsAnswer(UNREADABLE)
