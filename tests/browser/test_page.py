"""Members answer a survey on the page, in a real browser, without scripts.

The browser, the HTTP between and the page's handler are real; the tables are moto's, and a small server stands in for
the gateway.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from loyalty.surveys.invitation import Invitation
from tests.browser.conftest import Open
from tests.browser.looking import faint, flaws, focused, follow, widest
from tests.functions.members.faults import conflicts
from tests.functions.survey.answering.asked import BEN, Mall, rows, stored
from tests.functions.survey.answering.test_answering import courtesy

Picture = Callable[[Page, str], Path]
EVIL = "<script>window.hit = 1</script>\"'><img src=x onerror='window.hit = 1'><svg onload='window.hit = 1'>"
SUBMIT, LATER = "button[value=submit]", "button[value=later]"


@pytest.fixture
def one(mall: Mall) -> Invitation:
    """An invitation to a survey with a question of every kind."""
    return mall.invite(mall.publish())


def fill_in(page: Page, ease: int = 9) -> None:
    """Answer every question."""
    page.locator(f'[name="n.ease"][value="{ease}"]').check()
    page.locator('[name="n.again"][value="10"]').check()
    page.get_by_label("用餐").or_(page.get_by_label("Lunch")).check()
    page.locator('[name="m.liked"][value="food"]').check()
    page.locator("textarea").fill("服务台排队太久了 😀")


@pytest.mark.parametrize(("locale", "said"), [("zh-CN", "积分好用吗？"), ("en-GB", "Are points easy to use?")])
def test_a_page_fits_a_phone_and_is_easy_to_use(
    one: Invitation, on_phone: Open, picture: Picture, locale: str, said: str
) -> None:
    page = on_phone(one.token, locale=locale)
    assert page.get_by_role("heading", level=1).inner_text() == said
    assert flaws(page) == {}
    picture(page, f"survey-{locale[:2]}")


@pytest.mark.parametrize("width", [320, 180])
def test_a_page_reflows_when_it_is_zoomed(one: Invitation, on_phone: Open, width: int) -> None:
    """A phone of 360 pixels zoomed to 200% lays out 180 of them."""
    page = on_phone(one.token, viewport={"width": width, "height": 320})
    assert widest(page) <= 0
    follow(page.locator(SUBMIT))
    assert widest(page) <= 0


def test_a_wide_screen_shows_scales_in_one_line(one: Invitation, on_phone: Open, picture: Picture) -> None:
    page = on_phone(one.token, viewport={"width": 1000, "height": 700})
    tops = page.locator('label:has([name="n.ease"])').evaluate_all("all => all.map(one => one.offsetTop)")
    assert len(set(tops)) == 1
    assert flaws(page) == {}
    picture(page, "survey-wide")


def test_a_member_fills_it_in_and_is_thanked(one: Invitation, on_phone: Open, picture: Picture) -> None:
    page = on_phone(one.token)
    fill_in(page)
    picture(page, "filled")
    follow(page.locator(SUBMIT))
    assert page.get_by_role("heading", level=1).inner_text() == "感谢您的回答"
    assert page.get_by_text("+50 礼遇积分").is_visible()
    assert flaws(page) == {}
    picture(page, "thanks")
    (row,) = rows("answer")
    assert [score["score"] for score in row["scores"]] == [9, 10]
    assert row["texts"] == [{"question": "why", "text": "服务台排队太久了 😀"}]
    assert courtesy() == 50


def test_submitting_again_changes_nothing(one: Invitation, on_phone: Open, picture: Picture) -> None:
    page = on_phone(one.token)
    fill_in(page)
    follow(page.locator(SUBMIT))
    page.reload()
    assert page.get_by_text("+50 礼遇积分").is_visible()
    assert (courtesy(), len(rows("answer"))) == (50, 1)
    page = on_phone(one.token)
    assert page.get_by_role("heading", level=1).inner_text() == "您已提交过此问卷"
    assert flaws(page) == {}
    picture(page, "answered")


def test_mistakes_are_shown_and_lead_to_their_questions(one: Invitation, on_phone: Open, picture: Picture) -> None:
    page = on_phone(one.token)
    page.locator('[name="n.ease"][value="3"]').check()
    page.locator("textarea").fill("还没写完")
    follow(page.locator(SUBMIT))
    page.locator("[role=alert]:focus").wait_for()  # a browser focuses when it first draws
    links = page.locator("[role=alert] a")
    assert links.all_inner_texts() == ["2. 您会推荐我们吗？ – 请回答此题", "3. 您为何而来？ – 请回答此题"]
    links.nth(1).click()
    page.locator('[name="c.visit"]:focus').first.wait_for()
    assert page.locator('[name="n.ease"][value="3"]').is_checked()
    assert page.locator("textarea").input_value() == "还没写完"
    assert page.title().startswith("错误：")
    assert flaws(page) == {}
    picture(page, "mistakes")


def test_what_is_put_aside_is_there_later_on_another_phone(one: Invitation, on_phone: Open, picture: Picture) -> None:
    page = on_phone(one.token)
    page.locator('[name="n.ease"][value="3"]').check()
    page.locator("textarea").fill("第一行\n第二行 <b>")
    follow(page.locator(LATER))
    page.locator("[role=status]:focus").wait_for()
    assert "12 月 5 日 12:00" in page.get_by_role("status").inner_text()
    assert flaws(page) == {}
    picture(page, "saved")
    other = on_phone(one.token, locale="en-GB")
    assert other.locator('[name="n.ease"][value="3"]').is_checked()
    assert other.locator("textarea").input_value() == "第一行\n第二行 <b>"
    assert stored(one.invitation_id).state == "open"


def test_one_link_changes_the_language_and_it_stays(one: Invitation, on_phone: Open) -> None:
    page = on_phone(one.token)
    follow(page.get_by_role("link", name="English"))
    assert page.locator("html").get_attribute("lang") == "en"
    follow(page.locator(SUBMIT))
    assert page.get_by_role("heading", name="Please look at these again").is_visible()
    follow(page.get_by_role("link", name="中文"))
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_a_keyboard_is_enough(one: Invitation, on_phone: Open) -> None:
    page = on_phone(one.token)

    def tab_to(name: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if focused(page, "name") == name:
                return
        raise AssertionError(f"Tab never came to {name}")

    tab_to("n.ease")
    page.keyboard.press("Space")
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    outline = page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineStyle")
    assert outline == "solid"
    tab_to("n.again")
    page.keyboard.press("ArrowLeft")
    tab_to("c.visit")
    page.keyboard.press("Space")
    tab_to("m.liked")
    page.keyboard.press("Space")
    tab_to("t.why")
    page.keyboard.type("ok")
    tab_to("do")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "感谢您的回答"
    (row,) = rows("answer")
    assert [score["score"] for score in row["scores"]] == [8, 10]
    assert [choice["choice"] for choice in row["choices"]] == ["shop", "staff"]


def evil_survey() -> Mapping[str, Any]:
    """A survey whose every text tries to become a part of the page."""
    choices = [{"code": "a", "zh": EVIL}, {"code": "b", "zh": "b"}]
    questions = [
        {"code": "s", "kind": "scale", "dimension": "ease", "zh": EVIL, "low_zh": EVIL, "high_zh": EVIL},
        {"code": "c", "kind": "single", "zh": EVIL, "choices": choices},
        {"code": "t", "kind": "text", "zh": EVIL},
    ]
    return {"title_zh": EVIL, "title_en": None, "intro_zh": EVIL, "thanks_zh": EVIL, "questions": questions}


def test_no_text_becomes_a_part_of_the_page(mall: Mall, on_phone: Open) -> None:
    """With scripts allowed, so that one that came through would run; without the policy's help, by escaping alone."""
    one = mall.invite(mall.publish(**evil_survey()))
    page = on_phone(one.token, scripts=True, bypass_csp=True)

    def is_harmless() -> bool:
        return page.evaluate("window.hit") is None and page.locator("img, script").count() == 0

    assert page.get_by_role("heading", level=1).inner_text() == EVIL
    page.locator("textarea").fill(f"</textarea>{EVIL}")
    follow(page.locator(SUBMIT))
    assert is_harmless()
    assert page.locator("textarea").input_value() == f"</textarea>{EVIL}"
    page.locator('[name="n.s"][value="1"]').check()
    page.locator('[name="c.c"][value="a"]').check()
    follow(page.locator(LATER))
    assert page.locator("textarea").input_value() == f"</textarea>{EVIL}"
    assert is_harmless()
    follow(page.locator(SUBMIT))
    assert page.get_by_text(EVIL).is_visible()
    assert is_harmless()


