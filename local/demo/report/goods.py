"""The panels about goods and offers: what is bought together, and what became of coupons. Pure."""

from collections.abc import Iterator, Mapping

from local.demo.report import words
from local.demo.report.asking import Row
from local.demo.report.charts import Bar, BarChart, Mark
from local.demo.report.figures import Cell, Text, count, decimal, percent, yuan
from local.demo.report.panels import Panel, Table

CHANCE = Mark(1.0, words.CHANCE)
SURE = 0.001
"""The p-value up to which the night proposes a bundle."""
IN_THE_FUNNEL = ("issued", "seen", "claimed", "redeemed")


def baskets_panel(categories: Row, items: Row, bundles: Row) -> Panel:
    """Rules of categories and of items, and what the night makes of them."""
    said = (
        _said(categories),
        words.ITEMS.filled(matching=items["matching"]),
        words.BUNDLES.filled(proposed=len(bundles["category"]) + len(bundles["sku"])),
    )
    lifts = tuple(Bar(Text.code(_rule(one)), (decimal(one["lift"]),)) for one in categories["rules"])
    tables = (_rules(words.CATEGORY_RULES, categories), _rules(words.ITEM_RULES, items))
    chart = BarChart(words.CATEGORY_RULES, (words.LIFT,), lifts, CHANCE)
    return Panel("baskets", words.BASKETS, said, (chart,), tables)


def funnel_panel(funnel: Mapping[str, Row]) -> Panel:
    """What became of coupons, in all and by tier, category and channel."""
    told = funnel["tier"]
    said = words.FUNNEL_SAID.filled(first=told["first"], last=told["last"], **told["total"])
    bars = tuple(Bar(words.STEPS[step], (count(told["total"][step]),)) for step in IN_THE_FUNNEL)
    return Panel(
        "funnel",
        words.FUNNEL,
        (said, words.FUNNEL_OF_VISITS),
        (BarChart(words.FUNNEL_STEPS, (words.ALL,), bars),),
        tuple(_by(dimension, answer) for dimension, answer in funnel.items()),
    )


def _said(categories: Row) -> Text:
    strong = sum(one["lift"] > 1 and one["p_value"] <= SURE for one in categories["rules"])
    sentence = words.CATEGORIES if strong else words.NO_CATEGORIES
    return sentence.filled(baskets=categories["baskets"], strong=strong)


def _rule(one: Row) -> str:
    return f"{' + '.join(one['if_bought'])} → {one['then_bought']}"


def _rules(caption: Text, found: Row) -> Table:
    return Table(caption, words.RULE, tuple(tuple(_cells(one)) for one in found["rules"]))


def _cells(one: Row) -> Iterator[Cell]:
    yield Text.code(" + ".join(one["if_bought"]))
    yield Text.code(one["then_bought"])
    yield count(one["baskets"])
    yield from (percent(one[name]) for name in ("support", "confidence"))
    yield from (decimal(one[name]) for name in ("lift", "p_value"))


def _by(dimension: str, answer: Row) -> Table:
    groups = [(words.ALL, answer["total"])]
    groups += [(Text.code(one["group"]) if one["group"] else words.NOT_TOLD, one) for one in answer["items"]]
    rows = tuple((label, *_steps(figures), yuan(figures["off_fen"])) for label, figures in groups)
    return Table(words.BY[dimension], (words.GROUP, *words.STEPS.values(), words.OFF), rows)


def _steps(figures: Row) -> Iterator[Cell]:
    for step in words.STEPS:
        yield count(figures[step])
