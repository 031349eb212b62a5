"""What waits in the queue of receipts: whose format it is in (requirements N3, M3, K6). Pure.

SES and SNS put their own formats there; two-way text messages bring members' own words, `{originationNumber,
messageBody}`; what came by a callback was read at the door already.
"""

from functions.notices.channels import email, sms
from functions.notices.channels.receipts import Receipt, Reply, Told, from_document, is_refusal


def read(told: Told) -> Receipt | Reply | None:
    """Return what a provider tells; None where it is nothing that notices wait for.

    Raises:
        LookupError, TypeError, ValueError: if it is in none of the formats.
    """
    if "originationNumber" in told:
        return Reply(told["originationNumber"], is_refusal(told["messageBody"]))
    return from_document(told) or (email.receipt(told) if "mail" in told else sms.receipt(told))
