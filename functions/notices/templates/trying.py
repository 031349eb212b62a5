"""Trying a template with sample values: shown, or sent to staff (requirement N1)."""

import hashlib
from datetime import datetime, timedelta

from functions.notices import rules
from functions.notices.channels.answers import Busy, Lost, Refused, Taken
from functions.notices.channels.capabilities import Envelope
from functions.notices.channels.registry import CHANNELS
from functions.notices.errors import (
    NoMemberUrlError,
    ProviderUnavailableError,
    TemplateLacksChannelError,
    TextNotRegisteredError,
    WrongAddressError,
)
from functions.notices.messages import outgoing
from functions.notices.templates import shelf, wording
from functions.notices.templates.staff_models import NoticePreviewAnswer, NoticeTestRequest, PreviewedMessage
from functions.notices.templates.template import NoticeTemplate
from functions.notices.templates.words import Channel
from loyalty import dynamo, offers, tencent_sms
from loyalty.clock import iso
from loyalty.limits import Counters, Limit
from loyalty.notices.occasions import samples

TESTS = Limit(20, timedelta(hours=1))
"""How many tests a person may send: a test costs money and goes wherever it is told."""
KEPT = timedelta(days=1)
RETRY_AFTER_SECONDS = 60


def require_address(template: NoticeTemplate) -> None:
    """Refuse a template whose links would lead nowhere.

    Raises:
        NoMemberUrlError: if it has one and the mall's file names no address.
    """
    if template.links() and not rules.read().member_url:
        raise NoMemberUrlError


def require_registered(template: NoticeTemplate) -> None:
    """Refuse a text message that the mall's provider would never send (requirement K6).

    Raises:
        TextNotRegisteredError: if it names no registered text, and the provider takes nothing else.
    """
    if template.sms and not template.sms.registered and tencent_sms.app():
        raise TextNotRegisteredError


def preview(template_id: str, language: str) -> NoticePreviewAnswer:
    """Return what a member would read, with sample values.

    Raises:
        NotFoundError: if there is no such template.
    """
    template = shelf.definition_of(offers.read(shelf.catalogue(), template_id))
    shown = {str(channel): _shown(template, channel, language) for channel in template.channels}
    return NoticePreviewAnswer.model_validate({"language": language, **shown})


def send_test(template_id: str, request: NoticeTestRequest, login: str, key: str, now: datetime) -> bool:
    """Send a template with sample values to an address of staff, once for a key; return whether it was before.

    Raises:
        NotFoundError, TemplateLacksChannelError, WrongAddressError, TooManyError.
        ProviderUnavailableError: the provider did not take it, or did not answer; asking again sends it again.
    """
    template, mall = shelf.definition_of(offers.read(shelf.catalogue(), template_id)), rules.read()
    if request.channel not in template.channels or request.channel not in mall.channels:
        raise TemplateLacksChannelError(channel=request.channel.value)
    address = CHANNELS[request.channel].typed(request.to)
    if address is None:
        raise WrongAddressError
    sent = _sent_key(login, key)
    if dynamo.get(outgoing.table(), sent, consistent=True):
        return True
    Counters(outgoing.table(), "notice_id").take(f"notice-test/{login}", TESTS, now)
    words = wording.rendered(template, request.channel, samples(template.occasion), request.language, mall)
    over = iso(now + timedelta(hours=template.good_for_hours))
    envelope = Envelope(f"test-{sent['notice_id'][-27:]}", template.purpose, template.occasion, request.language, over)
    match CHANNELS[request.channel].send(address, words, envelope, mall):
        case Taken():
            _remember(sent, now)
            return False
        case Refused():
            raise WrongAddressError
        case Busy() | Lost():
            raise ProviderUnavailableError(retry_after=RETRY_AFTER_SECONDS)


def _shown(template: NoticeTemplate, channel: Channel, language: str) -> PreviewedMessage:
    words = wording.rendered(template, channel, samples(template.occasion), language, rules.read())
    parts = CHANNELS[channel].parts(words.text)
    fields = dict(words.data) if words.registered_id else None
    return PreviewedMessage(subject=words.subject, text=words.text, parts=parts, fields=fields)


def _sent_key(login: str, key: str) -> dict[str, str]:
    """Return the key of the row that says a person's request was done; nothing of the request is kept."""
    digest = hashlib.sha256(f"{login}\n{key}".encode()).hexdigest()[:32]
    return {"notice_id": f"test/{digest}", "kind": "test"}


def _remember(sent: dict[str, str], now: datetime) -> None:
    row = dynamo.to_item({**sent, "ttl": int((now + KEPT).timestamp())})
    dynamo.client().put_item(TableName=outgoing.table(), Item=row)
