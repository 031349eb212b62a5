"""From a row to what staff changed: a version of an offer in any table, a version of the programme. Pure.

A catalogue writes every version of an offer twice, in a row of its own and in the list; only the first means something.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from loyalty.catalogue import DEFINITION
from loyalty.events import offers as o
from loyalty.events.envelope import Event, event_id
from loyalty.types import Origin

LISTS = "list"
FIRST = 1
"""The version of the programme that a mall starts with: nobody announced it."""


def of_definition(row: Mapping[str, Any], key: str, mall: str) -> list[Event]:
    """Return the event of a version of an offer; none for rows that are no definition with a history.

    Args:
        key: the row's partition key, such as `template/<id>`.

    Raises:
        LookupError, TypeError, ValueError: if it is no row of a catalogue.
    """
    offer_kind, _, offer_id = key.partition("/")
    if row["kind"] != DEFINITION or offer_kind == LISTS or not row.get("history"):
        return []
    state, login, at = row["history"][-1]
    data = o.OfferChangedData(
        offer_kind=offer_kind, offer_id=offer_id, offer_seq=row["version"], state=state, actor=login
    )
    told = _envelope((key, DEFINITION), row["version"], "OfferChanged", mall, at)
    return [o.OfferChanged(**told, subject=offer_id, data=data)]


def of_programme(row: Mapping[str, Any], mall: str) -> list[Event]:
    """Return the event of a new version of the programme; none for the one a mall starts with.

    A version that is withdrawn before its day was announced before; that its draft ended is an `OfferChanged`.

    Raises:
        LookupError, TypeError, ValueError: if it is no version of a programme.
    """
    if row["version"] == FIRST or "withdrawn_at" in row:
        return []
    data = o.ProgrammeAnnouncedData(
        version=row["version"],
        effective_from=date.fromisoformat(row["effective_from"]),
        actor=row.get("actor"),
    )
    key = (row["name"], str(row["version"]))
    told = _envelope(key, row["version"], "ProgrammeAnnounced", mall, row["at"])
    return [o.ProgrammeAnnounced(**told, subject=f"{row['name']}/{row['version']}", data=data)]


def _envelope(key: tuple[str, str], version: int, name: str, mall: str, at: str) -> dict[str, Any]:
    return {
        "id": event_id(key, version, name),
        "source": f"/malls/{mall}/offers",
        "time": at,
        "mall": mall,
        "member_seq": 0,
        "origin": Origin.STAFF,
        "recordedat": at,
    }
