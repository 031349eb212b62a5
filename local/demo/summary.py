"""What the demo says at its end, and whether a second run changed anything."""

import json
from collections.abc import Mapping
from pathlib import Path

from local.checkout import LOCAL, shown
from local.demo.books import Figures
from local.stack import Stack

NOTED = LOCAL / "demo.json"


def compared_with_last_run(figures: Figures, report: Mapping[str, str], noted: Path = NOTED) -> str:
    """Note the figures for the next run; a sentence about what changed since the last, empty at the first.

    Args:
        report: a digest of each answer that the report shows, by its name.
        noted: `.local/demo.json`.
    """
    kept = json.loads(noted.read_text()) if noted.exists() else {}
    before, seen = kept.get("figures"), kept.get("report", {})
    noted.write_text(json.dumps({**kept, "figures": figures.as_dict(), "report": dict(report)}))
    if before is None:
        return ""
    changed = [
        f"{name} {before.get(name)} -> {value}"
        for name, value in figures.as_dict().items()
        if before.get(name) != value
    ]
    changed += [f"{name} of the report" for name, digest in report.items() if seen.get(name, digest) != digest]
    return f"This run changed: {', '.join(changed)}." if changed else "It was run before: this run changed no number."


def summary(figures: Figures) -> str:
    """The figures as a table."""
    equal = "yes" if figures.sound else f"NO ({_differing(figures)})"
    rows = [
        ("members", f"{figures.members:,}"),
        ("receipts", f"{figures.receipts:,}"),
        ("points issued", f"{figures.points_issued:,}"),
        ("  taken back by refunds", f"{figures.points_taken_back:,}"),
        ("  spent", f"{figures.points_spent:,}"),
        ("  expired", f"{figures.points_expired:,}"),
        ("points left", f"{figures.points_left:,}"),
        ("coupons issued", f"{figures.coupons_issued:,}"),
        ("  redeemed", f"{figures.coupons_redeemed:,}"),
        ("  open", f"{figures.coupons_open:,}"),
        ("rewards handed over", f"{figures.rewards_handed_over:,}"),
        ("surveys answered", f"{figures.surveys_answered:,}"),
        ("  points they brought", f"{figures.survey_points:,}"),
        ("findings resolved", f"{figures.findings_resolved:,}"),
        ("ledger explains it all", equal),
    ]
    return "\n".join(f"  {name:<26}{value:>14}" for name, value in rows)


def _differing(figures: Figures) -> str:
    return f"{figures.broken} members, {figures.unaccounted} coupons, rewards and answers differ"


def where_next(stack: Stack, phone: str) -> str:
    """What a newcomer may look at now."""
    bearer = f'-H "Authorization: Bearer $(make -s token WHO=member:{phone})"'
    return f"""Where to go next:
  the API                  {stack.api_url}
  its description          {stack.api_url}/openapi.json
  the mall's rules         {stack.api_url}/program
  a member's points        curl {bearer} '{stack.api_url}/me/points'
  a member of staff        make token WHO=marketer (or approver, operator, auditor)
  what it knows of members {shown(LOCAL / "demo" / "report.html")}
  all names and keys       {shown(LOCAL / "stack.json")}
  how it is built          README.md, docs/architecture.md
  stop; start again        make down; make up"""
