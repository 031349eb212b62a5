"""The tables of the lake: flat rows made from events, one Parquet column each, no nesting (ADR 0901).

Names and meaning of a column never change within a version; columns may be added. Every row names the event it was
made from, so a row that arrives twice is the same row twice: the views drop repetitions. Members are random ids.
Money is whole fen, points are whole; `biz_date` and `biz_hour` are the mall's own calendar and clock at the moment
it happened in the world. The files of a day lie in a folder named after the UTC day they arrived (`day=2026-11-22`).

This is data without code: the template makes Glue tables of it, `functions/lake` rows, tests files.
"""

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """The types of columns, by the names Glue and Athena share."""

    TEXT = "string"
    WHOLE = "bigint"
    DAY = "date"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, what it means."""

    name: str
    type: Type
    meaning: str


def _text(name: str, meaning: str) -> Column:
    return Column(name, Type.TEXT, meaning)


def _whole(name: str, meaning: str) -> Column:
    return Column(name, Type.WHOLE, meaning)


def _day(name: str, meaning: str) -> Column:
    return Column(name, Type.DAY, meaning)


EVENT = _text("event_id", "The event the row was made from.")
MEMBER = _text("member_id", "The member's random id.")
WHEN = (
    _day("biz_date", "The mall-local day it happened."),
    _whole("biz_hour", "The mall-local hour it happened, 0 to 23."),
)
ENTRY = _text("entry_id", "The ledger entry.")
TENANT = _text("tenant_id", "The tenant.")
RECEIPT_NO = _text("receipt_no", "The receipt's number at that tenant.")
TIER = _text("tier", "The tier's code held at that moment, before what happened; null: not known.")
CHANNEL = _text("channel", "Where: till, import, app, counter, ... Open vocabulary.")
WHAT = _text("what", "What happened. Open vocabulary, see the table.")


@dataclass(frozen=True, slots=True)
class LakeTable:
    """A table of the lake, in a version.

    Attributes:
        name: such as `receipts`; its files lie below `<name>/v<version>/day=<day>/`.
        version: part of the Glue table's name, such as `receipts_v1`.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    version: int = 1

    @property
    def glue_name(self) -> str:
        """The table's name in Glue and in queries."""
        return f"{self.name}_v{self.version}"


