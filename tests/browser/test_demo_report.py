"""The demo's report in a real browser, without a net: light and dark, wide and narrow, nothing cut off, nothing faint.

Its figures are made up here; that they are the API's answers is tests/unit/test_demo_report.py's business.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from local.demo.report import page as report
from tests.browser.looking import flaws, widest
from tests.unit.demo_answers import PERIOD, answers

Picture = Callable[[Page, str], Path]
Show = Callable[..., Page]
CLIPPED = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const frame = svg.viewBox.baseVal;
  return [...svg.querySelectorAll('text, rect')].filter(one => {
    const box = one.getBBox();
    return box.x < -1 || box.y < -1 || box.x + box.width > frame.width + 1 || box.y + box.height > frame.height + 1;
  }).map(one => one.textContent || one.outerHTML);
})"""
OVERLAPPING = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const all = [...svg.querySelectorAll('text')].map(one => [one.textContent, one.getBBox()]);
  return all.flatMap(([text, a], place) => all.slice(place + 1).filter(([, b]) =>
    a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width && a.y + 4 < b.y + b.height && b.y + 4 < a.y + a.height
  ).map(([other]) => [text, other]));
})"""
TILES = """() => {
  const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  return [...document.querySelectorAll('.tiled')].map(text => {
    const [low, high] = [text, text.previousElementSibling]
      .map(one => light(getComputedStyle(one).fill)).sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  });
}"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report as a file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    report.write(report.html(answers(), PERIOD, "aurora"), path)
    return path


@pytest.fixture
def show(browser: Browser, written: Path) -> Iterator[Show]:
    """Opens the file without a net; nothing may be asked for but the file, nor complained of."""
    contexts, said, asked_for = list[Any](), list[str](), list[str]()

    def shown(width: int = 1100, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **more)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: asked_for.append(request.url))
        page.goto(written.as_uri())
        return page

    yield shown
    for context in contexts:
        context.close()
    assert said == []
    assert set(asked_for) == {written.as_uri()}


def unfolded(page: Page) -> Page:
    """The page with all its tables open."""
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1100, 360])
def test_the_report_is_easy_to_read(show: Show, picture: Picture, scheme: str, width: int) -> None:
    page = unfolded(show(width, color_scheme=scheme))
    assert flaws(page) == {}
    assert min(page.evaluate(TILES)) >= 4.5
    picture(page, f"report-{scheme}-{width}")


def test_nothing_of_a_chart_is_cut_off_or_lies_on_something_else(show: Show) -> None:
    page = show()
    assert page.locator("svg").count() == 6
    assert page.evaluate(CLIPPED) == []
    assert page.evaluate(OVERLAPPING) == []


@pytest.mark.parametrize("width", [320, 180])
def test_the_report_reflows_when_it_is_zoomed(show: Show, width: int) -> None:
    assert widest(unfolded(show(width))) <= 0


def test_every_chart_has_a_name_and_a_table_that_says_the_same(show: Show) -> None:
    page = unfolded(show())
    for section in page.locator("section").all():
        for chart in section.get_by_role("img").all():
            title = chart.evaluate("one => document.getElementById(one.getAttribute('aria-labelledby')).innerText")
            tables = chart.evaluate("one => document.getElementById(one.getAttribute('aria-describedby')).innerText")
            assert title.strip()
            figures = chart.locator("[data-value]").evaluate_all("all => all.map(one => one.textContent)")
            assert figures
            assert [figure for figure in figures if figure not in tables] == []


def test_a_keyboard_opens_the_figures_of_a_chart(show: Show) -> None:
    page = show()
    folded = page.locator("#rfm details")
    assert not folded.get_by_role("table").is_visible()
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.get_by_role("table").is_visible()


def test_dark_and_light_are_not_the_same(show: Show) -> None:
    colours = {
        show(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(colours) == 2
