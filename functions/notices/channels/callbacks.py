"""The door at which providers tell what became of messages: who may, how much, and where it goes (N3, K6, ADR 1037).

    provider ──its token in the path──> read, bounded ──receipts, refusals──> queue of `notices-on-receipt`

Nothing is decided here, so it is quick. Whoever does not know the token is told that there is nothing, whatever they
sent and whether or not the mall has that provider.
"""

import hmac
import json
from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

from functions.notices.channels import receipt_queue
from functions.notices.channels.receipts import Receipt, Reply, document
from loyalty.errors import BusyError, InvalidRequestError, NotFoundError
from loyalty.provider_secrets import MissingCredentialError, UnusableSecretError, credential
from loyalty.settings import found

SECRET = "CALLBACKS_SECRET"  # noqa: S105 - the name of a variable
MOST_BYTES = 262_144
LEAST_CHARACTERS = 24
"""A token in a path that is shorter could be guessed, and opens nothing."""
RETRY_AFTER_SECONDS = 60


def token_of(provider: str) -> str:
    """Return what a provider's callbacks prove themselves by.

    Raises:
        NotFoundError: if the mall has no provider that calls back, or operators wrote nothing for this one.
        BusyError: if nobody can tell at the moment.
    """
    if not found(SECRET):
        raise NotFoundError
    try:
        return credential(SECRET, provider)
    except MissingCredentialError:
        raise NotFoundError from None
    except UnusableSecretError:
        raise BusyError(retry_after=RETRY_AFTER_SECONDS) from None


def require_token(provider: str, told: str) -> None:
    """Refuse a caller who does not know a provider's token; how much of it was right shows in nothing.

    Raises:
        NotFoundError: as if there were no such route.
        BusyError: if nobody can tell at the moment.
    """
    token = token_of(provider)
    if len(token) < LEAST_CHARACTERS or not hmac.compare_digest(token.encode(), told.encode()):
        raise NotFoundError


def body_of(event: Mapping[str, Any]) -> bytes:
    """Return the bytes a provider sent.

    Raises:
        InvalidRequestError: if they are more than any provider sends.
    """
    sent = event.get("body") or ""
    if len(sent) > MOST_BYTES:
        raise InvalidRequestError
    return b64decode(sent) if event.get("isBase64Encoded") else sent.encode()


def hand_on(told: Iterable[Receipt | Reply]) -> int:
    """Hand what a provider told to those who apply it; return how much it was.

    Raises:
        BusyError: if the queue did not take all of it; the provider tells it again, and twice does not hurt.
    """
    bodies = [json.dumps(document(one)) for one in told]
    try:
        receipt_queue.hand_on(bodies)
    except receipt_queue.NotQueuedError:
        raise BusyError(retry_after=RETRY_AFTER_SECONDS) from None
    return len(bodies)
