"""Callbacks of providers: what became of messages, what members answered (requirements N3, M3, K6; ADR 1037).

Nobody signs in here: Tencent proves itself by a token in the path, WeChat by a signature. Nothing of a request is
logged, for it holds numbers and somebody's own words; what cannot be read changes nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ConfigDict

from functions.notices.channels import callbacks, tencent_receipts, wechat_receipts
from functions.notices.channels.receipts import Receipt, Reply
from functions.notices.channels.wechat_receipts import ForgedError
from functions.notices.templates.words import Channel
from loyalty.clock import utc_now
from loyalty.errors import BusyError, InvalidRequestError, NotFoundError
from loyalty.http import Answer, answers, api, logger, metrics, trace_id

TAGS = ["notices"]
TENCENT = "tencent"
TokenPath = Annotated[
    str, Path(description="The token that the mall gave the provider.", examples=["q7Zt2v9Lx4Rk8Wb3Nc6Hd1Jm5Pf0Sg"])
]
AccountPath = Annotated[str, Path(description="`mini_program` or `official_account`.", examples=["official_account"])]
WECHAT_ACCOUNTS = frozenset({Channel.MINI_PROGRAM, Channel.OFFICIAL_ACCOUNT})
_TEXT: dict[str, Any] = {"text/plain": {"schema": {"type": "string", "examples": ["success"]}}}
PLAIN = {
    **answers(200, None, "Taken", NotFoundError, BusyError),
    200: {"description": "Taken", "content": _TEXT},
}

app = api()


class TencentCallbackAnswer(Answer):
    """What Tencent Cloud waits for: `0`, or it tells the same again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"result": 0, "errmsg": "OK"}]})

    result: int = 0
    errmsg: str = "OK"


@app.post(
    "/providers/tencent/<token>",
    operation_id="tellOfTextMessages",
    summary="Tencent Cloud tells what became of text messages, and what members answered",
    description="The body is Tencent's: an array of delivery reports, or one reply. To be entered in its console with "
    "the mall's token.",
    tags=TAGS,
    responses=answers(200, TencentCallbackAnswer, "Taken", NotFoundError, BusyError),
)
def of_text_messages(token: TokenPath) -> TencentCallbackAnswer:
    """Take what Tencent tells."""
    callbacks.require_token(TENCENT, token)
    _take(lambda body: tencent_receipts.parse(body, utc_now()))
    return TencentCallbackAnswer()


@app.get(
    "/providers/wechat/<account>",
    operation_id="greetWechat",
    summary="WeChat tries the address before it tells anything there",
    description="Signed by WeChat; answers with its `echostr`.",
    tags=TAGS,
    responses=PLAIN,
)
def greet(account: AccountPath) -> Response[str]:
    """Answer WeChat's trial of the address."""
    return _plain(wechat_receipts.greeting(_query(), _wechats_token(account), utc_now()))


@app.post(
    "/providers/wechat/<account>",
    operation_id="tellOfWechatMessages",
    summary="WeChat tells what became of messages",
    description="Signed by WeChat; the body is its XML, or its JSON.",
    tags=TAGS,
    responses=PLAIN,
)
def of_wechat_messages(account: AccountPath) -> Response[str]:
    """Take what WeChat tells."""
    token = _wechats_token(account)
    _take(lambda body: wechat_receipts.parse(_query(), body, token, utc_now()))
    return _plain("success")


def _take(read: Callable[[bytes], Sequence[Receipt | Reply]]) -> None:
    """Read what was sent, and hand it on.

    Raises:
        InvalidRequestError: it is in no known format; then nothing of it counts.
    """
    try:
        told = read(callbacks.body_of(app.current_event.raw_event))
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise InvalidRequestError from None
    metrics.add_metric("NoticeCallbacks", MetricUnit.Count, callbacks.hand_on(told))


def _wechats_token(account: str) -> str:
    """Return the token of one of WeChat's accounts, for a request that it signed just now.

    Raises:
        NotFoundError: the mall has no such account, or it is not WeChat who asks.
    """
    if account not in WECHAT_ACCOUNTS:
        raise NotFoundError
    token = callbacks.token_of(account)
    try:
        wechat_receipts.require_genuine(_query(), token, utc_now())
    except ForgedError:
        raise NotFoundError from None
    return token


def _query() -> Mapping[str, str]:
    return app.current_event.raw_event.get("queryStringParameters") or {}


def _plain(text: str) -> Response[str]:
    return Response(
        status_code=200, content_type="text/plain", body=text, headers={"X-Content-Type-Options": "nosniff"}
    )


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a provider in whatever format it speaks; the log says the route, never the token or the body."""
    logger.append_keys(trace_id=trace_id(event), route=event.get("routeKey"))
    answer = app.resolve(event, context)
    metrics.add_metric(f"Answers{answer['statusCode'] // 100}xx", MetricUnit.Count, 1)
    logger.info("answered", status=answer["statusCode"])
    return answer