TABLES: tuple[LakeTable, ...] = (
    LakeTable(
        "events",
        "Every event of the mall, without what opens something or says who of the staff did it.",
        (
            EVENT,
            _text("type", "The event's type, such as PointsEarned."),
            _whole("schema_version", "The version of the type."),
            _text("subject", "The member's random id, or the id of what it is about."),
            _whole("member_seq", "The member's account version; 0: the account did not move."),
            _text("at", "When it happened, RFC 3339 in UTC."),
            _text("recorded_at", "When it was written down, RFC 3339 in UTC."),
            _text("origin", "Open vocabulary: till, member, staff, import, schedule."),
            *WHEN,
            _text("data", "The event's data as JSON."),
        ),
    ),
    LakeTable(
        "receipts",
        "Purchases, from PointsEarned with a receipt.",
        (
            EVENT,
            ENTRY,
            MEMBER,
            TENANT,
            RECEIPT_NO,
            CHANNEL,
            TIER,
            *WHEN,
            _whole("is_first", "1: no purchase of the member was recorded before it; else 0."),
            _whole("gross", "The sum of the lines in fen."),
            _whole("paid", "What was paid in money, in fen."),
            _whole("points", "What it earned in purse points."),
            _whole("pieces", "How many pieces were bought."),
        ),
    ),
    LakeTable(
        "lines",
        "The lines of purchases, numbered from 1 in the till's order.",
        (
            EVENT,
            _whole("line_no", "The line's number on its receipt."),
            MEMBER,
            TENANT,
            RECEIPT_NO,
            CHANNEL,
            TIER,
            *WHEN,
            _text("sku", "The item's number at the tenant."),
            _text("category", "The category of the goods."),
            _text("brand", "The brand, where the till said it."),
            _whole("quantity", "How many pieces."),
            _whole("amount", "The line's total in fen."),
            _whole("net", "What money paid of it, in fen."),
            _whole("is_payable", "1: it counts as spend; 0: it is excluded (tobacco, gift cards, ...)."),
        ),
    ),
    LakeTable(
        "returns",
        "Returns of goods, from PointsRefunded with a receipt; the day is that of the return.",
        (
            EVENT,
            ENTRY,
            MEMBER,
            TENANT,
            RECEIPT_NO,
            *WHEN,
            _whole("amount", "What the returned goods cost, in fen."),
            _whole("money_back", "What went back to the payment, in fen."),
            _whole("taken_back", "Earned points taken back."),
            _whole("given_back", "Redeemed points given back."),
        ),
    ),
    LakeTable(
        "points",
        "Movements of points, one row a reason; the reasons of an entry sum to what moved, purse by purse.",
        (
            EVENT,
            _whole("reason_no", "The reason's number in its event, from 1."),
            ENTRY,
            MEMBER,
            _whole("member_seq", "The account version the entry made: orders a member's movements."),
            _text("movement", "Open vocabulary: purchase, refund, redeem, expire, transfer, adjust, ..."),
            _text("purse", "Open vocabulary: points, courtesy, growth, draws."),
            _text("code", "Why. Open vocabulary: base, tier_multiplier, campaign, redeemed, ..."),
            _text("about", "What the code speaks of: the campaign, the tier."),
            _whole("points", "Signed: plus is in the member's favour."),
            _whole("balance", "What could be spent of purse points after the whole entry."),
            _text("tier", "The tier's code held after the whole entry."),
            *WHEN,
        ),
    ),
    LakeTable(
        "coupons",
        "What happened to coupons: sent, claimed, seen, locked, released, redeemed, returned, given, taken, expired, "
        "voided.",
        (
            EVENT,
            _text("coupon_ref", "Which coupon; never its code."),
            _whole("coupon_seq", "The coupon's version."),
            MEMBER,
            WHAT,
            _text("template_id", "The template it is of."),
            _text("kind", "amount_off, gift, ..."),
            _text("way", "How it was come by: claim, code, push, event, ..."),
            _text("category", "The marketers' own label."),
            CHANNEL,
            TIER,
            TENANT,
            *WHEN,
            _whole("off", "What it took off in fen; null where that is not what happened."),
            _whole("unit_cost", "What redeeming it costs beside money off, in fen."),
        ),
    ),
    LakeTable(
        "surveys",
        "Invitations (offered, invited, reminded, expired) and answers (answered), these one row a scale.",
        (
            EVENT,
            _whole("score_no", "The scale's number in its answer, from 1; 0 where there is none."),
            MEMBER,
            WHAT,
            _text("series_id", "The survey through all its versions."),
            _text("survey_id", "The version asked."),
            CHANNEL,
            TIER,
            TENANT,
            *WHEN,
            _text("dimension", "What the scale is about: ease, usefulness, service, recommendation, ..."),
            _whole("score", "What was answered, 1 to 10 (recommendation: 0 to 10)."),
        ),
    ),
    LakeTable(
        "members",
        "What is known of members: enrolled, profiled, status, tier, erased. What a person likes and how old they are "
        "is only here where they agreed to profiling.",
        (
            EVENT,
            MEMBER,
            WHAT,
            _text("at", "When, RFC 3339 in UTC."),
            _whole("seq", "Orders rows of one kind of a member: the highest is in force."),
            *WHEN,
            _text("status", "Of enrolled and status: the membership's."),
            _text("tier", "Of tier: the new one; of enrolled: the one begun with, if it was told."),
            CHANNEL,
            _text("member_kind", "Of enrolled: person, company."),
            _text("profiling", "Of profiled: granted, refused, unsaid."),
            _whole("birth_year", "Of profiled: the year of birth."),
            _text("interests", "Of profiled: words between bars, such as |fashion|dining|."),
            _text("categories", "Of profiled: preferred categories, between bars."),
            _text("brands", "Of profiled: preferred brands, between bars."),
            _text("family", "Of profiled: relatives who agreed, between bars, such as |child_2019|spouse|."),
        ),
    ),
    LakeTable(
        "campaigns",
        "What campaigns gave (awarded), took back (taken_back), kept from their control groups (withheld); one row a "
        "purse; without points, one row.",
        (
            EVENT,
            _whole("part_no", "The row's number in its event, from 1."),
            ENTRY,
            _text("campaign_id", "The campaign."),
            MEMBER,
            WHAT,
            TIER,
            *WHEN,
            _text("purse", "Which purse; null where it is about coupons only."),
            _whole("points", "How many points."),
            _whole("coupons", "How many coupons, on the first row."),
            _whole("units", "Units of the budget, on the first row."),
            _whole("paid", "What was paid for the receipt, on the first row; null for what is taken back."),
        ),
    ),
    LakeTable(
        "activity",
        "What members looked at and clicked on, only of those who agreed (requirement M11).",
        (
            EVENT,
            _whole("action_no", "The action's number in its event, from 1."),
            MEMBER,
            _text("what", "seen, clicked."),
            _text("kind", "coupon, campaign, reward, category, brand, item, page."),
            _text("ref", "Which one."),
            CHANNEL,
            *WHEN,
        ),
    ),
    LakeTable(
        "segments",
        "Members entering and leaving segments: entered, left.",
        (EVENT, MEMBER, WHAT, _text("segment_id", "The segment."), _text("refresh_id", "The refresh."), *WHEN),
    ),
    LakeTable(
        "gifts",
        "What members were given on an occasion of their own, from OccasionGiven.",
        (
            EVENT,
            _text("offer_id", "The offer by occasion."),
            MEMBER,
            _text("occasion", "welcome, birthday, family_birthday, anniversary, festival, segment. Open vocabulary."),
            _whole("gift_no", "How many this member had of this offer: 1, 2, 3 ..."),
            TIER,
            *WHEN,
            _whole("coupons", "How many coupons."),
            _text("purse", "Which purse; null where it brought no points."),
            _whole("points", "How many points."),
        ),
    ),
)
BY_NAME = {table.name: table for table in TABLES}
