"""Text messages: by Amazon SNS in the mall's own words, or by Tencent Cloud as a text registered with it (N1, K6).

Neither knows a key of ours, so whether a message whose answer was lost went out cannot be asked: it is not sent again.
"""

from datetime import datetime
from urllib.parse import urlsplit

from functions.notices.channels import tencent
from functions.notices.channels.answers import Outcome
from functions.notices.channels.capabilities import ChannelSpec, Envelope, Rendered, Speech
from functions.notices.channels.outcome import outcome_of, provider
from functions.notices.channels.receipts import Fate, Receipt, Told
from functions.notices.channels.sms_parts import sms_parts
from functions.notices.rules import Mall
from functions.notices.templates.words import Channel, SmsWords
from loyalty import tencent_sms
from loyalty.errors import InvalidRequestError
from loyalty.phones import normalized

KIND = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
"""Optimised for arriving, not for price: whoever agreed to be written to should be."""
PERMANENT = ("Invalid phone number", "Phone number is opted out")
"""Answers of carriers, as SNS tells them, after which a number need not be tried again."""
SIGNATURE = {"zh": "【{}】", "en": "[{}] "}
OPT_OUT = {"zh": "拒收请回复R", "en": " Reply R to opt out"}
"""How a member refuses further marketing; the law asks for it in every such message."""


def render(words: SmsWords, speech: Speech) -> Rendered:
    """Return a text message: signed by the mall, and with its registered form where it has one."""
    text = (words.en if speech.language == "en" else None) or words.zh
    ending = OPT_OUT[speech.language] if speech.marketing else ""
    said = f"{SIGNATURE[speech.language].format(speech.mall)}{speech.filled(text)}{ending}"
    if words.registered is None:
        return Rendered("", said)
    registered = (words.registered.en if speech.language == "en" else None) or words.registered.zh
    places = {str(number): _place(speech.values[name]) for number, name in enumerate(words.registered.params, 1)}
    return Rendered("", said, registered, places)


def _place(value: str) -> str:
    """Return a value as it may stand in a registered text: no address may, so of a link only what follows the host."""
    link = urlsplit(value) if value.startswith(("https://", "http://")) else None
    return link._replace(scheme="", netloc="").geturl() if link else value


def send(address: str, words: Rendered, envelope: Envelope, _mall: Mall) -> Outcome:
    """Send a text message to a phone (E.164)."""
    if registered_with := tencent_sms.app():
        return tencent.send(registered_with, address, words, envelope.message_id)
    return outcome_of(provider("sns").publish, PhoneNumber=address, Message=words.text, MessageAttributes=KIND)


def receipt(told: Told) -> Receipt:
    """Return what SNS's delivery log tells, `{notification: {messageId}, delivery: {providerResponse}, status}`.

    Raises:
        LookupError, TypeError, ValueError: if it is not in that format.
    """
    arrived = told["status"] == "SUCCESS"
    answer = told["delivery"].get("providerResponse", "")
    return Receipt(
        channel=Channel.SMS,
        provider_id=told["notification"]["messageId"],
        fate=Fate.DELIVERED if arrived else Fate.BOUNCED,
        taken_at=datetime.fromisoformat(told["notification"]["timestamp"].replace(" ", "T") + "+00:00"),
        for_good=not arrived and answer.startswith(PERMANENT),
    )


def _typed(text: str) -> str | None:
    try:
        return normalized(text)
    except InvalidRequestError:
        return None


CHANNEL = ChannelSpec(name=Channel.SMS, field="phone", render=render, send=send, typed=_typed, parts=sms_parts)
