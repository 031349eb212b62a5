"""Pages of a list: the opaque cursor, and the answer's `next` and `Link` (RFC 8288).

A cursor says where in a list the next page starts and nothing else: which list is read is decided by the route and
the caller, so a forged cursor reaches nothing its sender may not read anyway. Its check digits are no secret; they
make a cursor that was cut, edited or taken from another list a plain 400, not a page that silently misses items.
"""

import base64
import hashlib
from typing import Annotated, Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel

from loyalty.errors import InvalidRequestError

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
_CHECK_BYTES = 6

LimitParameter = Annotated[
    int, Query(ge=1, le=MAX_LIMIT, description="How many items a page holds.", examples=[DEFAULT_LIMIT])
]
CursorParameter = Annotated[
    str | None,
    Query(alias="cursor", max_length=512, description="The `next` of the page before; without it, the first page."),
]


class InvalidCursorError(InvalidRequestError):
    """The cursor is not one this list gave out."""

    code = "invalid_cursor"
    zh = "cursor 无效，请使用上一页返回的 next。"
    en = "The cursor is not valid; use the next of the page before."


def cursor(list_name: str, position: str) -> str:
    """Return the opaque text for a position in a list, such as the last item's sort key."""
    return base64.urlsafe_b64encode(_check(list_name, position) + position.encode()).rstrip(b"=").decode()


def position(list_name: str, text: str | None) -> str | None:
    """Return the position a cursor stands for; None without one.

    Raises:
        InvalidCursorError: if this list did not give it out.
    """
    if text is None:
        return None
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found = raw[_CHECK_BYTES:].decode()
    except ValueError:
        raise InvalidCursorError from None
    if cursor(list_name, found) != text:
        raise InvalidCursorError
    return found


def listed(answer: BaseModel, following: str | None, **parameters: str | int) -> Response[Any]:
    """Answer 200 with a page; the `Link` to the next one is relative to the request's own path.

    Args:
        answer: the page, which holds `items` and `next`.
        following: the next page's cursor, if there is one.
        parameters: what else the next request must repeat: the limit, and filters.
    """
    headers: dict[str, str | list[str]] = {}
    if following:
        headers["Link"] = link(following, **parameters)
    return Response(status_code=200, content_type="application/json", body=answer, headers=headers)


def link(following: str, **parameters: str | int) -> str:
    """Return the header that leads to the next page, for an answer that is no page itself, such as a table."""
    return f'<?{urlencode({**parameters, "cursor": following})}>; rel="next"'


def _check(list_name: str, position: str) -> bytes:
    return hashlib.sha256(f"{list_name}\n{position}".encode()).digest()[:_CHECK_BYTES]
