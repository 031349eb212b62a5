"""E-mail by Amazon SES, as plain text, through its first API: the local cloud tells what became of such e-mail only.

SES knows no key of ours either, so what was lost is not sent again; but the message's own id travels with it as a tag,
and a receipt that names it tells that it went out after all.
"""

from functions.notices.channels.outcome import Outcome, outcome_of, provider
from functions.notices.rules import Mall
from functions.notices.templates.wording import Rendered

TAG = "notice"


def send(address: str, words: Rendered, message_id: str, mall: Mall) -> Outcome:
    """Send an e-mail."""
    texts = {"Subject": {"Data": words.subject, "Charset": "UTF-8"}, "Body": {"Text": _utf8(words.text)}}
    events = {"ConfigurationSetName": mall.email_events} if mall.email_events else {}
    return outcome_of(
        provider("ses").send_email,
        Source=mall.email_from,
        Destination={"ToAddresses": [address]},
        Message=texts,
        Tags=[{"Name": TAG, "Value": message_id}],
        **events,
    )


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
