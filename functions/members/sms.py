"""The channel of phone codes: Amazon SNS straight to a number, or Tencent Cloud by a text registered there (K6)."""

from botocore.exceptions import BotoCoreError, ClientError

from functions.members.errors import SmsUnavailableError
from loyalty import tencent_sms
from loyalty.clock import utc_now
from loyalty.dynamo import service
from loyalty.provider_secrets import UnusableSecretError
from loyalty.tencent_sms import OK, App, RegisteredText

RETRY_AFTER_SECONDS = 60


def send(phone: str, text: str, places: tuple[str, ...], who: str = "") -> None:
    """Send a code to a phone (E.164), once where it costs money twice.

    Args:
        text: the whole message, for a provider that takes any.
        places: what stands in the places of the same message as it is registered with a provider.
        who: who asks a relative for the code; that is another registered text, and the first of its places.

    Raises:
        SmsUnavailableError: the provider did not take it; nothing about the number is told.
    """
    try:
        if app := tencent_sms.app():
            _by_tencent(app, phone, places, who)
        else:
            service("sns").publish(PhoneNumber=phone, Message=text)
    except (ClientError, BotoCoreError, UnusableSecretError):
        raise SmsUnavailableError(retry_after=RETRY_AFTER_SECONDS) from None


def _by_tencent(app: App, phone: str, places: tuple[str, ...], who: str) -> None:
    text = RegisteredText(app.family_text, (who, *places)) if who else RegisteredText(app.code_text, places)
    if tencent_sms.send(app, phone, text, "phone-code", utc_now()).code != OK:
        raise SmsUnavailableError(retry_after=RETRY_AFTER_SECONDS)
