"""The report as one file of HTML: charts as inline SVG, no script, nothing from elsewhere, readable without a net.

The page's own policy lets nothing be loaded, so what it shows is what is in it.
"""

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.demo.report import charts
from local.demo.report.asking import Answers, Period
from local.demo.report.figures import count
from local.demo.report.forecasts import predictions_panel
from local.demo.report.goods import baskets_panel, funnel_panel
from local.demo.report.members import rfm_panel, segments_panel
from local.demo.report.panels import Panel

FOLDER = Path(__file__).parent
CSS = (FOLDER / "report.css").read_text(encoding="utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()


def panels(answers: Answers) -> tuple[Panel, ...]:
    """All panels of the report, in their order."""
    return (
        segments_panel(answers.segments),
        rfm_panel(answers.rfm, answers.segments),
        baskets_panel(answers.categories, answers.items, answers.bundles),
        funnel_panel(answers.funnel),
        predictions_panel(answers.year, answers.night),
    )


def html(answers: Answers, period: Period, mall: str) -> str:
    """The report of a period; equal answers make equal pages."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html").render(
        panels=panels(answers),
        period=period,
        receipts=count(answers.categories["baskets"]),
        mall=mall,
        size=charts,
        style=CSS,
        style_hash=STYLE_HASH,
    )


def write(text: str, path: Path) -> None:
    """Write the report, and the folder it goes to."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
