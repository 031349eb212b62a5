"""What is known of each member on a day, worked out in plain Python from the rows as they arrived."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

type Row = Mapping[str, Any]
type Rows = Mapping[str, Iterable[Row]]


@dataclass
class Known:
    """A member with everything that is known of them on the day; `facts` holds the columns of members in force."""

    member_id: str
    facts: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    quintiles: tuple[int, int, int] | None = None


def known_members(rows: Rows, as_of: date, base_tier: str, *, only_granted: bool = False) -> dict[str, Known]:
    """Return those who may be in a segment on that day, by id."""
    found: dict[str, Known] = {}
    for member_id, mine in _by_member(_once(rows["members"])).items():
        facts = _facts(mine, as_of)
        if _is_eligible(facts, only_granted=only_granted):
            found[member_id] = Known(member_id, facts)
    for table in set(rows) - {"members"}:
        for row in _once(rows[table]):
            if row["member_id"] in found and row["biz_date"] <= as_of:
                found[row["member_id"]].rows[table].append(row)
    for member in found.values():
        member.facts["tier"] = member.facts["tier"] or _tier_of_points(member.rows["points"]) or base_tier
    return found


def _tier_of_points(rows: list[Row]) -> str | None:
    told = [row for row in rows if row["balance"] is not None]
    newest: Row = max(told, key=lambda row: row["member_seq"], default={})
    return newest.get("tier")


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({tuple(sorted(row.items(), key=lambda cell: cell[0])): row for row in rows}.values())


def _by_member(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["member_id"]].append(row)
    return found


def _facts(rows: list[Row], as_of: date) -> dict[str, Any]:
    then = [row for row in rows if row["biz_date"] <= as_of]
    enrolled, status = _newest(then, "enrolled"), _newest(then, "status")
    profiled = _newest(rows, "profiled")
    return {
        "joined_on": enrolled.get("biz_date"),
        "joined_by": enrolled.get("channel"),
        "member_kind": enrolled.get("member_kind"),
        "status": status.get("status") or enrolled.get("status"),
        "tier": _newest(then, "tier").get("tier") or enrolled.get("tier"),
        "erased": bool(_newest(rows, "erased")),
        "profiling": profiled.get("profiling", "unsaid"),
        "birth_year": profiled.get("birth_year"),
        "words": {name: _words(profiled.get(name)) for name in ("interests", "categories", "brands", "family")},
    }


def _newest(rows: list[Row], what: str) -> Row:
    of_kind = [row for row in rows if row["what"] == what]
    return max(of_kind, key=lambda row: (row["seq"], row["at"], row["event_id"]), default={})


def _words(barred: str | None) -> set[str]:
    return set((barred or "").split("|")) - {""}


def _is_eligible(facts: Mapping[str, Any], *, only_granted: bool) -> bool:
    if facts["joined_on"] is None or facts["erased"] or facts["status"] in {"awaiting_approval", "erased"}:
        return False
    return bool(facts["profiling"] == "granted" if only_granted else facts["profiling"] != "refused")
