"""A mall's rows, made by a seed: members, purchases with lines, returns, points, coupons, scores, clicks.

Made so that rules can go wrong: several receipts a day, purchases after the day asked for, facts that changed on the
same day or at the same instant, members erased, refusing to be profiled, waiting for approval, never heard of; equal
figures in plenty; rows that arrive two or three times, on other days.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from loyalty.clock import iso
from tests.lake.engine import Engine

type Row = dict[str, Any]
TENANTS = ("noodles", "womens-wear", "toys", "market", "o'hara")
CATEGORIES = ("dining", "womens_wear", "toys", "fresh_food", "childrens_wear", "men's wear")
BRANDS = ("suyi", "qinglan", "deer", None)
CHANNELS = ("till", "app", "import")
TIERS = ("regular", "silver", "gold", "diamond")
INTERESTS = ("fashion", "dining", "sports", "亲子")
RELATIVES = ("child", "spouse", "parent")
PROFILINGS = ("granted", "granted", "granted", "unsaid", "refused")
STATUSES = ("active", "active", "active", "active", "unclaimed", "awaiting_approval")
DIMENSIONS = ("ease", "service")
WHATS = ("sent", "claimed", "seen", "redeemed", "expired")
DAYS = 900
"""How far back it all began."""
LATER = 30
"""How many days after the day asked for still happened something."""
AGAIN = 0.05
KEPT_OUT = ("1", "6")
"""How the ids of members end whom campaigns keep out to compare with."""
CAMPAIGN = "5f0c3e9a1b7d42e8a6c40b13"
OCCASION = "0b13c6a45f0c3e9a1b7d42e8"


@dataclass
class Mall:
    """The rows by table, as they arrived."""

    today: date
    luck: random.Random
    rows: dict[str, list[Row]] = field(default_factory=dict)
    made: int = 0

    def add(self, table: str, row: Row) -> None:
        """Add a row; some come again."""
        self.rows.setdefault(table, []).append(row)
        while self.luck.random() < AGAIN:
            self.rows[table].append(dict(row))

    def event(self) -> str:
        """Return the id of a new event."""
        self.made += 1
        return f"event-{self.made:07d}"

    def some_day(self, since: date) -> date:
        """Return a day from then until after the day asked for."""
        return since + timedelta(days=self.luck.randrange((self.today - since).days + LATER))

    def put(self, engine: Engine) -> None:
        """Fill an engine with the rows, in no order, over two days of arrival."""
        for table, rows in self.rows.items():
            mixed = self.luck.sample(rows, len(rows))
            engine.put(table, mixed[::2], "2026-11-21")
            engine.put(table, mixed[1::2], "2026-11-22")


def mall(seed: int, receipts: int, today: date) -> Mall:
    """Return a mall with about that many receipts and a member for every seven of them."""
    made = Mall(today, random.Random(seed))
    members = [f"member-{n:06d}" for n in range(max(receipts // 7, 3))]
    joined = {member: _enrolled(made, member) for member in members}
    for member in members:
        _told(made, member, joined[member])
        _asked(made, member, joined[member])
    buyers = [*members[: len(members) * 4 // 5], "stranger-000001"]
    weights = [made.luck.paretovariate(1.2) for _ in buyers]
    for number, member in enumerate(made.luck.choices(buyers, weights, k=receipts)):
        _purchase(made, member, number, joined.get(member, made.today))
    _points(made, members)
    for row in list(made.rows.get("receipts", ())):
        _awards(made, row)
    _moves(made, buyers)
    _gifts(made)
    return made


def _enrolled(made: Mall, member: str) -> date:
    day = made.some_day(made.today - timedelta(days=DAYS))
    kind = "company" if made.luck.random() < 0.05 else "person"
    status, channel = made.luck.choice(STATUSES), made.luck.choice(("app", "counter", "import"))
    facts = {"status": status, "channel": channel, "member_kind": kind, "tier": made.luck.choice((None, None, "gold"))}
    made.add("members", _member_row(made, member, "enrolled", day, 0, **facts))
    return day


def _member_row(made: Mall, member: str, what: str, day: date, seq: int, **facts: Any) -> Row:
    at = datetime(day.year, day.month, day.day, made.luck.choice((2, 2, 10)), tzinfo=UTC)
    return {
        "event_id": made.event(),
        "member_id": member,
        "what": what,
        "at": iso(at),
        "seq": seq,
        "biz_date": day,
        "biz_hour": at.hour,
        **facts,
    }


def _told(made: Mall, member: str, joined: date) -> None:
    luck = made.luck
    for seq in range(luck.choice((0, 1, 1, 2, 3))):
        day = joined if seq else made.some_day(joined)
        made.add("members", _member_row(made, member, "profiled", day, seq, **_facts(luck)))
    for seq in range(luck.choice((0, 0, 1, 3))):
        day = made.some_day(joined)
        made.add("members", _member_row(made, member, "tier", day, seq, tier=luck.choice(TIERS)))
    if luck.random() < 0.1:
        status = luck.choice(("frozen", "active", "awaiting_approval"))
        made.add("members", _member_row(made, member, "status", made.some_day(joined), 1, status=status))
    if luck.random() < 0.03:
        made.add("members", _member_row(made, member, "erased", made.some_day(joined), 1))


def _facts(luck: random.Random) -> Row:
    profiling = luck.choice(PROFILINGS)
    if profiling != "granted":
        return {"profiling": profiling}
    return {
        "profiling": profiling,
        "birth_year": (born := luck.choice((None, *range(1950, 2008)))),
        "interests": _barred(luck, INTERESTS),
        "categories": _barred(luck, CATEGORIES),
        "brands": _barred(luck, BRANDS[:3]),
        "family": _with_years(_barred(luck, RELATIVES), born),
    }


def _with_years(family: str | None, born: int | None) -> str | None:
    """Return a family in which most children are minors of a year, and the others grown up."""
    if family is None or born is None:
        return family
    return family.replace("child", f"child_{2005 + born % 22}")


def _barred(luck: random.Random, words: tuple[Any, ...]) -> str | None:
    chosen = luck.sample(words, luck.choice((0, 0, 1, 2)))
    return f"|{'|'.join(chosen)}|" if chosen else None


def _asked(made: Mall, member: str, joined: date) -> None:
    """Coupons, scores and clicks of a member."""
    luck = made.luck
    for _ in range(luck.randrange(4)):
        facts = {"what": luck.choice(WHATS), "template_id": luck.choice("abc"), "category": luck.choice(CATEGORIES)}
        made.add("coupons", {**_base(made, member, made.some_day(joined)), **facts})
    for number in range(luck.randrange(3)):
        base = {**_base(made, member, made.some_day(joined)), "what": "answered"}
        for score_no, dimension in enumerate(DIMENSIONS[: luck.choice((1, 2))], 1):
            score = luck.choice((None, *range(1, 11)))
            made.add("surveys", {**base, "score_no": score_no, "dimension": dimension, "score": score})
        if number:
            made.add("surveys", {**_base(made, member, made.some_day(joined)), "score_no": 0, "what": "invited"})
    if luck.random() < 0.3:
        base = _base(made, member, made.some_day(joined))
        for action_no in range(1, luck.choice((2, 4))):
            facts = {"what": luck.choice(("seen", "clicked")), "kind": "category", "ref": luck.choice(CATEGORIES)}
            made.add("activity", {**base, "action_no": action_no, **facts})


def _base(made: Mall, member: str, day: date) -> Row:
    return {
        "event_id": made.event(),
        "member_id": member,
        "biz_date": day,
        "biz_hour": made.luck.randrange(24),
        "channel": made.luck.choice(CHANNELS),
    }


def _purchase(made: Mall, member: str, number: int, joined: date) -> None:
    luck = made.luck
    base = {**_base(made, member, made.some_day(joined)), "tenant_id": luck.choice(TENANTS)}
    base |= {"receipt_no": f"R{number}", "tier": luck.choice(TIERS)}
    lines = list(_lines(luck))
    gross = sum(line["amount"] for line in lines)
    paid = sum(line["net"] for line in lines)
    facts = {"is_first": 0, "gross": gross, "paid": paid, "points": paid // 100, "pieces": len(lines)}
    made.add("receipts", {**base, "entry_id": f"entry-{number}", **facts})
    for line_no, line in enumerate(lines, 1):
        made.add("lines", {**base, "line_no": line_no, **line})
    if luck.random() < 0.06:
        day = base["biz_date"] + timedelta(days=luck.randrange(20))
        money = {"amount": gross, "money_back": luck.choice((paid, paid // 2)), "taken_back": 0, "given_back": 0}
        place = {name: base[name] for name in ("member_id", "tenant_id", "receipt_no")}
        again = {"event_id": made.event(), "entry_id": f"return-{number}", "biz_date": day, "biz_hour": 12}
        made.add("returns", {**place, **again, **money})


def _lines(luck: random.Random) -> Iterator[Row]:
    for _ in range(luck.choice((1, 1, 2, 3))):
        amount = luck.choice((1000, 5000, 5000, 19900, 50000))
        goods = {"sku": f"sku-{luck.randrange(50)}", "category": luck.choice(CATEGORIES), "brand": luck.choice(BRANDS)}
        yield {**goods, "quantity": 1, "amount": amount, "net": amount - luck.choice((0, 0, 500)), "is_payable": 1}


def _points(made: Mall, members: list[str]) -> None:
    """Movements of every member's account, in the order of their days."""
    for member in members:
        days = sorted(made.some_day(made.today - timedelta(days=DAYS)) for _ in range(made.luck.randrange(6)))
        for seq, day in enumerate(days, 1):
            balance = made.luck.choice((None, -50, 0, 100, 100, 2500))
            entry = {**_base(made, member, day), "entry_id": f"{member}-{seq}", "member_seq": seq, "balance": balance}
            entry["tier"] = made.luck.choice((None, "regular", "silver"))
            del entry["channel"]
            for reason_no in range(1, made.luck.choice((2, 3))):
                made.add("points", {**entry, "reason_no": reason_no, "purse": "points", "points": reason_no})


