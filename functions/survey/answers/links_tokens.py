"""Tokens of links: what may be one, and who tries too many that are none.

Only unknown tokens count, so whoever holds a right one is served from wherever others guess.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from functions.survey.errors import SurveyLinkUnknownError
from loyalty.limits import Counters, Limit
from loyalty.surveys.invitation import invitation_id_of
from loyalty.surveys.settings import table

TRIES = Limit(30, timedelta(minutes=10))
"""How many unknown tokens one source address may try."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


def invitation_id(token: str) -> str:
    """Return the invitation a token leads to, if there is one.

    Raises:
        SurveyLinkUnknownError: it is no token at all.
    """
    if not TOKEN.fullmatch(token):
        raise SurveyLinkUnknownError
    return invitation_id_of(token)


@contextmanager
def counted(event: Mapping[str, Any], now: datetime) -> Iterator[None]:
    """Count an unknown token against the address it came from.

    Raises:
        TooManyError: instead, once it has tried too many.
    """
    try:
        yield
    except SurveyLinkUnknownError:
        address = event.get("requestContext", {}).get("http", {}).get("sourceIp", "")
        Counters(table(), "survey_id").take(f"survey-links/{address}", TRIES, now)
        raise
