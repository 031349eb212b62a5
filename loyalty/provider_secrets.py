"""What proves to a provider of messages that it is us: credentials that operators write into Secrets Manager (N1).

A secret is a JSON object of texts, one for each provider, so that a function reads no more than it was granted.
"""

import json
from collections.abc import Mapping

from botocore.exceptions import ClientError

from loyalty.dynamo import NOTHING_KNOWN, service
from loyalty.remembering import kept_for
from loyalty.settings import setting

FIVE_MINUTES = 300
"""Seconds after which a secret that was changed counts."""


class UnusableSecretError(RuntimeError):
    """A secret cannot be used, so nothing was asked of its provider."""


class MissingCredentialError(UnusableSecretError):
    """The secret can be read, and operators did not write this text into it."""


def credential(name: str, key: str) -> str:
    """Return a text of the secret whose ARN the variable of this name tells.

    Raises:
        MissingSettingError: if the function was granted no such secret.
        MissingCredentialError: if operators did not write this text into it.
        UnusableSecretError: if it cannot be read.
    """
    text = _told(name).get(key)
    if not isinstance(text, str) or not text:
        raise MissingCredentialError(f"{name} lacks {key}")
    return text


@kept_for(FIVE_MINUTES, most=8)
def _told(name: str) -> Mapping[str, object]:
    secret = setting(name)
    try:
        told = json.loads(service("secretsmanager").get_secret_value(SecretId=secret)["SecretString"])
    except (ValueError, ClientError, *NOTHING_KNOWN):
        raise UnusableSecretError(f"{name} cannot be read") from None
    return told if isinstance(told, dict) else {}
