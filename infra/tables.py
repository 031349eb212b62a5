"""The shape of every table: keys, indexes, streams, housekeeping. `docs/data-model.md` says what they hold."""

from dataclasses import dataclass
from typing import Any

from aws_cdk.aws_dynamodb import Attribute, AttributeType, ProjectionType, StreamViewType

from infra.specs import Table

KEYS: dict[Table, tuple[str, ...]] = {
    Table.ACCOUNTS: ("member_id",),
    Table.LEDGER: ("source", "movement"),
    Table.MEMBERS: ("member_id", "kind"),
    Table.TENANTS: ("tenant_id", "kind"),
    Table.PROGRAM: ("name", "version"),
    Table.IMPORTS: ("import_id",),
    Table.COUPONS: ("coupon_id", "kind"),
    Table.REWARDS: ("reward_id", "kind"),
    Table.SURVEYS: ("survey_id", "kind"),
    Table.CAMPAIGNS: ("campaign_id", "kind"),
    Table.CONTROL: ("control_id", "kind"),
    Table.AUDIT: ("shelf", "placed"),
    Table.BOOKS: ("book_id", "kind"),
    Table.LEADERBOARD: ("board", "member_id"),
    Table.SEGMENTS: ("segment_id", "kind"),
    Table.INSIGHT: ("insight_id", "kind"),
    Table.NOTICES: ("notice_id", "kind"),
    Table.OFFERS: ("occasion_id", "kind"),
}
NUMBERS = frozenset({"account_version", "due_shard", "score", "version"})


@dataclass(frozen=True)
class Index:
    """A global secondary index; it carries its keys, what `carries` names, or the `whole` row."""

    name: str
    keys: tuple[str, str]
    carries: tuple[str, ...] = ()
    whole: bool = False

    def props(self) -> dict[str, Any]:
        """Return the arguments of CDK's `add_global_secondary_index`."""
        some = ProjectionType.INCLUDE if self.carries else ProjectionType.KEYS_ONLY
        return {
            "index_name": self.name,
            "partition_key": attribute(self.keys[0]),
            "sort_key": attribute(self.keys[1]),
            "projection_type": ProjectionType.ALL if self.whole else some,
            "non_key_attributes": list(self.carries) or None,
        }


INDEXES: dict[Table, tuple[Index, ...]] = {
    Table.ACCOUNTS: (Index("due", ("due_shard", "due_on")),),
    Table.LEDGER: (
        Index(
            "by_member",
            ("member_id", "account_version"),
            ("at", "recorded_at", "purse", "legs", "answer", "reasons", "actor", "origin", "kind"),
        ),
    ),
    # Sparse: rows that hold a birthday somebody may be congratulated on, by month, day and shard (ADR 1016).
    Table.MEMBERS: (Index("by_birthday", ("born_on", "member_id")),),
    Table.COUPONS: (
        Index("by_member", ("member_id", "placed"), whole=True),
        Index("by_template", ("shelf", "coupon_id")),
        Index("due", ("due_shard", "due_on")),
    ),
    Table.REWARDS: (
        Index("by_member", ("member_id", "placed"), whole=True),
        Index("by_reward", ("shelf", "placed"), whole=True),
    ),
    Table.SURVEYS: (
        Index("by_member", ("member_id", "placed"), whole=True),
        Index("by_shelf", ("shelf", "placed"), whole=True),
        Index("due", ("due_shard", "due_on")),
    ),
    Table.CONTROL: (
        Index("by_member", ("member_id", "placed"), whole=True),
        Index("by_shelf", ("shelf", "placed"), whole=True),
    ),
    Table.LEADERBOARD: (Index("by_score", ("board", "score")),),
    # Sparse: what is due; the messages of each member, for who takes their data along (ADR 1043).
    Table.NOTICES: (Index("due", ("due_shard", "due_on")), Index("by_member", ("member_id", "planned_at"))),
    # Sparse: when members joined, by month, day and shard (ADR 1023).
    Table.OFFERS: (Index("by_day", ("day_on", "occasion_id"), ("joined",)),),
}
STREAMS: dict[Table, StreamViewType] = {
    Table.LEDGER: StreamViewType.NEW_IMAGE,
    Table.MEMBERS: StreamViewType.NEW_AND_OLD_IMAGES,
    Table.COUPONS: StreamViewType.NEW_IMAGE,
    Table.REWARDS: StreamViewType.NEW_IMAGE,
    Table.SURVEYS: StreamViewType.NEW_IMAGE,
    Table.CAMPAIGNS: StreamViewType.NEW_IMAGE,
    Table.CONTROL: StreamViewType.NEW_IMAGE,
    Table.PROGRAM: StreamViewType.NEW_IMAGE,
    Table.SEGMENTS: StreamViewType.NEW_IMAGE,
    Table.INSIGHT: StreamViewType.NEW_IMAGE,
    Table.NOTICES: StreamViewType.NEW_IMAGE,
    Table.OFFERS: StreamViewType.NEW_IMAGE,
}


@dataclass(frozen=True)
class Meant:
    """The rows that may mean an event, by their keys: how the partition begins, what the sort key is; empty: any."""

    partitions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


MEANT: dict[Table, Meant] = {
    Table.MEMBERS: Meant(kinds=("profile", "facts")),
    Table.COUPONS: Meant(kinds=("coupon", "definition")),
    Table.REWARDS: Meant(kinds=("order", "definition")),
    Table.SURVEYS: Meant(partitions=("survey/", "invitation/", "answer/", "finding/")),
    Table.CAMPAIGNS: Meant(partitions=("campaign/", "memberlist/", "members/", "left/")),
    Table.CONTROL: Meant(kinds=("request", "alarm", "definition")),
    Table.SEGMENTS: Meant(kinds=("definition",)),
    Table.INSIGHT: Meant(partitions=("activity/", "alert/")),
    Table.NOTICES: Meant(kinds=("message", "definition")),
    Table.OFFERS: Meant(partitions=("occasion/", "given/", "greeted/")),
}
"""Counters, marks, slots and jobs move all the time: they never wake the outbox. All rows of the other tables do."""
TIME_TO_LIVE: dict[Table, str] = {
    Table.MEMBERS: "ttl",
    Table.IMPORTS: "ttl",
    Table.COUPONS: "ttl",
    Table.REWARDS: "ttl",
    Table.SURVEYS: "ttl",
    Table.CAMPAIGNS: "ttl",
    Table.CONTROL: "ttl",
    Table.BOOKS: "ttl",
    Table.LEADERBOARD: "ttl",
    Table.SEGMENTS: "ttl",
    Table.INSIGHT: "ttl",
    Table.NOTICES: "ttl",
    Table.OFFERS: "ttl",
}


def attribute(name: str) -> Attribute:
    """Return a key attribute with its type."""
    return Attribute(name=name, type=AttributeType.NUMBER if name in NUMBERS else AttributeType.STRING)
