"""What answering reads: the invitation, then everything around it in one call.

A published definition never changes, so a process remembers those it has read.

row                                   key (`survey_id`, `kind`)
when a member answered a survey last  `member/<member_id>`, `answered/<series_id>`
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.survey.answers import answer_row
from functions.survey.definition import Survey
from loyalty import account_store, dynamo, ledger
from loyalty.accounts import Account
from loyalty.catalogue import offer_of
from loyalty.dynamo import Item, to_item
from loyalty.entries import EntryKey
from loyalty.remembering import forgotten_by
from loyalty.surveys import inviting, running
from loyalty.surveys.invitation import Invitation, from_row
from loyalty.surveys.settings import table
from loyalty.types import MemberId

TableKey = tuple[str, Mapping[str, object]]
_definitions: dict[str, Survey] = {}
forgotten_by(_definitions.clear)


@dataclass(frozen=True, slots=True)
class Opened:
    """An invitation with what is asked, and what it is decided on.

    Attributes:
        account: read where answering brings points only.
        last: the row that says when the member answered this survey last.
    """

    invitation: Invitation
    survey: Survey
    account: Account | None
    last: Item | None


def invitation(invitation_id: str) -> Invitation | None:
    """Read an invitation; None where there is none."""
    row = dynamo.get(table(), inviting.key(invitation_id))
    return from_row(row) if row else None


def around(found: Invitation) -> Opened:
    """Read what belongs to an invitation, in one call."""
    keys: list[TableKey] = [(table(), answered_key(found.member_id, found.series_id))]
    if found.points:
        keys.append((account_store.table(), {"member_id": found.member_id}))
    rows = _batch(keys, (found.survey_id,))
    account = account_store.from_row(rows[1]) if found.points and rows[1] else None
    return Opened(found, _definitions[found.survey_id], account, rows[0])


def certain(before: Opened, key: EntryKey) -> tuple[Opened, Item | None]:
    """Read everything that can have changed again, of one instant, and the entry that credits the answer."""
    found = before.invitation
    account, entry, (row, last) = ledger.look_again(
        MemberId(found.member_id),
        key,
        (table(), inviting.key(found.invitation_id)),
        (table(), answered_key(found.member_id, found.series_id)),
    )
    now = from_row(row) if row else found
    return Opened(now, before.survey, account if found.points else None, last), entry


def definitions(survey_ids: tuple[str, ...]) -> Mapping[str, Survey]:
    """Return published definitions by id, those not remembered read in one call."""
    if any(survey_id not in _definitions for survey_id in survey_ids):
        _batch([], survey_ids)
    return {survey_id: _definitions[survey_id] for survey_id in survey_ids if survey_id in _definitions}


def answer(answer_id: str) -> Item | None:
    """Read a complete answer as it is now."""
    return dynamo.get(table(), answer_row.key(answer_id), consistent=True)


def answered_key(member_id: str, series_id: str) -> dict[str, str]:
    """Return the key of the row that says when a member answered a survey last."""
    return {"survey_id": f"member/{member_id}", "kind": f"answered/{series_id}"}


def put_answer(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the part that writes an answer, once."""
    return _put(row, "attribute_not_exists(kind)", {})


def put_answered(row: Mapping[str, Any], last: Item | None, *, invited: bool) -> Mapping[str, Any]:
    """Return the part that notes when a member answered, over exactly the row that was read."""
    noted = {
        **answered_key(row["member_id"], row["series_id"]),
        "at": row["answered_at"],
        "answer_id": row["answer_id"],
        "invited": invited,
    }
    if last is None:
        return _put(noted, "attribute_not_exists(kind)", {})
    return _put(noted, "answer_id = :before", {":before": last["answer_id"]})


def _put(row: Mapping[str, Any], condition: str, values: Mapping[str, object]) -> Mapping[str, Any]:
    more = {"ExpressionAttributeValues": to_item(values)} if values else {}
    return {"Put": {"TableName": table(), "Item": to_item(row), "ConditionExpression": condition, **more}}


def _batch(keys: list[TableKey], survey_ids: tuple[str, ...]) -> list[Item | None]:
    """Read rows, and in the same call the definitions that are not remembered yet."""
    unknown = [survey_id for survey_id in survey_ids if survey_id not in _definitions]
    wanted = [*keys, *((table(), running.catalogue().key(survey_id)) for survey_id in unknown)]
    rows = dynamo.batch_get(*wanted)
    for survey_id, row in zip(unknown, rows[len(keys) :], strict=True):
        if offer := offer_of(row):
            _definitions[survey_id] = Survey.model_validate(offer.definition)
    return rows[: len(keys)]
