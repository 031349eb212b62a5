"""The channel of text messages: Amazon SNS, straight to a number.

Another provider (the China regions have no text messages by SNS) is another body of this one function.
"""

from botocore.exceptions import ClientError

from functions.members.errors import SmsUnavailableError
from loyalty.dynamo import NOTHING_KNOWN, service

RETRY_AFTER_SECONDS = 60


def send(phone: str, text: str) -> None:
    """Send a text message to a phone (E.164).

    Raises:
        SmsUnavailableError: the provider did not take it; nothing about the number is told.
    """
    try:
        service("sns").publish(PhoneNumber=phone, Message=text)
    except (ClientError, *NOTHING_KNOWN):
        raise SmsUnavailableError(retry_after=RETRY_AFTER_SECONDS) from None
