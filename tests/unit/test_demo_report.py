"""The demo's report: every figure is an answer of the API, in words, chart and table alike, and nobody is named."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest

from local.demo.report.asking import Answers
from local.demo.report.charts import LEVELS, LONGEST, Bar, BarChart, HeatMap, Mark, Tile
from local.demo.report.figures import Text, count, decimal
from local.demo.report.forecasts import predictions_panel
from local.demo.report.goods import baskets_panel
from local.demo.report.page import html, panels
from local.demo.report.words import BORNE_OUT, CHANCE, FEWER, MORE
from tests.unit.demo_answers import PERIOD, STAFF_NAME, answers, fit, rule, segments

PANELS = ["segments", "rfm", "baskets", "funnel", "predictions"]
STEPS = ("issued", "seen", "claimed", "redeemed")


class Page(HTMLParser):
    """The figures on a page, by panel: those of charts, and those of tables with what is shown of them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.charts: dict[str, list[float]] = {}
        self.tables: dict[str, list[tuple[float, str]]] = {}
        self.panel = ""
        self.value: float | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "section":
            self.panel = str(told["id"])
            self.charts[self.panel], self.tables[self.panel] = [], []
        elif tag == "text" and told.get("data-value"):
            self.charts[self.panel].append(float(str(told["data-value"])))
        elif tag == "data":
            self.value = float(str(told["value"]))

    def handle_data(self, data: str) -> None:
        if self.value is not None and self.panel:
            self.tables[self.panel].append((self.value, data))
        self.value = None


def page_of(told: Answers) -> str:
    return html(told, PERIOD, "aurora")


@pytest.fixture
def told() -> Answers:
    return answers()


@pytest.fixture
def page(told: Answers) -> Page:
    return Page(page_of(told))


def numbers(answer: Any) -> Iterator[float]:
    """Every number in an answer."""
    if isinstance(answer, Mapping):
        answer = list(answer.values())
    if isinstance(answer, list | tuple):
        for part in answer:
            yield from numbers(part)
    elif isinstance(answer, int | float):
        yield float(answer)


def in_tables(page: Page, panel: str) -> Counter[float]:
    return Counter(value for value, _ in page.tables[panel])


def test_the_report_has_a_panel_for_each_subject(page: Page) -> None:
    assert list(page.charts) == PANELS
    assert all(page.charts[panel] and page.tables[panel] for panel in PANELS)


def test_every_figure_of_the_page_is_an_answer_of_the_api(page: Page, told: Answers) -> None:
    known = set(numbers(list(vars(told).values())))
    for panel in PANELS:
        assert set(page.charts[panel]) <= known, panel
        assert {value for value, _ in page.tables[panel]} <= known, panel


def test_no_figure_of_an_answer_is_left_out(page: Page, told: Answers) -> None:
    assert in_tables(page, "segments") == Counter(one["size"] for one in told.segments if one["size"] is not None)
    assert in_tables(page, "rfm") == Counter(numbers(told.rfm["cells"]))
    assert in_tables(page, "baskets") == Counter(numbers([told.categories["rules"], told.items["rules"]]))
    shown = (*STEPS, "returned", "expired", "off_fen")
    groups = [group for by in told.funnel.values() for group in (by["total"], *by["items"])]
    assert in_tables(page, "funnel") == Counter(group[name] for group in groups for name in shown)
    assert in_tables(page, "predictions") >= Counter(
        number
        for own in (told.year, told.night)
        for one in own["buckets"]
        for number in (one["members"], one["expected"], one["actual"])
    )


def test_charts_show_what_the_answers_say(page: Page, told: Answers) -> None:
    assert sorted(page.charts["segments"]) == sorted(one["size"] for one in told.segments if one["size"] is not None)
    assert page.charts["rfm"] == [cell["members"] for cell in told.rfm["cells"]]
    assert page.charts["baskets"] == [one["lift"] for one in told.categories["rules"]]
    assert page.charts["funnel"] == [told.funnel["tier"]["total"][step] for step in STEPS]
    buckets = [*told.year["buckets"], *told.night["buckets"]]
    assert page.charts["predictions"] == [one[name] for one in buckets for name in ("expected", "actual")]


def test_what_is_shown_is_the_figure_rounded_and_fen_are_shown_as_yuan(page: Page) -> None:
    for panel in PANELS:
        for value, shown in page.tables[panel]:
            number = float(shown.replace(",", "").removesuffix(" %"))
            is_yuan = panel in {"rfm", "funnel"} and "." in shown
            scale = 100 if shown.endswith("%") else 0.01 if is_yuan else 1
            assert number == pytest.approx(value * scale, rel=0.02, abs=0.051), (panel, value, shown)
    assert page.tables["rfm"][4] == (25 * 123_457, "30,864.25")