def _moves(made: Mall, members: list[str]) -> None:
    """Members entering and leaving segments, one after the other; not all leave again."""
    for member in members:
        for segment_id in ("rfm_champions", "rfm_at_risk", "stage_new"):
            days = sorted(made.some_day(made.today - timedelta(days=DAYS)) for _ in range(made.luck.randrange(5)))
            for what, day in zip(("entered", "left") * 2, days, strict=False):
                moved = {"segment_id": segment_id, "refresh_id": f"refresh-{day}", "what": what}
                row = {**_base(made, member, day), **moved}
                del row["channel"]
                made.add("segments", row)


def _awards(made: Mall, receipt: Row) -> None:
    """What campaigns gave for some receipts, took back of some, kept from some members; and a look at one."""
    luck = made.luck
    if luck.random() > 0.5:
        return
    facts = {name: receipt[name] for name in ("member_id", "biz_date", "biz_hour")}
    award = {**facts, "entry_id": receipt["entry_id"], "tier": receipt["tier"]}
    award |= {"campaign_id": luck.choice((CAMPAIGN, CAMPAIGN, "another")), "points": luck.choice((10, 50))}
    for what in luck.choice((("awarded",), ("awarded",), ("awarded", "taken_back"))):
        event_id = made.event()
        for part_no, purse in enumerate(luck.choice((("points",), ("points", "growth"))), 1):
            once = {"coupons": part_no % 2, "units": award["points"] if part_no == 1 else 0}
            told = {"event_id": event_id, "part_no": part_no, "what": what, "purse": purse}
            if receipt["member_id"].endswith(KEPT_OUT):
                once |= {"coupons": 0, "units": 0, "points": 0, "what": "withheld", "purse": None}
            made.add("campaigns", {**award, **told, **once})
    look = {"event_id": made.event(), "action_no": 1, "what": "seen", "kind": "campaign", "ref": CAMPAIGN}
    made.add("activity", {**facts, **look, "channel": receipt["channel"]})


def _gifts(made: Mall) -> None:
    """What offers by occasion gave, some of it twice within a month; most of it before somebody bought something."""
    luck = made.luck
    for number, receipt in enumerate(list(made.rows.get("receipts", ()))):
        for _ in range(luck.choice((0, 0, 1, 2))):
            day = receipt["biz_date"] - timedelta(days=luck.randrange(40))
            row = {**_base(made, receipt["member_id"], day), "offer_id": luck.choice((OCCASION, OCCASION, "another"))}
            del row["channel"]
            told = {"occasion": "family_birthday", "gift_no": number, "tier": luck.choice((*TIERS, None))}
            made.add("gifts", {**row, **told, "coupons": 1, "points": 0})
