"""Runs the demo against the local cloud that `make up` started."""

import sys
import tomllib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.error import URLError
from zoneinfo import ZoneInfo

from local.checkout import ROOT
from local.demo.api import Api, DemoError
from local.demo.books import Figures, read_books
from local.demo.days import calendar_of
from local.demo.feedback import tell_findings, tell_surveys
from local.demo.files import members_csv, purchases_csv
from local.demo.imports import import_file
from local.demo.journey import tell_coupons, tell_points, tell_rewards
from local.demo.offers import publish_for_segments, publish_offers
from local.demo.onboarding import onboard_tenants
from local.demo.receipts import Line, read_lines
from local.demo.report.asking import Answers
from local.demo.report.telling import tell_insight
from local.demo.summary import NOTED, compared_with_last_run, summary, where_next
from local.demo.surveys import put_settings
from local.demo.sweep import run_sweep
from local.demo.visits import visitors
from local.stack import NoStackError, Stack
from local.starter import StarterError, read_starter


class Told(NamedTuple):
    """What a run of the demo ends with: the figures of the books, and what the report shows."""

    figures: Figures
    answers: Answers


def run(stack: Stack, lines: Sequence[Line]) -> Told:
    """Walk through the whole journey on a deployed stack.

    Args:
        lines: the receipts that the mall hands over.

    Raises:
        StarterError: the mall's starter content is wrong.
        DemoError: a step was answered otherwise than it must be.
    """
    calendar = calendar_of(NOTED, _zone(stack.mall), datetime.now(_zone(stack.mall)).date())
    api, starter = Api(stack), read_starter(stack.mall)
    print("1. Tenants are registered, their tills get keys, what the mall offers is drafted, approved and published.")
    onboard_tenants(api, starter)
    api.stack.save(NOTED.with_name("stack.json"))
    put_settings(api)
    offers = publish_offers(api, starter)
    print("2. The mall hands over its member file and its receipts; an approver releases them.")
    import_file(api, "members", members_csv(lines, calendar))
    import_file(api, "purchases", purchases_csv(lines, calendar))
    guests = visitors(lines)
    print("3. Members come to a till, show their code and pay partly with points.")
    offered = tell_points(api, guests, calendar)
    print("4. Coupons are claimed, held by a till, redeemed together, and come back with the goods.")
    tell_coupons(api, guests, calendar, offers, starter)
    print("5. Points become rewards.")
    tell_rewards(api, guests, offers)
    print("6. Who redeemed something is asked how it went; every answer is read, counted and reported.")
    tell_surveys(api, guests, calendar, offers, offered)
    print("7. What members complain of is improved, and they are told.")
    tell_findings(api, guests, offers)
    print(f"8. The expiry sweep runs for {calendar.sweep_day}, a year later.")
    run_sweep(api.stack, calendar.sweep_day)
    print("9. The books: every ledger entry against every account, coupon, reward and answer.")
    figures = read_books(api.stack)
    print("10. What the mall knows of its members by now: segments, RFM, baskets, funnel, predictions.")
    report = NOTED.parent / "demo" / "report.html"
    answers = tell_insight(api, lines, calendar, figures.coupons_issued, report)
    print(f"  {publish_for_segments(api, starter, offers)} offers wait for who enters a segment, and for festivals")
    return Told(figures, answers)


def _zone(mall: str) -> ZoneInfo:
    return ZoneInfo(tomllib.loads((ROOT / "malls" / f"{mall}.toml").read_text())["mall"]["time_zone"])


def main() -> int:
    """Run and report; the exit code for the shell."""
    try:
        stack = Stack.load()
        lines = read_lines()
        figures, answers = run(stack, lines)
    except (NoStackError, StarterError, DemoError, URLError) as failed:
        print(failed, file=sys.stderr)
        return 1
    print("\n" + summary(figures))
    if changed := compared_with_last_run(figures, answers.noted()):
        print(changed)
    print("\n" + where_next(stack, visitors(lines)[0].phone))
    return 0 if figures.sound else 1


if __name__ == "__main__":
    sys.exit(main())
