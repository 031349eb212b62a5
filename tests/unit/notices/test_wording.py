"""What members read: placeholders by their sort, the mall's signature, how to opt out, and what a text costs."""

from typing import Any

import pytest
from pydantic import ValidationError

from functions.notices.channels.sms_parts import sms_parts
from functions.notices.rules import Mall
from functions.notices.templates.template import OF_A_SEGMENT, PACED, NoticeTemplate
from functions.notices.templates.wording import rendered
from functions.notices.templates.words import Channel
from loyalty.notices.occasions import PLACEHOLDERS, Occasion, facts, samples

MALL = Mall(names={"zh": "极光广场", "en": "Aurora Plaza"}, member_url="https://m.example")
ZONE = "Asia/Shanghai"


def template(**changes: Any) -> NoticeTemplate:
    plain = {"name_zh": "x", "occasion": "TierReviewNear", "purpose": "service", "channels": ["sms"]}
    return NoticeTemplate.model_validate({**plain, "sms": {"zh": "{mall}：还差{missing}，{until}截止"}, **changes})


def said(made: NoticeTemplate, language: str = "zh", **more: Any) -> str:
    return rendered(made, Channel.SMS, {**samples(made.occasion), **more}, language, MALL).text


def test_days_money_and_numbers_are_written_as_each_language_does() -> None:
    sms = {"zh": "{missing}/{until}", "en": "{missing}/{until}"}
    assert said(template(sms=sms)) == "【极光广场】¥862.00/2026年12月31日"
    assert said(template(sms=sms), "en", missing=123456705) == "[Aurora Plaza] ¥1,234,567.05/31 December 2026"


def test_what_has_no_english_is_told_in_chinese_signature_and_all() -> None:
    assert said(template(), "en") == said(template(), "zh")


def test_marketing_says_how_to_hear_no_more_in_every_channel_and_language() -> None:
    words = {"subject_zh": "a", "text_zh": "b", "subject_en": "a", "text_en": "b"}
    made = template(purpose="marketing", channels=["sms", "email"], sms={"zh": "a", "en": "a"}, email=words)
    for language, sms, email in (("zh", "拒收请回复R", "消息设置"), ("en", "Reply R to opt out", "Messages")):
        assert said(made, language).endswith(sms)
        assert email in rendered(made, Channel.EMAIL, {}, language, MALL).text
    assert "拒收" not in said(template())


def test_a_value_with_braces_in_it_is_filled_in_as_it_is() -> None:
    made = template(occasion="ImprovementAnnounced", sms={"zh": "{text}"})
    assert said(made, text={"zh": "{mall}{text}", "en": None}) == "【极光广场】{mall}{text}"


def test_a_link_leads_to_the_malls_address() -> None:
    made = template(occasion="SurveyInvited", sms={"zh": "{title} {link}"})
    assert said(made) == "【极光广场】兑换体验 https://m.example/s/sample"
    assert made.links()
    assert not template().links()


@pytest.mark.parametrize(
    "changes",
    [
        {"sms": {"zh": "{name}"}},
        {"sms": {"zh": "{points}"}},
        {"sms": {"zh": "{until"}},
        {"sms": {"zh": "{until!r}"}},
        {"sms": {"zh": "{}"}},
        {"sms": {"zh": "x", "en": "{phone}"}},
        {"sms": None},
        {"channels": ["sms", "sms"]},
        {"channels": ["sms", "email"]},
        {"channels": []},
        {"occasion": "SegmentEntered", "sms": {"zh": "x"}},
        {"segment_id": "at_risk"},
        {"a_minute": 100},
        {"occasion": "Broadcast", "segment_id": "at_risk", "sms": {"zh": "x"}},
        {"occasion": "Broadcast", "a_minute": 100, "sms": {"zh": "x"}},
        {"occasion": "PointsEarned"},
        {"good_for_hours": 0},
        {"channels": ["email"], "sms": None, "email": {"subject_zh": "a", "text_zh": "b", "text_en": "c"}},
    ],
)
def test_a_template_that_could_not_be_sent_is_no_template(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        template(**changes)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3), ("好" * 70, 1), ("好" * 71, 2), ("好" * 134, 2),
     ("好" * 135, 3), ("a" * 69 + "😀", 2), ("[Mall] " + "a" * 151, 1), ("[Mall] " + "a" * 152, 2)],
)  # fmt: skip
def test_a_text_is_charged_by_its_parts(text: str, parts: int) -> None:
    assert sms_parts(text) == parts


def test_facts_are_read_from_events_as_they_are_published() -> None:
    survey = {"title_zh": "体验", "link": "/s/t", "expires_at": "2026-12-04T16:30:00.000Z", "reward": None}
    assert facts(Occasion.SURVEY_INVITED, survey, ZONE) == {
        "title": {"zh": "体验", "en": None},
        "link": "/s/t",
        "until": "2026-12-05",
        "points": 0,
    }
    title = {"name_zh": "生日礼遇", "name_en": "Treat"}
    given = {**title, "coupons": [{"template_id": "T1"}], "points": {"purse": "points", "points": 100}}
    name = {"zh": "生日礼遇", "en": "Treat"}
    assert facts(Occasion.OCCASION_GIVEN, given, ZONE) == {"name": name, "coupons": 1, "points": 100}
    lots = [{"expires_on": "2026-12-31"}, {"expires_on": "2026-11-30"}]
    assert facts(Occasion.POINTS_EXPIRING, {"points": 7, "lots": lots}, ZONE) == {"points": 7, "until": "2026-11-30"}


@pytest.mark.parametrize("occasion", list(Occasion))
def test_every_occasion_has_samples_that_can_be_written(occasion: Occasion) -> None:
    text = "".join(f"{{{name}}}" for name in PLACEHOLDERS[occasion]) or "x"
    segment = {"segment_id": "at_risk"} if occasion in OF_A_SEGMENT else {}
    pace = {"a_minute": 100} if occasion in PACED else {}
    assert said(template(occasion=occasion, sms={"zh": text, "en": text}, **segment, **pace), "en")
