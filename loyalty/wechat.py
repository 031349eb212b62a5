"""WeChat's API for the mall's mini-program and official account: tokens, codes, and calls that carry a token (N1).

Every call carries a token that is had for the account's id and secret. The stable token is the same for whoever asks
until it ends, so no process ends another one's; it is kept until shortly before it ends, and asked for once more when
WeChat does not know it (ADR 1030).
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import BotoCoreError

from loyalty import https
from loyalty.clock import utc_now
from loyalty.https import HttpsAnswer
from loyalty.provider_secrets import UnusableSecretError, credential
from loyalty.remembering import forgotten_by
from loyalty.settings import setting

ENDS_EARLY = timedelta(minutes=5)
"""So long before its end a token is not used any more."""
UNKNOWN_TOKEN = frozenset({40001, 40014, 42001})
"""WeChat does not know the token (any more), so it has done nothing."""
WRONG_CODE = frozenset({40029, 40163, 40226, 41008})
"""The code is none, was used, came from somebody WeChat mistrusts, or is missing."""
_SERVER_FAULT = 500
BROKEN = -1
"""The number of an answer that is in no known form, and of one by which WeChat says that it is in trouble."""


class WechatAccount(StrEnum):
    """An account of the mall with WeChat; it knows the same person by another openid than the other."""

    MINI_PROGRAM = "mini_program"
    OFFICIAL_ACCOUNT = "official_account"

    @property
    def secret(self) -> str:
        """The variable that tells where its credentials are."""
        return f"{self.name}_SECRET"


class NotAskedError(UnusableSecretError):
    """WeChat gave no token, so nothing else was asked of it."""


class WrongCodeError(ValueError):
    """The code says nothing about anybody (any more)."""


class UnansweredError(RuntimeError):
    """WeChat did not say whom a code is of; another code may be tried later."""


_tokens: dict[WechatAccount, tuple[str, datetime]] = {}
forgotten_by(_tokens.clear)


def call(account: WechatAccount, path: str, request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Ask WeChat something in the name of an account, once; again only where it did not know the token.

    Returns:
        What it answered; `errcode` is 0 where it did it, and `BROKEN` where nobody knows.

    Raises:
        NotAskedError: there is no token.
        botocore.exceptions.BotoCoreError: as `https.post` does, where there was no answer.
    """
    body = json.dumps(request, ensure_ascii=False).encode()
    first = _token(account)
    answer = _called(path, first, body)
    if answer["errcode"] not in UNKNOWN_TOKEN:
        return answer
    _tokens.pop(account, None)
    second = _token(account)
    return answer if second == first else _called(path, second, body)


def openid_of(account: WechatAccount, code: str) -> str:
    """Return by which openid an account knows the person a login code is of; a code counts once.

    Raises:
        WrongCodeError, UnansweredError.
    """
    path, name = _EXCHANGES[account]
    try:
        known = {"appid": credential(account.secret, "app_id"), "secret": credential(account.secret, "secret")}
        query = urlencode({**known, name: code, "grant_type": "authorization_code"})
        answer = _read(https.send("GET", f"{setting('WECHAT_URL')}{path}?{query}"))
    except (UnusableSecretError, BotoCoreError):
        raise UnansweredError from None
    if answer["errcode"] in WRONG_CODE:
        raise WrongCodeError
    if not isinstance(answer.get("openid"), str) or not answer["openid"]:
        raise UnansweredError
    return str(answer["openid"])


_EXCHANGES = {
    WechatAccount.MINI_PROGRAM: ("/sns/jscode2session", "js_code"),
    WechatAccount.OFFICIAL_ACCOUNT: ("/sns/oauth2/access_token", "code"),
}


def _called(path: str, token: str, body: bytes) -> Mapping[str, Any]:
    query = urlencode({"access_token": token})
    return _read(https.post(f"{setting('WECHAT_URL')}{path}?{query}", body, {"Content-Type": "application/json"}))


def _token(account: WechatAccount) -> str:
    now = utc_now()
    token, ends_at = _tokens.get(account, ("", now))
    if now < ends_at:
        return token
    answer = _fresh(account)
    if not isinstance(answer.get("access_token"), str) or not isinstance(answer.get("expires_in"), int):
        raise NotAskedError(f"WeChat gives no token: {answer['errcode']}")
    _tokens[account] = answer["access_token"], now + timedelta(seconds=answer["expires_in"]) - ENDS_EARLY
    return str(answer["access_token"])


def _fresh(account: WechatAccount) -> Mapping[str, Any]:
    known = {"appid": credential(account.secret, "app_id"), "secret": credential(account.secret, "secret")}
    asked = json.dumps({"grant_type": "client_credential", **known, "force_refresh": False}).encode()
    try:
        return _read(https.post(f"{setting('WECHAT_URL')}/cgi-bin/stable_token", asked, {}))
    except BotoCoreError as error:
        raise NotAskedError(f"WeChat gives no token: {type(error).__name__}") from None


def _read(answer: HttpsAnswer) -> Mapping[str, Any]:
    """Return an answer; `errcode` stands in each."""
    try:
        told: Any = json.loads(answer.body)
    except ValueError:
        return {"errcode": BROKEN}
    if not isinstance(told, dict) or not isinstance(told.get("errcode", 0), int):
        return {"errcode": BROKEN}
    return {"errcode": 0, **told} if answer.status < _SERVER_FAULT else {"errcode": BROKEN}
