"""What Tencent Cloud's answers mean for a text message (requirements N1, N3, K6).

Its codes are texts such as `LimitExceeded.PhoneNumberDailyLimit`: what is before the point says most, a few say other
than it. It knows no key of ours, so a text message whose answer was lost is not sent again (ADR 1035).
"""

import re

from aws_lambda_powertools import Logger

from functions.notices.channels.answers import Busy, Lost, Outcome, Refused, Taken
from functions.notices.channels.capabilities import Rendered
from functions.notices.channels.outcome import outcome_of_https
from loyalty import tencent_sms
from loyalty.clock import utc_now
from loyalty.tencent_sms import OK, App, RegisteredText, SmsAnswer

BUSY = ("AuthFailure", "LimitExceeded", "RequestLimitExceeded", "UnauthorizedOperation")
"""Certainly not taken, but another time it may: too many at once, or something operators have to set right."""
BUSY_TOO = frozenset(
    {
        "FailedOperation.InsufficientBalanceInSmsPackage",
        "FailedOperation.MarketingSendTimeConstraint",
        "InternalError.SigVerificationFail",
    }
)
REFUSED = ("FailedOperation", "InvalidParameter", "InvalidParameterValue", "MissingParameter", "UnsupportedOperation")
REFUSED_TOO = frozenset(
    {"LimitExceeded.AppCountryOrRegionInBlacklist", "UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny"}
)
CODE = re.compile(r"[A-Za-z.]{1,100}")

logger = Logger()


def send(to: App, phone: str, words: Rendered, message_id: str) -> Outcome:
    """Send the registered form of a text message to a phone (E.164)."""
    if words.registered_id is None:
        return Refused()
    text = RegisteredText(words.registered_id, tuple(words.data.values()))
    return outcome_of_https(lambda: _outcome(tencent_sms.send(to, phone, text, message_id, utc_now())))


def _outcome(answer: SmsAnswer) -> Outcome:
    if answer.code == OK:
        return Taken(answer.serial_no)
    logger.warning("Tencent did not take a message", code=answer.code if CODE.fullmatch(answer.code) else "other")
    family = answer.code.partition(".")[0]
    if answer.code in REFUSED_TOO:
        return Refused()
    if answer.code in BUSY_TOO or family in BUSY:
        return Busy()
    return Refused() if family in REFUSED else Lost()
