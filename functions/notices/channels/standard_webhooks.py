"""Signing what is handed to the mall's own services, as the Standard Webhooks specification has it. Pure.

    webhook-id . webhook-timestamp . body  ──HMAC-SHA256──> webhook-signature: v1,<base64>

The receiver tells by the id that a message came before, by the time that it is not an old one sent anew, and by the
signature that it is ours. Libraries that check all three exist for most languages.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

PREFIX = "whsec_"


def signed(message_id: str, body: bytes, secret: str, now: datetime) -> Mapping[str, str]:
    """Return the headers that sign a body.

    Args:
        secret: base64, with or without the specification's `whsec_`.

    Raises:
        ValueError: if the secret is not base64.
    """
    at = str(int(now.timestamp()))
    text = b".".join((message_id.encode(), at.encode(), body))
    signature = base64.b64encode(hmac.new(_key(secret), text, hashlib.sha256).digest()).decode()
    return {"webhook-id": message_id, "webhook-timestamp": at, "webhook-signature": f"v1,{signature}"}


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("the secret of the web hook is not base64") from None
