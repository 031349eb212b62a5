"""From an event to rows of the lake's tables. Pure, so an event that comes again gives the very same rows.

Every event is a row of `events`; those that analysts ask about are rows of a flat table of their own, too. What opens
something (a link), who of the staff did it, and free text are in no row; what a person likes and how old they are is
in `members` alone, and reaches us only of those who agree to profiling (requirements K1, M6).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from functions.lake import member_rows, point_rows
from functions.lake.happened import Data, Happened, Row, Rows
from loyalty.lake.tables import BY_NAME

WITHHELD = frozenset(
    {
        "actor",
        "birth_year",
        "brands",
        "categories",
        "family",
        "interests",
        "link",
        "link_token",
        "text_en",
        "text_zh",
    }
)
"""What `events` keeps of no event, wherever in it it stands."""
COUPON, SURVEY, SEGMENT = "Coupon", "Survey", "Segment"
"""What the types of these events begin with; the rest says what happened."""
CAMPAIGNS = {"CampaignAwarded": "awarded", "CampaignTakenBack": "taken_back", "CampaignWithheld": "withheld"}

Maker = Callable[[Happened], Rows]


def rows_of(detail: Data, zone_name: str) -> list[Row]:
    """Return the rows of an event, without their nulls; of a type nobody knows yet, the row of `events` alone.

    Args:
        detail: the event as the bus brings it.
        zone_name: the mall's IANA time zone.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: if it is no event of ours.
    """
    happened = Happened.of(detail, zone_name)
    made = [_event(happened), *(row for maker in MAKERS.get(happened.kind, ()) for row in maker(happened))]
    return [Row(row.table, _known(row)) for row in made]


def _known(row: Row) -> Mapping[str, Any]:
    """Return a row's columns in the table's order, without nulls: the same row is always the same line of JSON."""
    order = [column.name for column in BY_NAME[row.table].columns]
    if unknown := row.values.keys() - set(order):
        raise ValueError(f"{row.table} has no column {', '.join(sorted(unknown))}")
    return {name: row.values[name] for name in order if row.values.get(name) is not None}


def _event(happened: Happened) -> Row:
    event = happened.event
    return Row(
        "events",
        {
            **happened.base(),
            "type": event["type"],
            "schema_version": _version(event),
            "subject": event["subject"],
            "member_seq": event["member_seq"],
            "at": event["time"],
            "recorded_at": event["recordedat"],
            "origin": event["origin"],
            "data": json.dumps(_told(event["data"]), ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        },
    )


def _version(event: Data) -> int:
    """Return the version that an event's schema names: `.../PointsEarned.v1.json` is 1."""
    return int(event["dataschema"].removesuffix(".json").rpartition(".v")[2])


def _told(value: Any) -> Any:
    """Return what an event tells without what the lake keeps of none."""
    if isinstance(value, Mapping):
        return {name: _told(part) for name, part in value.items() if name not in WITHHELD}
    return [_told(part) for part in value] if isinstance(value, list) else value


def _coupon(happened: Happened) -> Rows:
    what = happened.kind.removeprefix(COUPON).lower()
    told = happened.told(
        "coupon_ref", "coupon_seq", "template_id", "kind", "way", "category", "channel", "tier", "tenant_id", "off"
    )
    yield Row(
        "coupons",
        {**happened.of_member(), **told, "what": what, "unit_cost": happened.data.get("unit_cost", 0)},
    )


def _invitation(happened: Happened) -> Rows:
    told = happened.told("series_id", "survey_id", "tier", "tenant_id")
    what = happened.kind.removeprefix(SURVEY).lower()
    yield Row("surveys", {**happened.of_member(), **told, "what": what, "score_no": 0})


def _answer(happened: Happened) -> Rows:
    data = happened.data
    told = happened.told("series_id", "survey_id", "channel", "tier", "tenant_id")
    member = None if data.get("anonymous") else happened.event["subject"]
    answered = {**happened.base(), **told, "member_id": member, "what": "answered"}
    scores = [{"score_no": number, **_score(one)} for number, one in enumerate(data.get("scores", ()), start=1)]
    for score in scores or [{"score_no": 0}]:
        yield Row("surveys", answered | score)


def _score(score: Data) -> dict[str, Any]:
    return {"dimension": score["dimension"], "score": score["score"]}


def _campaign(happened: Happened) -> Rows:
    data, what = happened.data, CAMPAIGNS[happened.kind]
    is_award, told = what == "awarded", happened.told("entry_id", "campaign_id", "tier")
    shared = {**happened.of_member(), **told, "what": what}
    once = {"coupons": len(data.get("coupons", ())), "units": data.get("units", 0), "paid": data.get("paid")}
    further = {"coupons": 0, "units": 0, "paid": 0 if is_award else None}
    for number, part in enumerate(data.get("points") or [{}], start=1):
        purse = {"part_no": number, "purse": part.get("purse"), "points": part.get("points", 0)}
        yield Row("campaigns", {**shared, **purse, **(once if number == 1 else further)})


def _browsed(happened: Happened) -> Rows:
    for number, action in enumerate(happened.data["actions"], start=1):
        told = {name: action[name] for name in ("what", "kind", "ref")}
        channel = happened.data["channel"]
        yield Row("activity", {**happened.of_member(action["at"]), **told, "action_no": number, "channel": channel})


def _segment(happened: Happened) -> Rows:
    what = happened.kind.removeprefix(SEGMENT).lower()
    yield Row("segments", {**happened.of_member(), **happened.told("segment_id", "refresh_id"), "what": what})


def _gift(happened: Happened) -> Rows:
    data = happened.data
    told = {**happened.told("offer_id", "occasion", "tier"), "gift_no": data["occasion_seq"]}
    purse = data.get("points") or {"purse": None, "points": 0}
    brought = {"coupons": len(data.get("coupons", ())), "purse": purse["purse"], "points": purse["points"]}
    yield Row("gifts", {**happened.of_member(), **told, **brought})


MAKERS: dict[str, tuple[Maker, ...]] = {
    "PointsEarned": (point_rows.earned, point_rows.moved),
    "PointsRefunded": (point_rows.refunded, point_rows.moved),
    **dict.fromkeys(
        ("PointsRedeemed", "PointsExpired", "PointsTransferred", "PointsAdjusted", "PointsVoided", "DrawsMoved"),
        (point_rows.moved,),
    ),
    **dict.fromkeys(
        [
            f"{COUPON}{what}"
            for what in (
                "Sent",
                "Claimed",
                "Seen",
                "Locked",
                "Released",
                "Redeemed",
                "Returned",
                "Given",
                "Taken",
                "Expired",
                "Voided",
            )
        ],
        (_coupon,),
    ),
    **dict.fromkeys([f"{SURVEY}{what}" for what in ("Offered", "Invited", "Reminded", "Expired")], (_invitation,)),
    "SurveyAnswered": (_answer,),
    **dict.fromkeys(CAMPAIGNS, (_campaign,)),
    "MemberBrowsed": (_browsed,),
    "MemberEnrolled": (member_rows.enrolled,),
    "MembershipStatusChanged": (member_rows.status_changed,),
    "TierChanged": (member_rows.tier_changed,),
    "MemberErased": (member_rows.erased,),
    "MemberProfiled": (member_rows.profiled,),
    "SegmentEntered": (_segment,),
    "SegmentLeft": (_segment,),
    "OccasionGiven": (_gift,),
}
"""What makes rows of events of a type beside the one of `events`."""
