"""Calling providers once, AWS's (SNS, SES) and others, and what their answers mean for a message (requirement N3)."""

from collections.abc import Callable, Mapping
from typing import Any

import botocore.session
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnectionError

from functions.notices.channels.answers import Busy, Lost, Outcome, Refused, Taken
from loyalty.provider_secrets import UnusableSecretError

_ONCE = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 1})
"""A call that sends is made once: what repeats it after a lost answer sends twice."""
_BUSY = ("Throttl", "TooManyRequests", "LimitExceeded", "SendingPaused", "MailFromDomainNotVerified")
SERVER_FAULT = 500
CLIENTS: dict[str, Any] = {}
"""The process's clients of services that send."""

logger = Logger()


def provider(name: str) -> Any:
    """Return the process's client for a service that sends, which never repeats a call by itself."""
    if name not in CLIENTS:
        CLIENTS[name] = botocore.session.get_session().create_client(name, config=_ONCE)
    return CLIENTS[name]


def hang_up() -> None:
    """Close the connections that were kept: one that slept with the process may be dead, and would lose an answer."""
    for client in CLIENTS.values():
        client.close()


def outcome_of(call: Callable[..., Mapping[str, Any]], **request: Any) -> Outcome:
    """Call a provider once and say what came of it; nothing of the request is told or logged."""
    try:
        return outcome_of_https(lambda: Taken(call(**request)["MessageId"]))
    except ClientError as error:
        return _refusal(error)


def outcome_of_https(call: Callable[[], Outcome]) -> Outcome:
    """Call a provider over `loyalty.https` once and say what came of it, be it nothing."""
    try:
        return call()
    except UnusableSecretError as error:
        logger.error("a provider cannot be called", why=str(error))
        return Busy()
    except (ConnectTimeoutError, EndpointConnectionError):
        return Busy()
    except (HTTPClientError, NoConnectionError):
        return Lost()


def _refusal(error: ClientError) -> Outcome:
    response: Any = error.response
    code = response["Error"].get("Code", "")
    if any(part in code for part in _BUSY):
        return Busy()
    is_fault = response["ResponseMetadata"]["HTTPStatusCode"] >= SERVER_FAULT
    return Lost() if is_fault else Refused()
