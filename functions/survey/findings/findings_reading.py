"""Reading findings: lists by due day, one with its concerns and notes (requirements S4, D4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from functions.survey.findings import finding_rows as rows
from functions.survey.findings.finding import WORKED_ON, Finding, FindingState
from functions.survey.findings.finding_concern import Concern
from functions.survey.findings.finding_rows import Note
from loyalty import dynamo
from loyalty.dynamo import Item, to_item
from loyalty.surveys.settings import table

BY_SHELF = "by_shelf"
MOST_READS = 10
"""How many pages of the index one request reads: where a filter fits little, a page is short and has a next one."""
MOST_NOTES = 20
"""Notes shown with a history: those of its latest steps."""
MOST_CHARACTERS = 200_000
"""How much of members' words one answer shows: with the notes it stays below what a function may answer (6 MB)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are listed."""

    state: FindingState | None = None
    department: str | None = None
    owner: str | None = None
    overdue: bool | None = None

    @property
    def is_of_open(self) -> bool:
        """Tell whether those are listed that somebody still has to work on."""
        return self.state is None or self.state in WORKED_ON

    @property
    def filters(self) -> dict[str, str]:
        """What the next page's request must repeat."""
        overdue = None if self.overdue is None else str(self.overdue).lower()
        found = {"state": self.state, "department": self.department, "owner": self.owner, "overdue": overdue}
        return {name: str(value) for name, value in found.items() if value is not None}

    def fits(self, finding: Finding, today: date) -> bool:
        """Tell whether a finding is wanted."""
        return (
            (self.state is None or finding.state is self.state)
            and (self.department is None or finding.department == self.department)
            and (self.owner is None or finding.owner == self.owner)
            and (self.overdue is None or finding.is_overdue(today) is self.overdue)
        )


def page(wanted: Wanted, after: str | None, limit: int, today: date) -> tuple[list[Finding], str | None]:
    """Return findings and the position after which the next page starts, if any.

    Open ones come by due day, the most urgent first; those that are over, newest first.
    """
    found: list[Finding] = []
    position = after
    for _ in range(MOST_READS):
        items, position = _read(wanted, position, limit)
        for number, item in enumerate(items):
            finding = rows.finding_of(item)
            if finding is None or not wanted.fits(finding, today):
                continue
            found.append(finding)
            if len(found) == limit:
                return found, item["placed"] if position or number + 1 < len(items) else None
        if position is None:
            break
    return found, position


def improvements(after: str | None, limit: int) -> tuple[list[Item], str | None]:
    """Return what was improved, newest first, and the position after which the next page starts, if any."""
    return _shelf(rows.IMPROVEMENTS_SHELF, _improvement_start(after), limit, forward=False)


def concerns(finding_id: str, after: str | None, limit: int) -> tuple[list[Concern], str | None]:
    """Return concerns of a finding in the order of their ids, and the id after which the next page starts, if any."""
    start = {"ExclusiveStartKey": to_item(rows.concern_key(finding_id, after))} if after else {}
    answer = dynamo.client().query(
        TableName=table(),
        KeyConditionExpression="survey_id = :id AND begins_with(kind, :kind)",
        ExpressionAttributeValues=to_item({":id": f"finding/{finding_id}", ":kind": rows.CONCERN}),
        ConsistentRead=True,
        Limit=limit,
        **start,
    )
    found = [rows.concern_of(dynamo.from_item(item)) for item in answer["Items"]]
    return found, found[-1].answer_id if found and "LastEvaluatedKey" in answer else None


def words_of(found: Iterable[Concern]) -> dict[str, tuple[str, ...]]:
    """Return what was said, by concern: in the answer where there is one, else as staff took it down.

    Each gets its share of what one answer may show; what is longer is cut, and is whole on a shorter page.
    """
    some = list(found)
    share = MOST_CHARACTERS // max(1, len(some))
    answers = dynamo.batch_get(*((table(), rows.answer_key(one.answer_id)) for one in some)) if some else []
    return {one.answer_id: _cut(_words(one, row), share) for one, row in zip(some, answers, strict=True)}


def notes_of(finding: Finding) -> dict[str, Note]:
    """Return what staff wrote at the latest steps of a finding, by note."""
    ids = [step["note_id"] for step in finding.history if "note_id" in step][-MOST_NOTES:]
    found = dynamo.batch_get(*((table(), rows.note_key(finding.finding_id, one)) for one in ids)) if ids else []
    return {note.note_id: note for note in map(rows.note_of, found) if note}


def _words(concern: Concern, answer: Mapping[str, Any] | None) -> tuple[str, ...]:
    said = (text["text"] for text in (answer or {}).get("texts", ()))
    return (*said, *((concern.text,) if concern.text else ()))


def _cut(texts: tuple[str, ...], share: int) -> tuple[str, ...]:
    shown = []
    for text in texts:
        shown.append(text[:share])
        share -= len(shown[-1])
    return tuple(text for text in shown if text)


def _read(wanted: Wanted, after: str | None, limit: int) -> tuple[list[Item], str | None]:
    if wanted.is_of_open:
        return _shelf(rows.OPEN_SHELF, _finding_start(rows.OPEN_SHELF, after), limit, forward=True)
    return _shelf(rows.CLOSED_SHELF, _finding_start(rows.CLOSED_SHELF, after), limit, forward=False)


def _finding_start(shelf: str, after: str | None) -> Item:
    if after is None:
        return {}
    return {"shelf": shelf, "placed": after, **rows.finding_key(after.rpartition("/")[2])}


def _improvement_start(after: str | None) -> Item:
    if after is None:
        return {}
    key = rows.improvement_key(after.rpartition("/")[2])
    return {"shelf": rows.IMPROVEMENTS_SHELF, "placed": after, **key}


def _shelf(shelf: str, start: Item, limit: int, *, forward: bool) -> tuple[list[Item], str | None]:
    answer = dynamo.client().query(
        TableName=table(),
        IndexName=BY_SHELF,
        KeyConditionExpression="shelf = :shelf",
        ExpressionAttributeValues=to_item({":shelf": shelf}),
        ScanIndexForward=forward,
        Limit=limit,
        **({"ExclusiveStartKey": to_item(start)} if start else {}),
    )
    items = [dynamo.from_item(item) for item in answer["Items"]]
    return items, str(items[-1]["placed"]) if items and "LastEvaluatedKey" in answer else None
