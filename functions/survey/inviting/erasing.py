"""What remains of a member's surveys once their membership is erased (requirements M6, K1): figures, and no person.

    a waiting invitation        cancelled: its link opens nothing, what was begun is forgotten
    an answer                   its scores, choices and what it was understood to say stay; member and words go
    a concern, a note of staff  that somebody complained stays; member and words go
    when the member was asked   stays: it says nothing but that

Every row stands in the index of the member until it is done, so whoever is interrupted finds the rest next time. An
answer may be younger than the index, or be given meanwhile: it is looked for by its invitation, whose id it has.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from functions.survey.findings import finding_rows
from functions.survey.findings.finding_concern import forgotten
from functions.survey.inviting.sweep import ended
from loyalty import attempts, dynamo
from loyalty.attempts import Plan
from loyalty.clock import iso
from loyalty.dynamo import Item, to_item
from loyalty.surveys import inviting, settings
from loyalty.surveys.invitation import WAITING, InvitationState, from_row

Part = Mapping[str, Any]
ANSWER = "answer"
"""The kind of an answer's row."""


def forget(member_id: str, now: datetime) -> int:
    """Take a member out of everything, and return how many rows that changed; again, it finds nothing.

    Raises:
        BusyError: if a row stayed busy; doing it again is safe.
    """
    listed = attempts.settle(lambda _certain: _rows_of(member_id), Plan).answer
    return sum(_change(dict(key), member_id, now) for key in dict.fromkeys(_keys(listed)))


def _rows_of(member_id: str) -> list[Item]:
    rows = dynamo.query(
        settings.table(),
        IndexName="by_member",
        KeyConditionExpression="member_id = :member",
        ExpressionAttributeValues=to_item({":member": member_id}),
    )
    return list(rows)


def _keys(listed: Iterable[Item]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Yield what may have to change: what the index lists, then, all invitations being closed, their answers."""
    answers: list[dict[str, str]] = []
    for row in listed:
        if row["kind"] == inviting.INVITATION:
            answers.append(finding_rows.answer_key(row["invitation_id"]))
        if not row["placed"].startswith(inviting.OVER_PLACE):
            yield ("survey_id", row["survey_id"]), ("kind", row["kind"])
    yield from (tuple(key.items()) for key in answers)


def _change(key: Mapping[str, str], member_id: str, now: datetime) -> int:
    """Change a row as it is now: the index may show an older one."""

    def decide(row: Item | None) -> Plan[int]:
        part = _without_member(row, now) if row and row.get("member_id") == member_id else None
        return Plan(1, (part,)) if part else Plan(0)

    return attempts.settle(lambda _certain: dynamo.get(settings.table(), key, consistent=True), decide).answer


def _without_member(row: Item, now: datetime) -> Part | None:
    """Return the part that writes a row without its member; None where nothing of it may change."""
    kind = row["kind"]
    if kind == inviting.INVITATION:
        invitation = from_row(row)
        waits = invitation.state in WAITING
        return inviting.put_if_unchanged(ended(invitation, now, InvitationState.CANCELLED)) if waits else None
    if kind == ANSWER:
        return _answer(row, now)
    if kind.startswith(finding_rows.CONCERN):
        return finding_rows.concern_part(forgotten(finding_rows.concern_of(row), now))
    return _note(row) if kind.startswith(finding_rows.NOTE) else None


def _answer(row: Item, now: datetime) -> Part:
    kept = {**row, "member_id": None, "texts": [], "because": [], "at": iso(now)}
    return _over(row, {**kept, "version": row["version"] + 1, "happened": []}, "version")


def _note(row: Item) -> Part:
    return _over(row, {**row, "member_id": None, "placed": None, "text": ""}, "member_id")


def _over(row: Item, after: Item, unchanged: str) -> Part:
    """Return the part that writes a row over the one that was read, told by one of its attributes."""
    put = {
        "TableName": settings.table(),
        "Item": to_item(after),
        "ConditionExpression": "#before = :before",
        "ExpressionAttributeNames": {"#before": unchanged},
        "ExpressionAttributeValues": to_item({":before": row[unchanged]}),
    }
    return {"Put": put}