def test_a_small_number_is_not_shown_as_zero() -> None:
    assert [decimal(number).shown for number in (0.0, 4.78e-06, 0.886446, None)] == ["0.00", "4.8e-06", "0.89", "—"]


def test_equal_answers_make_equal_pages(told: Answers) -> None:
    assert page_of(told) == page_of(answers())


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(told: Answers) -> None:
    text = page_of(told)
    assert re.findall(r"https?:|//\w|<script|<link|<img|<iframe|@import|url\(|src=", text) == []
    assert set(re.findall(r'href="([^"]*)"', text)) == {f"#{name}" for name in PANELS}
    assert "default-src 'none'" in text


def test_a_name_cannot_become_a_part_of_the_page() -> None:
    evil = {**answers().segments[1], "name_zh": "<script>x</script>", "name_en": None}
    text = page_of(answers(segments=[evil]))
    assert "&lt;script&gt;" in text
    assert "<script" not in text


def test_everything_is_said_in_both_languages(told: Answers) -> None:
    for panel in panels(told):
        sentences = [*panel.said, panel.title, *(table.caption for table in panel.tables)]
        assert all(re.search(r"[\u3400-\u9fff]", one.zh) for one in sentences if one.zh != one.en)
        assert all(re.search(r"[A-Za-z]", one.en) for one in sentences)
        assert not any("{" in word for one in sentences for word in one)
        assert len({one.zh for one in sentences}) > 1


def test_forecasts_are_called_what_they_were() -> None:
    def verdict(expected: float, actual: int) -> Text:
        own = fit(expected=expected, actual=actual)
        return predictions_panel(own).said[-1]

    assert verdict(100, 110) == BORNE_OUT
    assert verdict(37.075, 78) == MORE
    assert verdict(100, 60) == FEWER


def test_a_mall_where_too_few_came_again_has_a_report_too() -> None:
    nothing = fit(
        parameters=None,
        intervals=None,
        log_likelihood=None,
        expected=None,
        actual=None,
        buckets=[],
        value={"members": 3, "parameters": None, "intervals": None, "log_likelihood": None},
    )
    text = page_of(answers(night=nothing, year=nothing, segments=[]))
    assert "too few members came again" in text
    assert "None" not in text


def test_only_what_chance_does_not_explain_is_called_bought_together() -> None:
    def said(**figures: Any) -> str:
        found = answers()
        told = {**found.categories, "rules": [rule("a", "b", **figures)]}
        return baskets_panel(told, found.items, found.bundles).said[0].en

    assert "no two categories meet clearly more often" in said(lift=1.4, p_value=0.04)
    assert "no two categories meet clearly more often" in said(lift=0.7, p_value=0.0001)
    assert "1 rules between categories" in said(lift=1.4, p_value=0.0001)


def test_bars_are_as_long_as_their_figures_and_a_mark_stands_where_its_value_is() -> None:
    bars = tuple(Bar(Text.code(str(n)), (count(n),)) for n in (4, 2, 0))
    chart = BarChart(CHANCE, (CHANCE,), bars, Mark(1, CHANCE))
    lengths = [drawn.length for number in range(3) for drawn in chart.drawn(number)]
    assert lengths == [LONGEST, LONGEST / 2, 0]
    assert chart.reach(1) == LONGEST / 4
    far = BarChart(CHANCE, (CHANCE,), bars[2:], Mark(8, CHANCE))
    assert far.reach(8) == LONGEST


def test_the_fullest_tile_is_the_darkest_and_an_empty_one_has_a_shade_of_its_own() -> None:
    tiles = tuple(Tile(n, 1, count(members), CHANCE) for n, members in enumerate((100, 99, 50, 1, 0), 1))
    shades = [HeatMap(CHANCE, CHANCE, CHANCE, 5, 1, tiles).level(tile) for tile in tiles]
    assert shades == [LEVELS, LEVELS, 3, 1, 0]


def test_who_made_a_segment_and_who_is_in_it_is_not_in_the_report(told: Answers) -> None:
    kept = json.dumps([vars(told)], ensure_ascii=False)
    assert STAFF_NAME in json.dumps(segments(), ensure_ascii=False)
    assert STAFF_NAME not in kept + page_of(told)
