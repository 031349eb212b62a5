"""Requests read and written: each version over exactly the one before it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from functions.control import shelves
from functions.control.request import ControlRequest, ControlState, ControlTask
from functions.control.request_row import REQUEST, SHELF, Act, from_row, frozen_key, key, to_row
from functions.control.shelves import table
from loyalty import account_store, dynamo
from loyalty.dynamo import Item, to_item
from loyalty.errors import NotFoundError
from loyalty.types import MemberId, Status

Part = dict[str, Any]


def find(request_id: str, *, consistent: bool = True) -> ControlRequest | None:
    """Read a request; None where there is none."""
    row = dynamo.get(table(), key(request_id), consistent=consistent)
    return from_row(row) if row else None


def read(request_id: str) -> ControlRequest:
    """Read a request that must be there.

    Raises:
        NotFoundError: if it is not.
    """
    if request := find(request_id):
        return request
    raise NotFoundError


def put_if_absent(request: ControlRequest, act: Act) -> Part:
    """Return the transaction part that writes a new request."""
    return _put(request, act, "attribute_not_exists(kind)")


def put_if_unchanged(request: ControlRequest, act: Act) -> Part:
    """Return the transaction part that writes the next version over exactly the one that was read."""
    before = to_item({":before": request.version - 1})
    return _put(request, act, "version = :before", ExpressionAttributeValues=before)


def remember(member_id: MemberId, status: Status) -> Part:
    """Return the transaction part that keeps what a membership was before it is frozen."""
    return {"Put": {"TableName": table(), "Item": to_item({**frozen_key(member_id), "before": status})}}


def forget(member_id: MemberId) -> Part:
    """Return the transaction part that drops what a membership was before it was frozen."""
    return {"Delete": {"TableName": table(), "Key": to_item(frozen_key(member_id))}}


def still_member(member_id: MemberId) -> Part:
    """Return the transaction part that refuses when the membership was erased: nobody writes about the forgotten."""
    return {
        "ConditionCheck": {
            "TableName": account_store.table(),
            "Key": to_item({"member_id": member_id}),
            "ConditionExpression": "attribute_exists(member_id) AND #status <> :erased",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": to_item({":erased": Status.ERASED}),
        }
    }


def page(
    state: ControlState | None,
    task: ControlTask | None,
    member_id: MemberId | None,
    before: str | None,
    limit: int,
    now: datetime,
) -> tuple[list[ControlRequest], str | None]:
    """Return requests, newest first, and where the next page starts."""

    def keep(request: ControlRequest) -> bool:
        return state in {None, request.state_at(now)} and task in {None, request.asked.task}

    if member_id:
        return _page(shelves.BY_MEMBER, member_id, before, limit, keep)
    return _page(shelves.BY_SHELF, SHELF, before, limit, keep)


def decided_about(member_id: MemberId, before: str | None, limit: int) -> tuple[list[ControlRequest], str | None]:
    """Return what was decided about a member and done, newest request first, and where the next page starts."""
    return _page(shelves.BY_MEMBER, member_id, before, limit, lambda request: request.state is ControlState.APPROVED)


def everything_about(member_id: MemberId) -> list[ControlRequest]:
    """Return every request about a member."""
    rows = dynamo.query(
        table(),
        IndexName="by_member",
        KeyConditionExpression="member_id = :member",
        ExpressionAttributeValues=to_item({":member": member_id}),
    )
    return [from_row(row) for row in rows if _is_request(row)]


def _page(
    index: tuple[str, str], value: str, before: str | None, limit: int, keep: Callable[[ControlRequest], bool]
) -> tuple[list[ControlRequest], str | None]:
    rows, following = shelves.newest(index, value, before, limit, lambda row: _is_request(row) and keep(from_row(row)))
    return [from_row(row) for row in rows], following


def _is_request(row: Item) -> bool:
    return bool(row["kind"] == REQUEST)


def _put(request: ControlRequest, act: Act, condition: str, **more: Any) -> Part:
    item = to_item(to_row(request, act))
    return {"Put": {"TableName": table(), "Item": item, "ConditionExpression": condition, **more}}
