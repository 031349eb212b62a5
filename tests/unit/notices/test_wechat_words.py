"""WeChat's registered templates: each kind of field holds what it may hold, and nothing longer goes out."""

from typing import Any

import pytest
from pydantic import ValidationError

from functions.notices.rules import Mall
from functions.notices.templates.template import NoticeTemplate
from functions.notices.templates.wechat_words import fitting
from functions.notices.templates.wording import rendered
from functions.notices.templates.words import Channel
from loyalty.notices.occasions import samples

MALL = Mall(names={"zh": "极光广场", "en": "Aurora Plaza"}, member_url="https://m.example")


def template(occasion: str = "TierReviewNear", channel: str = "mini_program", **words: Any) -> NoticeTemplate:
    said = {"template_id": "T-1", "zh": {"thing1": "{mall}"}, **words}
    plain = {"name_zh": "x", "occasion": occasion, "purpose": "service", "channels": [channel]}
    return NoticeTemplate.model_validate({**plain, channel: said})


def filled(made: NoticeTemplate, language: str = "zh", **more: Any) -> dict[str, str]:
    facts = {**samples(made.occasion), **more}
    return dict(rendered(made, made.channels[0], facts, language, MALL).data)


def test_numbers_and_money_have_no_separators_and_days_are_chinese_in_every_language() -> None:
    fields = {"amount1": "{missing}", "date2": "{until}", "thing3": "还差{missing}"}
    made = template(zh=fields, en=fields | {"thing3": "{missing} to go"})
    told: dict[str, Any] = {"missing": 123456705}
    assert filled(made, **told) == {"amount1": "¥1234567.05", "date2": "2026年12月31日", "thing3": "还差¥1234567.05"}
    assert filled(made, "en", **told)["date2"] == "2026年12月31日"
    assert filled(made, "en", **told)["thing3"] == "¥1234567.05 to go"
    assert filled(template("PointsExpiring", zh={"number1": "{points}"}), points=1260) == {"number1": "1260"}


def test_free_text_that_is_too_long_is_cut_and_that_shows() -> None:
    made = template("SurveyInvited", zh={"thing1": "{title}", "short_thing2": "{title}"})
    assert filled(made, title={"zh": "问" * 21}) == {"thing1": "问" * 19 + "…", "short_thing2": "问问问问…"}
    assert filled(made, title={"zh": "问" * 20})["thing1"] == "问" * 20
    assert fitting("number1", "1" * 40) == "1" * 40


def test_what_opens_is_a_page_of_the_mini_program_or_a_link() -> None:
    mini = rendered(template(page="pages/tier?from=notice"), Channel.MINI_PROGRAM, {}, "zh", MALL)
    assert (mini.registered_id, mini.page, mini.text) == ("T-1", "pages/tier?from=notice", "极光广场")
    survey = template("SurveyInvited", "official_account", link="{link}")
    assert survey.links()
    facts = samples(survey.occasion)
    assert rendered(survey, Channel.OFFICIAL_ACCOUNT, facts, "zh", MALL).page == "https://m.example/s/sample"


def test_how_to_opt_out_is_not_written_into_registered_fields() -> None:
    made = template().model_copy(update={"purpose": "marketing"})
    assert filled(made) == {"thing1": "极光广场"}


@pytest.mark.parametrize(
    "words",
    [
        {"zh": {"thing1": "字" * 21}},
        {"zh": {"phrase1": "字" * 6}},
        {"zh": {"phrase1": "letters"}},
        {"zh": {"number1": "{missing}"}},
        {"zh": {"number1": "第1"}},
        {"zh": {"amount1": "{until}"}},
        {"zh": {"amount1": "共{missing}元"}},
        {"zh": {"date1": "{missing}"}},
        {"zh": {"date1": "截止{until}"}},
        {"zh": {"date1": "31 December"}},
        {"zh": {"character_string1": "{mall}"}},
        {"zh": {"name1": "王"}},
        {"zh": {"phone_number1": "1"}},
        {"zh": {"thing": "x"}},
        {"zh": {"colour1": "x"}},
        {"zh": {"thing1": "{title}"}},
        {"zh": {"thing1": "{"}},
        {"zh": {"thing1": ""}},
        {"zh": {}},
        {"zh": {"thing1": "x"}, "en": {"thing2": "x"}},
        {"template_id": "a b"},
        {"page": "https://elsewhere.example/"},
        {"link": "{link}"},
    ],
)
def test_fields_that_wechat_would_refuse_are_refused_when_they_are_drafted(words: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        template(**words)


@pytest.mark.parametrize(
    "fields",
    [{"date1": "2026年11月1日"}, {"time1": "15:01"}, {"amount1": "¥100"}, {"number1": "3.5"}, {"phrase1": "配送中"}],
)
def test_fixed_text_in_the_form_of_its_kind_is_fine(fields: dict[str, str]) -> None:
    assert filled(template(zh=fields)) == fields


@pytest.mark.parametrize("link", ["http://x.cn", "javascript:alert(1)", "{mall}", "https://x.cn/{link}"])
def test_a_link_of_the_official_account_is_https_or_the_events_own(link: str) -> None:
    with pytest.raises(ValidationError):
        template("SurveyInvited", "official_account", link=link)
