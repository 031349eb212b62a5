"""The mall's public API as a program outside calls it: HTTPS requests with bearer tokens, nothing else."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import ProxyHandler, Request, build_opener

from local.stack import Stack, TillKey
from local.token import till_token, token_for

_direct = build_opener(ProxyHandler({}))


class DemoError(Exception):
    """The demo cannot go on; the message says at which request and why."""


@dataclass(frozen=True)
class Answer:
    """What a request was answered.

    Attributes:
        status: the HTTP status.
        body: the JSON document, empty where there is none.
        replayed: whether it is the answer to an earlier request like this one.
    """

    status: int
    body: Mapping[str, Any]
    replayed: bool = False


class Api:
    """The API of one stack, with a token for each caller, fetched when it is first needed."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._tokens: dict[str, str] = {}

    def call(
        self, who: str, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> Answer:
        """Send one request and return its answer, refusals included.

        Args:
            who: as for `make token`; empty for an open route.
            method: the HTTP method.
            path: from the first slash, such as "/me".
            body: sent as JSON.
            key: the Idempotency-Key, where the route takes one.
        """
        headers = {"Content-Type": "application/json", "Accept-Language": "en"}
        if who:
            headers["Authorization"] = f"Bearer {self._token(who)}"
        if key:
            headers["Idempotency-Key"] = key
        data = json.dumps(body).encode() if body is not None else None
        return _send(Request(self.stack.api_url + path, data=data, headers=headers, method=method))

    def expect(
        self,
        status: int,
        who: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
    ) -> Mapping[str, Any]:
        """Send one request that must be answered with this status; return the answer's document.

        Raises:
            DemoError: it was answered otherwise.
        """
        return self.answer(status, who, method, path, body, key=key).body

    def answer(
        self,
        status: int,
        who: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
    ) -> Answer:
        """Send one request that must be answered with this status; return the whole answer.

        Raises:
            DemoError: it was answered otherwise.
        """
        answer = self.call(who, method, path, body, key=key)
        if answer.status != status:
            raise DemoError(f"{method} {path} was answered {answer.status}: {json.dumps(answer.body)}")
        return answer

    def items(self, who: str, path: str) -> Iterator[Mapping[str, Any]]:
        """Yield all items of a list, page by page.

        Raises:
            DemoError: a page was refused.
        """
        following, first = "", f"{path}{'&' if '?' in path else '?'}limit=100"
        while True:
            page = self.expect(200, who, "GET", first + following)
            yield from page["items"]
            if page["next"] is None:
                return
            following = f"&cursor={quote(page['next'], safe='')}"

    def page(self, path: str, form: Mapping[str, Any] | None = None) -> str:
        """Open a page as a telephone's browser does, or send the form on it; return the page that is shown then.

        Raises:
            DemoError: it was refused.
        """
        headers = {"Accept-Language": "en", "Content-Type": "application/x-www-form-urlencoded"}
        data = urlencode(form).encode() if form is not None else None
        answer = _send(Request(self.stack.api_url + path, data=data, headers=headers))
        if answer.status != 200:
            raise DemoError(f"The page {path.rpartition('/')[0]}/... was answered {answer.status}.")
        return str(answer.body["text"])

    def learn_till(self, tenant_id: str, key: TillKey) -> None:
        """From now on, `till:<tenant>` may call."""
        self.stack = self.stack.with_till(tenant_id, key)

    def _token(self, who: str) -> str:
        if who not in self._tokens:
            kind, _, tenant = who.partition(":")
            is_till = kind == "till"
            self._tokens[who] = (
                till_token(self.stack.tills[tenant], self.stack) if is_till else token_for(who, self.stack)
            )
        return self._tokens[who]


def put_file(url: str, content: str) -> None:
    """Upload a CSV file to the address that the API gave out for it.

    Raises:
        DemoError: it was not taken.
    """
    answer = _send(Request(url, data=content.encode(), headers={"Content-Type": "text/csv"}, method="PUT"))
    if answer.status != 200:
        raise DemoError(f"The upload was answered {answer.status}: {dict(answer.body)}")


def fetch(url: str) -> Mapping[str, Any]:
    """Read a JSON document that needs no token."""
    return _send(Request(url)).body


def _send(request: Request) -> Answer:
    try:
        with _direct.open(request, timeout=60) as answer:
            replayed = answer.headers.get("Idempotent-Replayed") == "true"
            return Answer(answer.status, _parsed(answer.read()), replayed)
    except HTTPError as refused:
        return Answer(refused.code, _parsed(refused.read()))


def _parsed(content: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(content or b"{}")
    except json.JSONDecodeError:
        return {"text": content.decode(errors="replace")}
    return document if isinstance(document, dict) else {"value": document}
