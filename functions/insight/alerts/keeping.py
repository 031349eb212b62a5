"""The rows of alerts: each fall is one, told once, and brought up to date while it goes on (I3, ADR 0922).

    alert/average_receipt   <first week>/<kind of group>/<group>

The first night that sees a fall puts the row, on condition that there is none, and the row's stream tells
`AverageReceiptFell`. Later nights, and the same one repeated, put newer figures over it and have nothing to tell.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from functions.insight import store
from functions.insight.alerts.judging import MOST_WEEKS
from functions.insight.alerts.weeks import WEEK, back
from functions.insight.nights.night import Document, Made
from loyalty import dynamo, win_back
from loyalty.dynamo import Item, to_item
from loyalty.types import Origin

ALERTS = "alert/average_receipt"
FELL = "AverageReceiptFell"
_NEWER = ("basis", "weeks", "fall_per_mille", "threshold_per_mille", "p_value", "weeks_before")
"""What a later night knows better; who fell, and since when, stays."""


def keep(document: Document, made: Made) -> None:
    """Keep the falls that a night's document tells of."""
    falls = document.body["falls"]
    standing = _since(min(one["first_week"] for one in falls)) if falls else []
    for fall in falls:
        before = next((row for row in standing if _is_same(row, fall)), None)
        if before or not _put(row_of(fall, made)):
            _update(_key(before or fall), fall, made)


def page(after: str | None, limit: int) -> tuple[list[Item], str | None]:
    """Return up to `limit` alerts, the newest first, and the position after which the next page starts, if any."""
    start = {"ExclusiveStartKey": to_item(store.key(ALERTS, after))} if after else {}
    found = dynamo.client().query(
        TableName=store.table(), Limit=limit, ScanIndexForward=False, **_partition(""), **start
    )
    rows = [dynamo.from_item(item) for item in found["Items"]]
    return rows, rows[-1]["kind"] if rows and "LastEvaluatedKey" in found else None


def row_of(fall: Mapping[str, Any], made: Made) -> Item:
    """Return the row of a fall that is seen for the first time, with what its event tells."""
    kind, group = fall["group_kind"], fall["group"]
    alert_id = win_back.alert_id_for(kind, group, fall["first_week"])
    return {
        **_key(fall),
        **fall,
        "version": 1,
        "happened": [FELL],
        "alert_id": alert_id,
        "campaign_id": win_back.draft_id_for(alert_id),
        "segment_id": win_back.segment_id_for(kind, group),
        "at": made.made_at,
        "recorded_at": made.made_at,
        "made_at": made.made_at,
        "origin": Origin.SCHEDULE,
        "correlation_id": made.trace,
    }


def _since(first_week: str) -> list[Item]:
    """Return the alerts whose fall may reach one that begins in a week."""
    earliest = back(date.fromisoformat(first_week), 2 * MOST_WEEKS).isoformat()
    return list(dynamo.query(store.table(), ConsistentRead=True, **_partition(earliest)))


def _is_same(row: Item, fall: Mapping[str, Any]) -> bool:
    """Tell whether a fall is one that was told: the same group's, without a week of peace between them."""
    if (row["group_kind"], row["group"]) != (fall["group_kind"], fall["group"]):
        return False
    peace = (date.fromisoformat(row["last_week"]) + 2 * WEEK).isoformat()
    return bool(fall["first_week"] < peace and row["first_week"] <= fall["last_week"])


def _put(row: Item) -> bool:
    absent = "attribute_not_exists(kind)"
    return _done("put_item", Item=to_item(row), ConditionExpression=absent)


def _update(key: Mapping[str, str], fall: Mapping[str, Any], made: Made) -> None:
    """Put newer figures over an alert; those of an older night, or of a refresh asked for earlier, change nothing."""
    values = {name: fall[name] for name in ("last_week", *_NEWER)} | {"made_at": made.made_at, "happened": []}
    settings = ", ".join(f"{name} = :{name}" for name in values)
    _done(
        "update_item",
        Key=to_item(key),
        UpdateExpression=f"SET {settings}",
        ConditionExpression="last_week < :last_week OR (last_week = :last_week AND made_at <= :made_at)",
        ExpressionAttributeValues=to_item({f":{name}": value for name, value in values.items()}),
    )


def _done(call: str, **request: Any) -> bool:
    try:
        getattr(dynamo.client(), call)(TableName=store.table(), **request)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def _key(fall: Mapping[str, Any]) -> dict[str, str]:
    return store.key(ALERTS, f"{fall['first_week']}/{fall['group_kind']}/{fall['group']}")


def _partition(since: str) -> dict[str, Any]:
    later, values = (" AND kind >= :since", {":since": since}) if since else ("", {})
    return {
        "KeyConditionExpression": f"insight_id = :alerts{later}",
        "ExpressionAttributeValues": to_item({":alerts": ALERTS, **values}),
    }
