"""Calls to services that are not AWS's: made once, never redirected, never waited for longer than stated.

They go through botocore's own session, which brings the certificates every call to AWS is checked with, and names its
failures as every other call here does: whoever asks tells "certainly not sent" from "nobody knows" in one place.
"""

from collections.abc import Mapping
from functools import cache
from ssl import SSLCertVerificationError
from typing import Any, NamedTuple

from botocore.awsrequest import AWSRequest
from botocore.exceptions import EndpointConnectionError, HTTPClientError, SSLError
from botocore.httpsession import URLLib3Session
from urllib3.exceptions import HTTPError

CONNECT_SECONDS, READ_SECONDS = 3, 10
MOST_BYTES = 65_536
"""As much of an answer as is read: what we ask for is small."""


class HttpsAnswer(NamedTuple):
    """What a service answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(url: str, body: bytes, headers: Mapping[str, str]) -> HttpsAnswer:
    """Post a body, once.

    Raises:
        botocore.exceptions.ConnectTimeoutError, botocore.exceptions.EndpointConnectionError: nobody was there, or
            somebody whose certificate does not hold, so nothing was sent.
        botocore.exceptions.HTTPClientError, botocore.exceptions.ConnectionError: whether it was taken is not known.
    """
    return send("POST", url, body, headers)


def send(method: str, url: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> HttpsAnswer:
    """Call a service once; it raises what `post` raises."""
    request: Any = AWSRequest(method=method, url=url, data=body, headers=dict(headers or {}), stream_output=True)
    session = _session()
    try:
        return _read(session.send(request.prepare()))
    except SSLError as error:
        (cause,) = error.kwargs["error"].args[:1] or (None,)
        if isinstance(cause, SSLCertVerificationError):
            raise EndpointConnectionError(endpoint_url="", error=cause) from None
        raise
    finally:
        # No connection is kept: one that the other side closed meanwhile would look like an answer that was lost.
        session.close()


def _read(answer: Any) -> HttpsAnswer:
    try:
        found = answer.raw.read(MOST_BYTES)
    except HTTPError as error:
        raise HTTPClientError(error=error) from None
    finally:
        answer.raw.close()
    return HttpsAnswer(answer.status_code, {name.lower(): text for name, text in answer.headers.items()}, found)


@cache
def _session() -> Any:
    seconds: Any = (CONNECT_SECONDS, READ_SECONDS)
    return URLLib3Session(timeout=seconds)
