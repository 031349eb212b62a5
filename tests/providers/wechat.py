"""A stand-in of WeChat's API: tokens that end, permissions that are spent, fields that are checked, as documented."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.providers.serving import Asked, CutOffError, SilentError, Told, serving

APPS = {"wxmini": "mini-secret", "wxmall": "mall-secret"}
FIELDS = {
    "thing": r".{1,20}",
    "number": r"\d{1,32}(\.\d+)?",
    "amount": r"[¥￥$]?\d{1,10}(\.\d+)?元?",
    "date": r"\d{4}年\d{1,2}月\d{1,2}日( \d{2}:\d{2})?",
    "time": r"(\d{4}年\d{1,2}月\d{1,2}日 )?\d{2}:\d{2}|\d{4}年\d{1,2}月\d{1,2}日",
    "phrase": "[\u4e00-\u9fff]{1,5}",
}


class Wechat:
    """The service, as it knows the mall's two accounts.

    Attributes:
        taken: the messages it will deliver, in order.
        permitted: how many subscribe messages somebody permits, by openid and template.
        codes: whom a login code is of; each counts once.
        next: errcodes it answers the next messages with, or `silent`, `cut`, `broken`, `garbage`, and `lost`: it takes
            the message, and its answer is cut off.
        troubles: the same of the next requests for a token.
    """

    def __init__(self) -> None:
        self.address, self.taken = "", list[dict[str, Any]]()
        self.permitted, self.codes, self.next = Counter[tuple[str, str]](), dict[str, str](), list[str]()
        self.troubles, self.asked, self.lasts = list[str](), list[str](), 7200
        self.tokens = {app: f"token-{app}-1" for app in APPS}

    def end_tokens(self) -> None:
        """Let every token that was given end."""
        self.tokens = {app: f"{token}x" for app, token in self.tokens.items()}

    def answer(self, asked: Asked) -> Told:
        """Answer a request."""
        url = urlsplit(asked.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.asked.append(url.path)
        match url.path:
            case "/cgi-bin/stable_token":
                return self._token(json.loads(asked.body))
            case "/cgi-bin/message/subscribe/send":
                return self._message(query, json.loads(asked.body), "wxmini")
            case "/cgi-bin/message/template/send":
                return self._message(query, json.loads(asked.body), "wxmall")
            case "/sns/jscode2session":
                return self._session(query, query["js_code"], "wxmini")
            case "/sns/oauth2/access_token":
                return self._session(query, query["code"], "wxmall")
        return Told(404)

    def _token(self, request: dict[str, Any]) -> Told:
        _fail(self.troubles[:1])
        if self.troubles:
            return _json(_error(int(self.troubles.pop(0))))
        if APPS.get(request["appid"]) != request["secret"] or request["grant_type"] != "client_credential":
            return _json(_error(40125))
        return _json({"access_token": self.tokens[request["appid"]], "expires_in": self.lasts})

    def _session(self, query: dict[str, str], code: str, app: str) -> Told:
        _fail(self.next[:1])
        if query["appid"] != app or query["secret"] != APPS[app] or query["grant_type"] != "authorization_code":
            return _json(_error(40125))
        if code not in self.codes:
            return _json(_error(40029))
        return _json({"openid": self.codes.pop(code), "session_key": "k", "access_token": "t", "expires_in": 7200})

    def _message(self, query: dict[str, str], request: dict[str, Any], app: str) -> Told:
        trouble = self.next.pop(0) if self.next else ""
        _fail([trouble])
        if trouble in {"broken", "garbage"}:
            return Told(502, b"<html>") if trouble == "broken" else Told(200, b"ok")
        if query["access_token"] != self.tokens[app]:
            return _json(_error(42001))
        refused = int(trouble) if trouble and trouble != "lost" else self._refused(request, app)
        if refused:
            return _json(_error(refused))
        if not self._is_known(request):
            self.taken.append(request)
            self.permitted[request["touser"], request["template_id"]] -= app == "wxmini"
        if trouble == "lost":
            raise CutOffError
        return _json({"errcode": 0, "errmsg": "ok", "msgid": 1000 + len(self.taken)})

    def _is_known(self, request: dict[str, Any]) -> bool:
        ours = request.get("client_msg_id")
        return ours is not None and any(one.get("client_msg_id") == ours for one in self.taken)

    def _refused(self, request: dict[str, Any], app: str) -> int:
        for name, field in request["data"].items():
            if not re.fullmatch(FIELDS[name.rstrip("0123456789")], field["value"]):
                return 47003
        if app == "wxmini" and not self.permitted[request["touser"], request["template_id"]]:
            return 43101
        return 0


@contextmanager
def serving_wechat() -> Iterator[Wechat]:
    """Let the service be there."""
    made = Wechat()
    with serving(made.answer) as made.address:
        yield made


def signed(token: str, timestamp: int, nonce: str = "nonce", **more: str) -> dict[str, str]:
    """Return the query by which WeChat proves itself when it tells something."""
    text = "".join(sorted([token, str(timestamp), nonce]))
    signature = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return {"signature": signature, "timestamp": str(timestamp), "nonce": nonce, **more}


def _fail(troubles: list[str]) -> None:
    if troubles == ["silent"]:
        raise SilentError
    if troubles == ["cut"]:
        raise CutOffError


def _error(code: int) -> dict[str, Any]:
    return {"errcode": code, "errmsg": "refused rid: 0000"}


def _json(told: Any) -> Told:
    return Told(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
