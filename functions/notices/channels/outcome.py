"""What a provider answered, as far as it decides what becomes of a message (requirement N3).

taken     it has it, and will try to deliver it
refused   it will never take this one: another channel may
busy      it certainly did not take it: later
lost      nobody knows; it has no key by which it would know the same message again, so it is not sent again
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

_ONCE = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1})
"""A call that sends is made once: what repeats it after a lost answer sends twice."""
_BUSY = ("Throttl", "TooManyRequests", "LimitExceeded", "SendingPaused", "MailFromDomainNotVerified")
SERVER_FAULT = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider has it, under its own id."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will never take it."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The provider did not take it now."""


@dataclass(frozen=True, slots=True)
class Lost:
    """Nobody knows."""


Outcome = Taken | Refused | Busy | Lost


@cache
def provider(name: str) -> Any:
    """Return the process's client for a service that sends, which never repeats a call by itself."""
    return botocore.session.get_session().create_client(name, config=_ONCE)


def outcome_of(call: Callable[..., Mapping[str, Any]], **request: Any) -> Outcome:
    """Call a provider once and say what came of it; nothing of the request is told or logged."""
    try:
        return Taken(call(**request)["MessageId"])
    except (ConnectTimeoutError, EndpointConnectionError):
        return Busy()
    except (HTTPClientError, NoConnectionError):
        return Lost()
    except ClientError as error:
        return _refusal(error)


def _refusal(error: ClientError) -> Outcome:
    response: Any = error.response
    code = response["Error"].get("Code", "")
    if any(part in code for part in _BUSY):
        return Busy()
    is_fault = response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_FAULT
    return Lost() if is_fault else Refused()
