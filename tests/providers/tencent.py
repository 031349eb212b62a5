"""A stand-in of Tencent Cloud's SendSms (2021-01-11): it checks signatures as documented, and answers as documented."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.providers.serving import Asked, CutOffError, SilentError, Told, serving

SECRET_ID, SECRET_KEY, APP_ID, SIGNATURE = "AKIDexample", "secretExample", "1400006666", "极光广场"
MOST_SECONDS = 300
"""A request may be so old."""
AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<who>\w+)/(?P<day>[\d-]+)/sms/tc3_request, "
    r"SignedHeaders=content-type;host, Signature=(?P<signature>[0-9a-f]{64})"
)


class Tencent:
    """The service: what it took, and what it answers next where a test says so.

    Attributes:
        texts: the registered texts, each with how many places it has.
        next: codes it answers instead of taking a message, or `silent`, `cut`, `broken`, `garbage`.
    """

    def __init__(self, **texts: int) -> None:
        self.address, self.texts, self.next = "", texts, list[str]()
        self.taken: list[dict[str, Any]] = []
        self.asked = 0

    def answer(self, asked: Asked) -> Told:
        """Answer a request."""
        self.asked += 1
        trouble = self.next.pop(0) if self.next else ""
        match trouble:
            case "silent":
                raise SilentError
            case "cut":
                raise CutOffError
            case "broken":
                return Told(502, b"<html>bad gateway</html>")
            case "garbage":
                return _json({"Response": {"RequestId": "r"}})
        refused = self._refused(asked)
        if refused:
            return _json({"Response": {"Error": {"Code": refused, "Message": "x"}, "RequestId": "r"}})
        return _json({"Response": {"SendStatusSet": [self._sent(json.loads(asked.body), trouble)], "RequestId": "r"}})

    def _refused(self, asked: Asked) -> str | None:
        headers, request = asked.headers, json.loads(asked.body)
        if (headers.get("x-tc-action"), headers.get("x-tc-version")) != ("SendSms", "2021-01-11"):
            return "InvalidAction"
        if abs(datetime.now(UTC).timestamp() - int(headers["x-tc-timestamp"])) > MOST_SECONDS:
            return "AuthFailure.SignatureExpire"
        if not _is_signed(asked):
            return "AuthFailure.SignatureFailure"
        if request["SmsSdkAppId"] != APP_ID:
            return "UnauthorizedOperation.SmsSdkAppIdVerifyFail"
        return None if headers.get("x-tc-region") else "MissingParameter"

    def _sent(self, request: dict[str, Any], trouble: str) -> dict[str, Any]:
        (phone,) = request["PhoneNumberSet"]
        places = self.texts.get(request["TemplateId"])
        code = trouble or "Ok"
        if request["SignName"] != SIGNATURE:
            code = "FailedOperation.SignatureIncorrectOrUnapproved"
        elif places is None:
            code = "FailedOperation.TemplateUnapprovedOrNotExist"
        elif places != len(request["TemplateParamSet"]):
            code = "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"
        if code == "Ok":
            self.taken.append(request)
        return {
            "SerialNo": f"5000:{len(self.taken)}" if code == "Ok" else "",
            "PhoneNumber": phone,
            "Fee": 1,
            "SessionContext": request["SessionContext"],
            "Code": code,
            "Message": "send success" if code == "Ok" else "refused",
            "IsoCode": "CN",
        }


@contextmanager
def tencent(**texts: int) -> Iterator[Tencent]:
    """Let the service be there, with these registered texts (`t1234=2`: text 1234 has two places)."""
    made = Tencent(**{name.removeprefix("t"): places for name, places in texts.items()})
    with serving(made.answer) as made.address:
        yield made


def delivery(sid: str, status: str = "SUCCESS", errmsg: str = "DELIVRD", description: str = "用户短信接收成功") -> Any:
    """One report of what became of a message, as the callback brings an array of."""
    return {
        "user_receive_time": "2026-11-21 12:00:04",
        "nationcode": "86",
        "mobile": "13800138000",
        "report_status": status,
        "errmsg": errmsg,
        "description": description,
        "sid": sid,
    }


def reply(text: str, mobile: str = "13800138000") -> Any:
    """What somebody answered, as the callback brings it."""
    return {
        "extend": "",
        "mobile": mobile,
        "nationcode": "86",
        "sign": SIGNATURE,
        "text": text,
        "time": 1457336869,
    }


def _is_signed(asked: Asked) -> bool:
    found = AUTHORIZATION.fullmatch(asked.headers.get("authorization", ""))
    if found is None or found["who"] != SECRET_ID:
        return False
    signed = f"content-type:{asked.headers['content-type']}\nhost:{asked.headers['host']}\n"
    digest = hashlib.sha256(asked.body).hexdigest()
    canonical = f"{asked.method}\n{asked.path}\n\n{signed}\ncontent-type;host\n{digest}"
    scope = f"{found['day']}/sms/tc3_request"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{asked.headers['x-tc-timestamp']}\n{scope}\n{hashed}"
    key = b"TC3" + SECRET_KEY.encode()
    for part in (found["day"], "sms", "tc3_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex() == found["signature"]


def _json(told: Any) -> Told:
    return Told(200, json.dumps(told).encode(), {"Content-Type": "application/json"})
