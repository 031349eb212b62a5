"""What notices know of a member: what they refuse, what reaches them, what they got lately (N2, M3, K6). Pure.

It says nothing of who somebody is: an address that does not work is known by its keyed digest, so a new phone or
e-mail address is tried again without anybody doing anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from functions.notices.hours import WEEK
from functions.notices.templates.template import Purpose
from functions.notices.templates.words import Channel
from loyalty.clock import iso

CHINESE = "zh"
MOST_GRANTS, MOST_GRANTED = 20, 20
"""How many messages of a registered template a member may have permitted, and for how many templates."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member, as far as notices go.

    Attributes:
        version: 0: no row yet.
        opted_out: `<channel>/<purpose>` that the member refuses.
        dead: by channel, the digest of the address that did not work.
        recent: when marketing messages of the last week were or will be sent, oldest first.
        language: `zh` or `en`.
        grants: by registered template of the mini-program, how many messages the member permitted; never below one.
        erased: nothing is known of them, and nothing is learned any more.
    """

    member_id: str
    version: int = 0
    opted_out: frozenset[str] = frozenset()
    dead: Mapping[str, str] = field(default_factory=dict)
    recent: tuple[str, ...] = ()
    language: str = CHINESE
    erased: bool = False
    grants: Mapping[str, int] = field(default_factory=dict)

    def refuses(self, channel: Channel, purpose: Purpose) -> bool:
        """Tell whether the member opted out of a channel for a purpose."""
        return f"{channel}/{purpose}" in self.opted_out

    def with_message(self, at: datetime, now: datetime) -> "Member":
        """Return the member with one more marketing message; those of more than a week ago are forgotten."""
        kept = [one for one in self.recent if one > iso(now - WEEK)]
        return self._next(recent=tuple(sorted([*kept, iso(at)])))

    def with_refusals(self, refused: Iterable[str]) -> "Member":
        """Return the member with exactly these refusals."""
        return self._next(opted_out=frozenset(refused))

    def speaking(self, language: str) -> "Member":
        """Return the member with another language, in the same version."""
        return replace(self, language=language)

    def with_dead(self, channel: Channel, digest: str) -> "Member":
        """Return the member with an address that does not work."""
        return self._next(dead={**self.dead, channel.value: digest})

    def granting(self, templates: Iterable[str]) -> "Member":
        """Return the member with one more permission for each of these registered templates, up to the bounds.

        Of more templates than that, those permitted longest ago are forgotten.
        """
        more = {one: min(self.grants.get(one, 0) + 1, MOST_GRANTS) for one in templates}
        kept = {one: left for one, left in self.grants.items() if one not in more}
        return self._next(grants=dict(list({**kept, **more}.items())[-MOST_GRANTED:]))

    def spending(self, template: str) -> "Member | None":
        """Return the member with one permission less; None where there is none."""
        left = self.grants.get(template, 0) - 1
        if left < 0:
            return None
        return self._next(grants=_without(self.grants, template) | ({template: left} if left else {}))

    def granting_nothing(self, template: str) -> "Member":
        """Return the member without any permission for a registered template."""
        return self._next(grants=_without(self.grants, template)) if template in self.grants else self

    def _next(self, **changes: Any) -> "Member":
        return self if self.erased else replace(self, version=self.version + 1, **changes)


def _without(grants: Mapping[str, int], template: str) -> dict[str, int]:
    return {name: number for name, number in grants.items() if name != template}


def to_row(member: Member) -> dict[str, Any]:
    """Return the attributes that are stored."""
    return {
        "version": member.version,
        "opted_out": sorted(member.opted_out),
        "dead": dict(member.dead),
        "recent": list(member.recent),
        "language": member.language,
        "grants": dict(member.grants),
    }


def from_row(member_id: str, row: Mapping[str, Any] | None) -> Member:
    """Return the member a row tells of; without one, somebody who refused nothing."""
    if row is None:
        return Member(member_id)
    return Member(
        member_id,
        version=row["version"],
        opted_out=frozenset(row.get("opted_out", ())),
        dead=row.get("dead", {}),
        recent=tuple(row.get("recent", ())),
        language=row.get("language", CHINESE),
        erased=row.get("erased", False),
        grants=row.get("grants", {}),
    )
