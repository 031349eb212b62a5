"""Text messages by Amazon SNS, straight to a number.

SNS knows no key of ours, so whether a message whose answer was lost went out cannot be asked: it is not sent again.
"""

from functions.notices.channels.outcome import Outcome, outcome_of, provider
from functions.notices.rules import Mall
from functions.notices.templates.wording import Rendered

KIND = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
"""Optimised for arriving, not for price: whoever agreed to be written to should be."""


def send(address: str, words: Rendered, _message_id: str, _mall: Mall) -> Outcome:
    """Send a text message to a phone (E.164)."""
    return outcome_of(provider("sns").publish, PhoneNumber=address, Message=words.text, MessageAttributes=KIND)
