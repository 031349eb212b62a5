"""What a campaign would have given: receipts replayed through the checkout's own functions (requirement A10). Pure.

Receipts and returns come in the order of recording. Limits, day sums and budgets are kept in memory in the very form
the checkout keeps them in its rows; what a purchase was given is remembered until goods come back. Campaigns of the
same group take part, because they compete; only the one on trial is counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from functions.campaigns import counting
from functions.campaigns.counting import DAY, IN_BRIEF, PARTICIPANTS
from functions.campaigns.journal_rows import BOUGHT, Noted
from loyalty.clock import day_of
from loyalty.earning.evaluation import Award, Bought, Evaluation, Needs, Shopper, evaluate, needs
from loyalty.earning.returning import settle, settle_day
from loyalty.earning.rule import Rule
from loyalty.earning.used import Gifts, Used, after_return, from_rows, ref, rows_needed, to_rows, with_shards
from loyalty.types import Day, Purse

MISSED = "missed"
VIRTUAL = 0
"""In memory a budget lies in one shard."""

Span = tuple[datetime, datetime | None]
"""From an instant on, until before another one; None: without end."""


@dataclass(frozen=True, slots=True)
class Runner:
    """A campaign that takes part, and when it ran, by the time of recording."""

    rule: Rule
    spans: tuple[Span, ...]

    @property
    def begins(self) -> datetime:
        """The first instant at which it could give something: published, and its window open."""
        return min(max(since, self.rule.starts) for since, _ in self.spans)

    def ran(self, at: datetime) -> bool:
        """Tell whether a receipt recorded then was decided on it."""
        return any(since <= at and (until is None or at < until) for since, until in self.spans)


class Person(NamedTuple):
    """What rules ask of a member beside the receipt: as it is known now."""

    born: str | None = None
    joined: Day | None = None
    lists: frozenset[str] = frozenset()


NOBODY = Person()


@dataclass(slots=True)
class Memory:
    """What a replay remembers between receipts; all of it plain, so that it can be put down and taken up again.

    Attributes:
        left: what is left of budgets, by campaign.
        tallies: attributes of the rows `loyalty.earning.used` writes, by `<campaign>/<member>` and row.
        given: by receipt, what is kept of awards (`[points by purse, coupons, units]` by campaign) and the campaigns
            whose day's sum it is in.
        sums: the figures so far; members: who was awarded something.
    """

    left: dict[str, int] = field(default_factory=dict)
    tallies: dict[str, dict[str, Any]] = field(default_factory=dict)
    given: dict[str, dict[str, Any]] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    members: dict[str, bool] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many things are remembered."""
        return len(self.tallies) + len(self.given) + len(self.members)


