"""The mall's own app push service (N1): a message is handed to it by a web hook, with the member's random id.

The member is known there by that id alone, so no name, phone or openid leaves. Our message's id goes with every try and
the service tells by it that it has the message already: a lost answer is asked again, with the same id (ADR 1036).
"""

import json
import re
from collections.abc import Mapping
from datetime import timedelta

from aws_lambda_powertools import Logger

from functions.notices.channels import standard_webhooks
from functions.notices.channels.answers import Busy, Lost, Outcome, Refused, Taken
from functions.notices.channels.capabilities import ChannelSpec, Envelope, Rendered, Speech
from functions.notices.channels.outcome import outcome_of_https
from functions.notices.rules import Mall
from functions.notices.templates.words import Channel, PushWords
from loyalty import https
from loyalty.clock import utc_now
from loyalty.https import HttpsAnswer
from loyalty.provider_secrets import UnusableSecretError, credential

MEMBER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
LATER = frozenset({401, 408, 425, 429})
"""Answers of a service that would take the message at another time; 401: once it knows our secret again."""
SECONDS = re.compile(r"[0-9]{1,6}")
FINE, REDIRECTED, SERVER_FAULT = 200, 300, 500

logger = Logger()


def render(words: PushWords, speech: Speech) -> Rendered:
    """Return what the app shows."""
    in_english = speech.language == "en"
    title = (words.title_en if in_english else None) or words.title_zh
    text = (words.text_en if in_english else None) or words.text_zh
    return Rendered(speech.filled(title), speech.filled(text))


def send(address: str, words: Rendered, envelope: Envelope, mall: Mall) -> Outcome:
    """Hand a message to the mall's push service."""
    url = mall.webhook_url
    return outcome_of_https(lambda: _asked(url, address, words, envelope)) if url else Refused()


def _asked(url: str, member_id: str, words: Rendered, envelope: Envelope) -> Outcome:
    told = {
        "message_id": envelope.message_id,
        "member_id": member_id,
        "title": words.subject,
        "text": words.text,
        "purpose": envelope.purpose,
        "occasion": envelope.occasion,
        "language": envelope.language,
        "expires_at": envelope.expires_at,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", **_signed(envelope.message_id, body)}
    return _outcome(https.post(url, body, headers), envelope.message_id)


def _signed(message_id: str, body: bytes) -> Mapping[str, str]:
    secret = credential("WEBHOOK_SECRET", "secret")
    try:
        return standard_webhooks.signed(message_id, body, secret, utc_now())
    except ValueError:
        raise UnusableSecretError("the secret of the web hook is not base64") from None


def _outcome(answer: HttpsAnswer, message_id: str) -> Outcome:
    """Return what an answer means; what it says beside its status is not looked at."""
    if FINE <= answer.status < REDIRECTED:
        return Taken(message_id)
    logger.warning("the push service did not take a message", status=answer.status)
    if answer.status in LATER:
        return Busy(_wait(answer.headers.get("retry-after", "")))
    return Lost() if answer.status >= SERVER_FAULT else Refused()


def _wait(retry_after: str) -> timedelta | None:
    """Return how long the service asks for; a date is not understood, and the usual pause kept."""
    return timedelta(seconds=int(retry_after)) if SECONDS.fullmatch(retry_after) else None


def _typed(text: str) -> str | None:
    return text if MEMBER_ID.fullmatch(text) else None


CHANNEL = ChannelSpec(
    name=Channel.WEBHOOK,
    field="member_id",
    render=render,
    send=send,
    typed=_typed,
    knows_again=timedelta(days=1),
)
