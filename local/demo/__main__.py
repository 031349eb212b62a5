"""Runs the demo against the local cloud that `make up` started."""

import sys
import tomllib
from datetime import datetime
from urllib.error import URLError
from zoneinfo import ZoneInfo

from local.checkout import ROOT
from local.demo.api import Api, DemoError
from local.demo.books import Figures, read_books
from local.demo.days import DemoCalendar, calendar_of
from local.demo.files import members_csv, purchases_csv
from local.demo.imports import import_file
from local.demo.onboarding import onboard_tenants
from local.demo.receipts import Line, read_lines
from local.demo.summary import NOTED, compared_with_last_run, summary, where_next
from local.demo.sweep import run_sweep
from local.demo.visits import bring_back, claim_membership, pay_with_points, visitors
from local.stack import NoStackError, Stack


def run(stack: Stack) -> Figures:
    """Walk through the whole journey on a deployed stack.

    Raises:
        DemoError: a step was answered otherwise than it must be.
    """
    lines = read_lines()
    calendar = calendar_of(NOTED, _zone(stack.mall), datetime.now(_zone(stack.mall)).date())
    api = Api(stack)
    print("1. Tenants are registered, and their tills get keys.")
    onboard_tenants(api)
    api.stack.save(NOTED.with_name("stack.json"))
    print("2. The mall hands over its member file and its receipts; an approver releases them.")
    import_file(api, "members", members_csv(lines, calendar))
    import_file(api, "purchases", purchases_csv(lines, calendar))
    print("3. Members come to a till, show their code and pay partly with points.")
    _visits(api, lines, calendar)
    print(f"4. The expiry sweep runs for {calendar.sweep_day}, a year later.")
    run_sweep(api.stack, calendar.sweep_day)
    print("5. The books: every ledger entry against every account.")
    return read_books(api.stack)


def _visits(api: Api, lines: list[Line], calendar: DemoCalendar) -> None:
    for visitor in visitors(lines):
        claim_membership(api, visitor)
        result = pay_with_points(api, visitor, calendar)
        print(
            f"  {visitor.name} at {visitor.tenant_id}: spent {result['points_spent']:,} points, "
            f"earned {result['points_earned']:,}, tier {result['tier']}"
        )
    back = bring_back(api, visitors(lines)[0])
    print(
        f"  {visitors(lines)[0].name} returns the notebooks: {back['points_given_back']:,} points given back, "
        f"{back['points_taken_back']:,} taken back"
    )


def _zone(mall: str) -> ZoneInfo:
    return ZoneInfo(tomllib.loads((ROOT / "malls" / f"{mall}.toml").read_text())["mall"]["time_zone"])


def main() -> int:
    """Run and report; the exit code for the shell."""
    try:
        stack = Stack.load()
        figures = run(stack)
    except (NoStackError, DemoError, URLError) as failed:
        print(failed, file=sys.stderr)
        return 1
    print("\n" + summary(figures))
    if changed := compared_with_last_run(figures):
        print(changed)
    print("\n" + where_next(stack, visitors(read_lines())[0].phone))
    return 0 if figures.sound else 1


if __name__ == "__main__":
    sys.exit(main())