def test_the_policy_lets_nothing_run_or_load(one: Invitation, on_phone: Open) -> None:
    """The page's own policy stops a script and a picture that somebody put there all the same."""
    page = on_phone(one.token, scripts=True, watched=False)
    page.evaluate(
        """() => {
          window.stopped = [];
          document.addEventListener('securitypolicyviolation', one => window.stopped.push(one.effectiveDirective));
          document.body.insertAdjacentHTML('beforeend', '<img src="/s/x"><p style="color: red">');
          const script = document.createElement('script');
          script.textContent = 'window.hit = 1';
          document.body.append(script);
        }"""
    )
    page.wait_for_function("window.stopped.length >= 3")
    assert set(page.evaluate("window.stopped")) == {"img-src", "style-src-attr", "script-src-elem"}
    assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_pages_that_have_nothing_to_ask_are_easy_to_use_too(
    mall: Mall, one: Invitation, on_phone: Open, picture: Picture, locale: str
) -> None:
    unknown = on_phone("x" * 24, locale=locale)
    assert flaws(unknown) == {}
    picture(unknown, f"unknown-{locale[:2]}")
    mall.now += timedelta(days=14)
    expired = on_phone(one.token, locale=locale)
    assert "已过期" in expired.title() or "over" in expired.title()
    assert flaws(expired) == {}
    picture(expired, f"expired-{locale[:2]}")


def test_when_we_are_busy_one_button_sends_it_again(one: Invitation, on_phone: Open, picture: Picture) -> None:
    page = on_phone(one.token)
    fill_in(page)
    with conflicts(100):
        follow(page.locator(SUBMIT))
        assert page.get_by_role("heading", level=1).inner_text() == "系统繁忙"
    assert flaws(page) == {}
    picture(page, "busy")
    follow(page.get_by_role("button", name="重试"))
    assert page.get_by_text("+50 礼遇积分").is_visible()
    assert (courtesy(), len(rows("answer"))) == (50, 1)


def test_two_members_with_two_links_do_not_meet(mall: Mall, one: Invitation, on_phone: Open) -> None:
    two = mall.invite(mall.publish("survey-2", series_id="survey-2"), BEN)
    first, second = on_phone(one.token), on_phone(two.token)
    fill_in(first, ease=1)
    fill_in(second, ease=2)
    follow(first.locator(SUBMIT))
    follow(second.locator(SUBMIT))
    found = {row["member_id"]: row["scores"][0]["score"] for row in rows("answer")}
    assert found == {"member-anna": 1, BEN: 2}


def test_faint_text_would_be_noticed(one: Invitation, on_phone: Open) -> None:
    page = on_phone(one.token)
    page.evaluate("document.querySelector('.note').style.setProperty('color', '#bbb')")
    assert [flaw["text"] for flaw in faint(page)] != []
