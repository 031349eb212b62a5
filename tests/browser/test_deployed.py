"""One survey answered in the browser on the deployed mall: gateway, functions and roles as the template makes them."""

from playwright.sync_api import Browser

from loyalty.remembering import A_MOMENT
from tests.browser.looking import flaws, follow
from tests.e2e.conftest import cloud, mall, stack  # noqa: F401 - the deployed mall, not the one of the other tests
from tests.e2e.mall import Mall, wait_until
from tests.e2e.test_surveys import Asked, asked, redeemed  # noqa: F401 - a survey that runs there


def test_a_member_answers_by_the_link_on_their_receipt(browser: Browser, mall: Mall, asked: Asked) -> None:  # noqa: F811
    def offered() -> str | None:
        _, _, answer = redeemed(mall, asked)
        return str(answer["survey"]["link"]) if answer.get("survey") else None

    link = wait_until(offered, "a survey in a redemption's answer", A_MOMENT + 5)
    page = browser.new_page(java_script_enabled=False, locale="en-GB", viewport={"width": 360, "height": 640})
    said = list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.goto(mall.stack.api_url + link)
    assert page.get_by_role("heading", level=1).inner_text() == "Your redemption"
    assert flaws(page) == {}
    follow(page.locator("button[value=submit]"))
    assert page.locator("[role=alert]").is_visible()
    page.locator('[name="n.ease"][value="9"]').check()
    page.locator("textarea").fill("排队有点久 😀")
    follow(page.locator("button[value=later]"))
    assert page.get_by_role("status").is_visible()
    follow(page.locator("button[value=submit]"))
    assert page.get_by_text("+20 courtesy points").is_visible()
    page.goto(mall.stack.api_url + link)
    assert page.get_by_role("heading", level=1).inner_text() == "Already answered"
    assert [text for text in said if "Content Security Policy" in text] == []
    page.context.close()
