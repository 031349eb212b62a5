"""The page for those without the app: a survey in plain HTML, answered without a login and without a script (S1).

The routes answer like every other; whatever they refuse is then told as a page instead of a problem document.
"""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.survey.answers import answering, links_tokens
from functions.survey.answers.answer_models import reward_in
from functions.survey.answers.answering import By, Taken
from functions.survey.links import TokenPath
from functions.survey.pages import page_view
from functions.survey.pages.page_form import Filled, filled
from loyalty.clock import utc_now
from loyalty.errors import InvalidRequestError
from loyalty.http import PROBLEM, api, logger, metrics, trace_id
from loyalty.settings import time_zone
from loyalty.texts import language_of
from loyalty.types import Origin

TAGS = ["surveys"]
HTML = "text/html"
EXAMPLE = '<!doctype html><html lang="zh-CN"><title>积分好用吗？</title></html>'
A_PAGE: dict[str, Any] = {HTML: {"schema": {"type": "string", "examples": [EXAMPLE]}}}
PAGES: dict[int, Any] = {
    200: {"description": "The survey; once it was answered, thanks", "content": A_PAGE},
    404: {"description": "No such link", "content": A_PAGE},
    409: {"description": "Not open yet", "content": A_PAGE},
    410: {"description": "Answered before, or over", "content": A_PAGE},
    429: {"description": "Too many unknown links tried", "content": A_PAGE},
    503: {"description": "Busy: one button sends it again", "content": A_PAGE},
}

app = api()


@app.get(
    "/s/<token>",
    operation_id="showSurveyPage",
    summary="The page of a survey",
    description="Chinese; English by `Accept-Language` or `?lang=en`.",
    tags=TAGS,
    responses=PAGES,
)
def show(token: TokenPath) -> Response[str]:
    """Show the survey to fill in."""
    now, event = utc_now(), app.current_event.raw_event
    with links_tokens.counted(event, now):
        opened = answering.look(links_tokens.invitation_id(token), None, now)
    return _page(200, page_view.survey(opened, spoken(event)))


@app.post(
    "/s/<token>",
    operation_id="submitSurveyPage",
    summary="What was filled in on the page of a survey",
    description="Form-encoded: `n.<code>` a number, `c.<code>` a choice, `m.<code>` each of several, `t.<code>` text; "
    "`do=later` keeps it.",
    tags=TAGS,
    responses={**PAGES, 400: {"description": "The survey again, with what is wrong", "content": A_PAGE}},
)
def submit(token: TokenPath) -> Response[str]:
    """Take what was filled in."""
    now, event = utc_now(), app.current_event.raw_event
    with links_tokens.counted(event, now):
        invitation_id = links_tokens.invitation_id(token)
        sent = filled(event)
        by = By("link", "page", "link", Origin.MEMBER, trace_id(event), spoken(event))
        try:
            if not sent.complete:
                return _kept(invitation_id, sent, by)
            return _thanks(answering.answer(invitation_id, sent.answers(), by, now), by.language)
        except InvalidRequestError as mistake:
            opened = answering.look(invitation_id, None, now)
            mistakes: Any = mistake.params.get("errors", [])
            logger.info("refused", code=mistake.code, status=400)
            return _page(400, page_view.survey(opened, by.language, sent=sent, mistakes=mistakes))


def spoken(event: dict[str, Any]) -> str:
    """Return the language of the page: the one chosen by its link, else the one the browser prefers."""
    chosen = (event.get("queryStringParameters") or {}).get("lang")
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    return chosen if chosen in {"zh", "en"} else language_of(headers.get("accept-language"))


def _kept(invitation_id: str, sent: Filled, by: By) -> Response[str]:
    opened = answering.keep(invitation_id, sent.answers(), by, utc_now())
    saved = page_view.until(opened.invitation.expires_at, time_zone(), by.language)
    return _page(200, page_view.survey(opened, by.language, saved=saved))


def _thanks(taken: Taken, read: str) -> Response[str]:
    reward, survey = reward_in(taken.row), taken.survey
    text = (survey.thanks_en if read == "en" else None) or survey.thanks_zh
    return _page(200, page_view.thanks(text, (reward.purse, reward.points) if reward else None, read))


def _page(status: int, html: str) -> Response[str]:
    return Response(status_code=status, content_type=HTML, body=html)


def _told(event: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Return a refusal as a page; what was sent when we were busy is on it, to be sent again by one button."""
    code = json.loads(answer["body"])["code"]
    sent = filled(event) if code == "busy" and event.get("body") else None
    return {**answer, "body": page_view.refusal(code, spoken(event), sent)}


@metrics.log_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer with a page, whatever happens; the log says the route, never the token."""
    logger.append_keys(trace_id=trace_id(event), route=event.get("routeKey"))
    answer = app.resolve(event, context)
    headers = {name: values[0] for name, values in (answer.get("multiValueHeaders") or {}).items()}
    headers |= answer.get("headers") or {}
    if headers.get("Content-Type", "").startswith(PROBLEM):
        answer = _told(event, answer)
    kept = {name: value for name, value in headers.items() if name == "Retry-After"}
    answer = {**answer, "headers": {**kept, **page_view.HEADERS, "Content-Language": spoken(event)}}
    answer.pop("multiValueHeaders", None)
    metrics.add_metric(f"Answers{answer['statusCode'] // 100}xx", MetricUnit.Count, 1)
    logger.info("answered", status=answer["statusCode"])
    return answer
