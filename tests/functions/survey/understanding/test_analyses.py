"""Marketers try the understanding of open answers through the API."""

import pytest

from functions.survey import analyses_desk
from functions.survey.analyses import analyses_of
from functions.survey.analysis_models import TextToAnalyse
from tests.support import HttpAnswer, call, http_event, member_caller, staff_caller

MARKETER = staff_caller("marketer")


def send(body: object, caller: object = MARKETER) -> HttpAnswer:
    return call(analyses_desk.handler, http_event("POST /surveys/analyses", body=body, caller=caller))  # type: ignore[arg-type]


def test_texts_are_analysed_in_the_order_sent() -> None:
    answer = send({"texts": [{"text": "排队太久了", "locale": "zh"}, {"text": "Lovely staff!"}, {"text": "几点关门?"}]})
    assert answer.status == 200
    found = answer.body["analyses"]
    assert [each["sentiment"] for each in found] == ["negative", "positive", "neutral"]
    assert set(found[0]) == {"sentiment", "confidence", "aspects", "complaints", "because"}
    assert found[0]["complaints"] == ["queue.too_long"]
    assert found[0]["because"] == ["排队太久"]
    assert all(0 < each["confidence"] < 1 for each in found)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [{"text": "x"}] * 101,
        [{"text": ""}],
        [{"text": "x" * 10_001}],
        [{"text": "x", "locale": "fr"}],
        [{"text": "x", "member_id": "m_1"}],
        [{"text": 5}],
    ],
)
def test_malformed_requests_are_refused(texts: object) -> None:
    assert send({"texts": texts}).status == 400


def test_the_longest_text_and_the_most_texts_are_answered() -> None:
    answer = send({"texts": [{"text": "等" * 10_000}] + [{"text": "好吃", "locale": None}] * 99})
    assert answer.status == 200
    assert len(answer.body["analyses"]) == 100


@pytest.mark.parametrize("caller", [staff_caller("operator"), staff_caller("auditor"), member_caller("m")])
def test_only_marketers_may_try_it(caller: object) -> None:
    assert send({"texts": [{"text": "好"}]}, caller).status == 403


def test_no_word_of_a_text_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    send({"texts": [{"text": "张三丰说排队太久"}]})
    assert "张三丰" not in capsys.readouterr().out


def test_the_use_case_keeps_the_order() -> None:
    texts = [TextToAnalyse(text=text) for text in ("太贵", "好吃", "太贵")]
    found = analyses_of(texts)
    assert found[0] == found[2] != found[1]
