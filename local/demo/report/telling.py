"""The demo's last chapter: the lake catches up, all is computed as of the last day, the report is written."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from local.checkout import shown
from local.demo.api import Api
from local.demo.books import receipts_between
from local.demo.days import NEWEST_IN_FILE, DemoCalendar
from local.demo.receipts import Line
from local.demo.report import catching_up, page
from local.demo.report.asking import FUNNEL_DAYS, Answers, Period, ask, refresh


def tell_insight(api: Api, lines: Sequence[Line], calendar: DemoCalendar, coupons: int, report: Path) -> Answers:
    """Write the report; return what it shows.

    Args:
        coupons: how many were issued, by the books.
        report: where the page goes.

    Raises:
        DemoError: the lake did not catch up, or a computation failed.
    """
    imported = Period(calendar.day(min(line.day for line in lines)), calendar.day(NEWEST_IN_FILE))
    visits = Period(calendar.till_day, calendar.till_day + timedelta(days=FUNNEL_DAYS - 1))
    catching_up.await_receipts(api, imported, receipts_between(api.stack, *imported))
    catching_up.await_coupons(api, visits, coupons)
    answers = ask(api, imported, visits, refresh(api, imported))
    page.write(page.html(answers, imported, api.stack.mall), report)
    members = sum(cell["members"] for cell in answers.rfm["cells"] if cell["group"] == "champions")
    print(f"  {members} champions among the {answers.rfm['customers']} members who bought within a year")
    print(f"  the report: {shown(report)}")
    return answers
