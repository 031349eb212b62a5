"""The notices every shipped mall starts with: what a member expects to hear, short, in both languages, in its words."""

import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from functions.notices.channels.sms_parts import sms_parts
from functions.notices.rules import Mall
from functions.notices.templates.template import NoticeTemplate, Purpose
from functions.notices.templates.wording import rendered
from functions.notices.templates.words import PLACEHOLDER, Channel
from local.starter import MALLS, Starter, StarterError, read_starter
from loyalty.notices.occasions import Occasion, samples

SHIPPED = sorted(path.stem for path in MALLS.glob("*.toml"))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LANGUAGES = ("zh", "en")
LINK = "/s/JVulY3TuGAjKekt3s6mPD9iX"
"""As long as the links that members get."""
WRITTEN_BY_MARKETERS = {Occasion.BROADCAST, Occasion.SEGMENT_ENTERED}
"""A mall starts without segments of its own."""
PROMOTING = {Occasion.COUPON_SENT, Occasion.OCCASION_CAME, Occasion.OCCASION_GIVEN}
UNBOUNDED = {"text"}


@pytest.fixture(scope="module", params=SHIPPED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def starter(name: str) -> Starter:
    return read_starter(name)


@pytest.fixture(scope="module")
def mall(name: str) -> Mall:
    told = settings(name)
    names = {language: told["mall"][f"name_{language}"] for language in LANGUAGES}
    return replace(Mall(), names=names, member_url=told["notices"]["member_url"])


def settings(name: str) -> dict[str, Any]:
    return tomllib.loads((MALLS / f"{name}.toml").read_text())


def texts(starter: Starter, language: str, mall: Mall) -> Iterator[tuple[NoticeTemplate, str]]:
    """What each notice says by text message, of every survey and every offer of the mall's."""
    names = [{"zh": offer.name_zh, "en": offer.name_en} for offer in starter.occasions.values()]
    titles = [{"zh": survey.title_zh, "en": survey.title_en} for survey in starter.surveys.values()]
    for notice in starter.notices.values():
        facts = samples(notice.occasion)
        asking = [{**facts, "link": LINK, "title": title} for title in titles]
        giving = [{**facts, "name": name} for name in names] if "name" in facts else [facts]
        for told in asking if "link" in facts else giving:
            yield notice, rendered(notice, Channel.SMS, told, language, mall).text


def test_each_occasion_a_mall_starts_with_is_told_by_one_notice(starter: Starter) -> None:
    told = Counter(notice.occasion for notice in starter.notices.values())
    assert told == Counter(set(Occasion) - WRITTEN_BY_MARKETERS)


def test_only_coupons_and_gifts_are_marketing(starter: Starter) -> None:
    promoting = {one.occasion for one in starter.notices.values() if one.purpose is Purpose.MARKETING}
    assert promoting == PROMOTING


def test_members_are_reached_by_text_message_and_e_mail_in_either_language(starter: Starter, mall: Mall) -> None:
    for notice in starter.notices.values():
        assert set(notice.channels) == {Channel.SMS, Channel.EMAIL}
        for channel in notice.channels:
            zh, en = (rendered(notice, channel, samples(notice.occasion), one, mall) for one in LANGUAGES)
            assert CHINESE.search(zh.text)
            assert not CHINESE.search(f"{en.subject}{en.text}")


def test_a_survey_is_one_link_away(starter: Starter) -> None:
    asking = [one for one in starter.notices.values() if one.occasion.startswith("Survey")]
    assert len(asking) == 2
    for one in asking:
        assert one.sms
        assert one.email
        assert one.email.text_en
        for text in (one.sms.zh, one.sms.en or "", one.email.text_zh, one.email.text_en):
            assert text.count("{link}") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_message_is_one_part_or_two_with_a_link(starter: Starter, mall: Mall, language: str) -> None:
    for notice, text in texts(starter, language, mall):
        assert sms_parts(text) <= (2 if notice.links() else 1), text


def test_a_text_message_says_nothing_that_has_no_bound(starter: Starter) -> None:
    for notice in starter.notices.values():
        assert notice.sms
        said = set(PLACEHOLDER.findall(f"{notice.sms.zh}{notice.sms.en}"))
        assert not said & UNBOUNDED


def test_a_sum_that_is_missing_is_named_only_where_every_tier_is_kept_by_spending(name: str, starter: Starter) -> None:
    ladder = settings(name)["program"]["tiers"]["ladder"]
    by_spending = all("spend_yuan" in tier for tier in ladder)
    (review,) = [one for one in starter.notices.values() if one.occasion is Occasion.TIER_REVIEW_NEAR]
    assert any("{missing}" in text for text in review.texts()) == by_spending


def test_notices_are_told_apart_by_their_names(starter: Starter) -> None:
    for names in ([one.name_zh for one in starter.notices.values()], [one.name_en for one in starter.notices.values()]):
        assert all(names)
        assert len(set(names)) == len(names)


def test_malls_write_in_their_own_words() -> None:
    said = [text for name in SHIPPED for notice in read_starter(name).notices.values() for text in notice.texts()]
    own = [text for text in said if text != "{title}"]
    assert len(own) > 100
    assert len(set(own)) == len(own)


@pytest.fixture
def malls(tmp_path: Path) -> Path:
    shutil.copy(MALLS / "aurora.toml", tmp_path)
    shutil.copytree(MALLS / "aurora", tmp_path / "aurora")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("aurora/starter/notices.toml", "{missing}", "{mising}", "tier-review: the entry: .*placeholders"),
        ("aurora/starter/notices.toml", '"service"', '"advice"', "notices.toml: welcome: purpose"),
        ("aurora.toml", "member_url", "# member_url", "survey-invitation: it links to a page"),
        (
            "aurora/starter/notices.toml",
            'occasion = "MemberEnrolled"',
            'occasion = "SegmentEntered"\nsegment_id = "at_risk"',
            "welcome: what concerns a segment",
        ),
    ],
)
def test_a_mistake_is_told_with_its_entry(malls: Path, file: str, old: str, new: str, told: str) -> None:
    text = (malls / file).read_text()
    assert old in text
    (malls / file).write_text(text.replace(old, new, 1))
    with pytest.raises(StarterError, match=told):
        read_starter("aurora", malls)
