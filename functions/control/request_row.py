"""Requests as rows of the control table. Pure.

(request/<id>, "request")   the request at its last version; indexes by_member and by_shelf (`requests`), newest last
(frozen/<member>, "frozen") what a frozen membership was before; written with the freeze, deleted with the unfreeze

A version that means something says which event in `happened`. The attributes are the events' own (`task`, `why`);
`text` and `appeal_text` are in none of them.
"""

from dataclasses import asdict, dataclass
from typing import Any

from functions.control.request import (
    Appeal,
    AppealState,
    Asked,
    ControlReason,
    ControlRequest,
    ControlState,
    ControlTask,
)
from loyalty.dynamo import Item
from loyalty.types import Day, MemberId, Origin, Purse

REQUEST, FROZEN = "request", "frozen"
SHELF = "requests"
_APPEAL = "appeal_"


@dataclass(frozen=True, slots=True)
class Act:
    """What a version records: which event, when, by whom.

    Attributes:
        actor: the login of staff, or `member`.
    """

    happened: str
    at: str
    actor: str
    origin: Origin
    correlation_id: str


def key(request_id: str) -> dict[str, str]:
    """Return the key of a request."""
    return {"control_id": f"{REQUEST}/{request_id}", "kind": REQUEST}


def frozen_key(member_id: MemberId) -> dict[str, str]:
    """Return the key of the row that says what a frozen membership was."""
    return {"control_id": f"{FROZEN}/{member_id}", "kind": FROZEN}


def to_row(request: ControlRequest, act: Act) -> Item:
    """Return a version of a request as the row that is stored."""
    appeal: dict[str, Any] = asdict(request.appeal) if request.appeal else {}
    return {
        **key(request.request_id),
        **asdict(request.asked),
        "request_id": request.request_id,
        "maker": request.maker,
        "created_at": request.created_at,
        "text": request.text,
        "fingerprint": request.fingerprint or None,
        "state": request.state,
        "version": request.version,
        "checker": request.checker,
        "decided_at": request.decided_at,
        "moved": request.moved,
        "entry_id": request.entry_id,
        "undoes": request.undoes,
        **{_APPEAL + name: value for name, value in appeal.items()},
        "shelf": SHELF,
        "placed": f"{request.created_at}/{request.request_id}",
        "happened": [act.happened],
        "at": act.at,
        "recorded_at": act.at,
        "actor": act.actor,
        "origin": act.origin,
        "correlation_id": act.correlation_id,
    }


def from_row(row: Item) -> ControlRequest:
    """Return the request a row holds."""
    purse, last_day = row.get("purse"), row.get("last_day")
    return ControlRequest(
        request_id=row["request_id"],
        asked=Asked(
            member_id=MemberId(row["member_id"]),
            task=ControlTask(row["task"]),
            why=ControlReason(row["why"]),
            purse=Purse(purse) if purse else None,
            points=row.get("points"),
            last_day=Day(last_day) if last_day else None,
        ),
        maker=row["maker"],
        created_at=row["created_at"],
        text=row.get("text"),
        fingerprint=row.get("fingerprint", ""),
        state=ControlState(row["state"]),
        version=row["version"],
        checker=row.get("checker"),
        decided_at=row.get("decided_at"),
        moved=row.get("moved"),
        entry_id=row.get("entry_id"),
        appeal=_appeal(row),
        undoes=row.get("undoes"),
    )


def _appeal(row: Item) -> Appeal | None:
    if "appeal_at" not in row:
        return None
    return Appeal(
        text=row.get("appeal_text"),
        at=row["appeal_at"],
        state=AppealState(row["appeal_state"]),
        judge=row.get("appeal_judge"),
        judged_at=row.get("appeal_judged_at"),
        nobody_else=row["appeal_nobody_else"],
        opened=row.get("appeal_opened"),
    )
