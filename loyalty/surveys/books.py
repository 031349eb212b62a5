"""Where the figures of a survey lie, as far as more than one capability reads them (requirements S, A1). Pure.

`functions/survey` counts and reports them; the report of a campaign looks at the one group that is about it.
"""

INVITED, KEPT = "invited", "kept"
"""Names of sums: invitations, on the day they opened; and how many of those were answered."""
ABOUT = "about"
"""What tells answers apart by the template, reward or campaign they are about."""


def series_book(series_id: str) -> str:
    """Return the book of a survey through all its versions."""
    return f"figures/{series_id}"


def group_row(by: str, month: str, group: str | None) -> str:
    """Return the name of a group's row of a month (`yymm`)."""
    return f"{by}/{month}/{group}" if group else f"{by}/{month}"