@dataclass(frozen=True, slots=True)
class Replay:
    """A trial under way.

    Attributes:
        target: the campaign whose figures are counted.
        counted: the receipts that count, by the time of recording; earlier ones only fill the memory.
    """

    target: str
    runners: tuple[Runner, ...]
    counted: Span
    mall_zone: tzinfo
    memory: Memory

    def asks(self, noted: Noted) -> Needs | None:
        """Return what a receipt's rules ask for; None where none may apply."""
        rules = self._rules(noted) if noted.what == BOUGHT else ()
        found = needs(self._bought(noted), rules) if rules else None
        return found if found and found.rules else None

    def take(self, noted: Noted, person: Person = NOBODY) -> None:
        """Replay a purchase or a return."""
        if noted.what != BOUGHT:
            self._return(noted)
            return
        rules = self._rules(noted)
        if not rules or (noted.until and noted.until < self._recorded_on(noted)):
            return
        shopper = Shopper(noted.tier, noted.first, person.born, person.joined, person.lists, noted.member_id)
        used = {rule.campaign_id: self._used(rule, noted) for rule in rules}
        self._awarded(noted, evaluate(self._bought(noted), shopper, rules, used, self.memory.left), used)

    def _rules(self, noted: Noted) -> tuple[Rule, ...]:
        return tuple(runner.rule for runner in self.runners if runner.ran(noted.recorded_at))

    def _bought(self, noted: Noted) -> Bought:
        at = (noted.at or noted.recorded_at).astimezone(self.mall_zone)
        return Bought(noted.key, noted.tenant_id, at, noted.channel, noted.lines, noted.multiplier)

    def _recorded_on(self, noted: Noted) -> Day:
        return day_of(noted.recorded_at.astimezone(self.mall_zone).date())

    def _awarded(self, noted: Noted, found: Evaluation, used: Mapping[str, Used]) -> None:
        given: dict[str, Any] = {"awards": {}, "counted": []}
        after = dict(found.counted)
        for award in found.awards:
            campaign = award.rule.campaign_id
            if award.units:
                self.memory.left[campaign] -= award.units
            summed = award.used is not None and noted.key in award.used.day.receipts
            if award.used is not None:
                shards = ((VIRTUAL, award.units),) if summed and award.units else ()
                after[campaign] = with_shards(award.used, shards)
            if not summed:
                given["awards"][campaign] = _plain(_gifts(award, noted.key))
            self._count_award(award, noted)
        for campaign, now in after.items():
            self._keep(campaign, noted, used[campaign], now)
            if noted.key in now.day.receipts:
                given["counted"].append(campaign)
        if given["awards"] or given["counted"]:
            self.memory.given[noted.key] = given
        self._count(noted, {f"{MISSED}/{one.why}": 1 for one in found.missed if one.rule.campaign_id == self.target})

    def _return(self, noted: Noted) -> None:
        given = self.memory.given.get(noted.key)
        if given is None:
            return
        rules = {runner.rule.campaign_id: runner.rule for runner in self.runners}
        for campaign, plain in given["awards"].items():
            given["awards"][campaign] = self._settled(rules[campaign], noted, _from_plain(plain))
        for campaign in given["counted"]:
            before = self._used(rules[campaign], noted)
            day = settle_day(rules[campaign], before, noted.key, noted.lines)
            self._keep(campaign, noted, before, day.used)
            self._taken_back(campaign, noted, day.taken)

    def _settled(self, rule: Rule, noted: Noted, gifts: Gifts) -> list[Any]:
        settled = settle(rule, gifts, noted.lines, noted.multiplier)
        if settled.taken or settled.taken.units:
            before = self._used(rule, noted)
            after = after_return(before, rule, settled.taken, whole=not settled.kept)
            self._keep(rule.campaign_id, noted, before, after)
            self._taken_back(rule.campaign_id, noted, settled.taken)
        return _plain(settled.kept)

    def _taken_back(self, campaign: str, noted: Noted, taken: Gifts) -> None:
        if not (taken or taken.units):
            return
        if taken.units:
            self.memory.left[campaign] += taken.units
        if campaign == self.target:
            templates = [template for template, _ in taken.coupons]
            figures = counting.taken_back(_by_purse(taken.points), templates, taken.units, is_return=True)
            self._count(noted, figures, self._recorded_on(noted))

    def _count_award(self, award: Award, noted: Noted) -> None:
        if award.rule.campaign_id != self.target:
            return
        figures = counting.awarded(_by_purse(award.points), award.templates, award.units, noted.paid)
        self._count(noted, figures, noted.day)
        if self._counts(noted):
            self.memory.members[noted.member_id] = True
            self.memory.sums[PARTICIPANTS] = len(self.memory.members)
        if award.replaced:
            back = counting.taken_back({}, [template for template, _ in award.replaced], 0, is_return=False)
            self._count(noted, back, self._recorded_on(noted))

    def _count(self, noted: Noted, figures: Mapping[str, int], day: Day | None = None) -> None:
        if not self._counts(noted):
            return
        sums = self.memory.sums
        for name, number in figures.items():
            sums[name] = sums.get(name, 0) + number
            if day and name in IN_BRIEF:
                of_day = f"{DAY}/{day}/{name}"
                sums[of_day] = sums.get(of_day, 0) + number

    def _counts(self, noted: Noted) -> bool:
        since, until = self.counted
        return since <= noted.recorded_at and (until is None or noted.recorded_at < until)

    def _used(self, rule: Rule, noted: Noted) -> Used:
        rows = self.memory.tallies.get(f"{rule.campaign_id}/{noted.member_id}", {})
        return from_rows({row: rows.get(row) for row in rows_needed(rule, noted.day)})

    def _keep(self, campaign: str, noted: Noted, before: Used, after: Used) -> None:
        changed = to_rows(before, after, noted.day)
        if changed:
            rows = self.memory.tallies.setdefault(f"{campaign}/{noted.member_id}", {})
            rows.update({row: attributes for row, attributes, _ in changed})


def begun(runners: Iterable[Runner]) -> Memory:
    """Return the memory of a replay that begins: budgets are whole."""
    budgets = {runner.rule.campaign_id: runner.rule.budget for runner in runners}
    return Memory(left={campaign: budget.amount for campaign, budget in budgets.items() if budget})


def spans_of(history: Sequence[Sequence[str]], published: str) -> tuple[Span, ...]:
    """Return when an offer was published, from its history (`[state, login, instant]`, oldest first)."""
    ends = [datetime.fromisoformat(at) for _, _, at in history[1:]]
    found = zip(history, [*ends, None], strict=True)
    return tuple((datetime.fromisoformat(at), end) for (state, _, at), end in found if state == published)


def _gifts(award: Award, key: str) -> Gifts:
    campaign = award.rule.campaign_id
    coupons = tuple((template, ref(key, campaign, n)) for n, template in enumerate(award.templates))
    return Gifts(award.points, coupons, award.units)


def _plain(gifts: Gifts) -> list[Any]:
    return [_by_purse(gifts.points), [list(pair) for pair in gifts.coupons], gifts.units]


def _from_plain(plain: Sequence[Any]) -> Gifts:
    points, coupons, units = plain
    kept = {Purse(purse): number for purse, number in points.items()}
    return Gifts(kept, tuple((template, name) for template, name in coupons), units)


def _by_purse(points: Mapping[Purse, int]) -> dict[str, int]:
    return {purse.value: number for purse, number in points.items() if number}
