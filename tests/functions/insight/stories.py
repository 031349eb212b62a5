"""What happens in a mall, as events: made up, told one to five times, and recounted without the product's help."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from functions.insight import on_count
from functions.insight.live import figures
from functions.insight.live.told import BY, Panel
from tests.support import Context

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
"""Half past noon on the mall's clock, when events of the story are heard."""
TEMPLATE, OTHER, CAMPAIGN, REWARD = "5f0c3e9a1b7d42e8a6c40b13", "0" * 24, "a" * 24, "b" * 24
Detail = dict[str, Any]
Fact = tuple[str, str, str, str, str]
"""Panel, dimension, day, group, figure."""


def detail(number: int, kind: str, at: datetime = NOW, recorded: datetime = NOW, **data: Any) -> Detail:
    """An event, as it lies in a message; about a coupon unless its data says something else."""
    coupon = {
        "coupon_ref": f"coupon-{number}",
        "coupon_seq": 1,
        "template_id": TEMPLATE,
        "kind": "amount_off",
        "way": "push",
        "category": "festival",
        "valid_until": "2026-12-31",
    }
    moved = {
        "entry_id": f"entry-{number}",
        "movement": "purchase",
        "legs": [],
        "reasons": [],
        "programme_version": 1,
    }
    facts = coupon if kind.startswith("Coupon") else moved
    return {
        "id": f"event-{number:06d}",
        "source": "/malls/aurora/test",
        "type": kind,
        "time": at.isoformat(),
        "recordedat": recorded.isoformat(),
        "subject": "member-anna",
        "mall": "aurora",
        "member_seq": 0,
        "origin": data.pop("origin", "member"),
        "data": {**facts, **data},
    }


def bought(number: int, paid: int, at: datetime = NOW, **receipt: Any) -> Detail:
    """A purchase that earned a point a yuan."""
    told = {"tenant_id": "shoes", "receipt_no": f"R-{number}", "purchased_at": at.isoformat(), "lines": []}
    goods: Any = {**told, "gross": paid, "paid": paid, "channel": "till", **receipt}
    return detail(number, "PointsEarned", at, points=paid // 100, receipt=goods, tier="gold", origin="till")


def browsed(number: int, *actions: tuple[str, str, str], at: datetime = NOW, **data: Any) -> Detail:
    """Looks and clicks of a member: what, kind, ref."""
    told = [{"what": what, "kind": kind, "ref": ref, "at": at.isoformat()} for what, kind, ref in actions]
    return detail(number, "MemberBrowsed", at, channel="app", actions=told, **data)


def story(size: int, chance: random.Random, over: int = 20) -> list[Detail]:
    """So many events of every kind over so many days, three weeks at most."""
    return [_one(number, chance, over) for number in range(size)]


def _one(number: int, chance: random.Random, over: int) -> Detail:
    at = datetime(2026, 11, 1, tzinfo=ZONE) + timedelta(minutes=chance.randrange(over * 24 * 60))
    kind = chance.choice(sorted(on_count_kinds()))
    tier = chance.choice(("gold", "regular", None))
    if kind.startswith("Coupon"):
        return detail(number, kind, at, **_coupon(kind, tier, chance))
    if kind.startswith("Reward"):
        order: Detail = {"redemption_id": f"order-{number}", "order_seq": chance.randint(1, 2), "reward_id": REWARD}
        return detail(number, kind, at, **order, reward_kind="gift", points=100, purse="points")
    made = {"origin": chance.choice(("till", "member", "import")), **_MADE[kind](tier, chance, at)}
    return detail(number, kind, at, **made)


def _coupon(kind: str, tier: str | None, chance: random.Random) -> dict[str, Any]:
    used = {"tenant_id": "shoes", "receipt_no": "R-1", "off": chance.randrange(5000)}
    return {
        "template_id": chance.choice((TEMPLATE, OTHER)),
        "category": chance.choice(("festival", "满减@周末", "birthday")),
        "channel": chance.choice(("app", "counter", None)),
        "tier": tier,
        "unit_cost": chance.choice((0, 120)),
        **(used if kind in {"CouponRedeemed", "CouponReturned"} else {}),
    }


def _purchase(tier: str | None, chance: random.Random, at: datetime) -> Detail:
    if chance.random() < 0.1:
        return {"points": 50, "tier": tier}
    paid = chance.randrange(100_000)
    receipt = {"tenant_id": "shoes", "receipt_no": f"R-{chance.random()}", "purchased_at": at.isoformat(), "lines": []}
    channel, first = chance.choice(("till", "import")), chance.random() < 0.2
    return {
        "points": paid // 100,
        "tier": "silver",
        "receipt": {**receipt, "gross": paid + 10, "paid": paid, "tier": tier, "channel": channel, "first": first},
    }


def _refund(tier: str | None, chance: random.Random, _at: datetime) -> Detail:
    goods = {"receipt": {"tenant_id": "shoes", "receipt_no": "R-1"}, "money_back": chance.randrange(9000)}
    return {"taken_back": 3, "given_back": 4, "tier": tier, **(goods if chance.random() < 0.7 else {})}


def _looks(tier: str | None, chance: random.Random, at: datetime) -> Detail:
    kinds = {"coupon": TEMPLATE, "campaign": CAMPAIGN, "reward": REWARD, "category": "dining", "page": "home"}
    actions = [
        {
            "what": chance.choice(("seen", "seen", "clicked")),
            "kind": kind,
            "ref": kinds[kind],
            "at": (at - timedelta(hours=chance.randrange(30))).isoformat(),
        }
        for kind in chance.choices(sorted(kinds), k=chance.randint(1, 6))
    ]
    return {"channel": chance.choice(("app", "web")), "tier": tier, "actions": actions}


_MADE: Mapping[str, Any] = {
    "CampaignAwarded": lambda tier, chance, at: {
        "campaign_id": CAMPAIGN,
        "purchased_at": at.isoformat(),
        "paid": 1,
        "tier": tier,
    },
    "MemberBrowsed": _looks,
    "MemberEnrolled": lambda _tier, chance, _at: {"status": "active", "channel": chance.choice(("app", None))},
    "MemberErased": lambda _tier, _chance, _at: {},
    "PointsEarned": _purchase,
    "PointsExpired": lambda tier, chance, _at: {"points": chance.randrange(900), "tier": tier},
    "PointsRedeemed": lambda tier, chance, _at: {"points": 7, "tier": tier, "redeemed_for": "gift"},
    "PointsRefunded": _refund,
}


def on_count_kinds() -> Iterable[str]:
    """The kinds of events the story tells: all that are counted."""
    coupons = ("Sent", "Claimed", "Seen", "Redeemed", "Returned", "Expired", "Voided")
    return [*(f"Coupon{name}" for name in coupons), "RewardReserved", "RewardHandedOver", "RewardCancelled", *_MADE]


def deliver(details: Sequence[Mapping[str, Any]]) -> list[str]:
    """Deliver a batch; return the messages that come again."""
    bodies = [json.dumps({"detail-type": each.get("type"), "source": "loyalty", "detail": each}) for each in details]
    records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    told = on_count.handler({"Records": records}, Context())
    return [failure["itemIdentifier"] for failure in told["batchItemFailures"]]


def deliver_repeatedly(details: Iterable[Detail], chance: random.Random, most: int = 100, times: int = 5) -> None:
    """Deliver everything one to five times, shuffled, in batches of up to `most`."""
    stream = [each for each in details for _ in range(chance.randint(1, times))]
    chance.shuffle(stream)
    while stream:
        size = chance.randint(1, most)
        batch, stream = stream[:size], stream[size:]
        assert deliver(batch) == []


def counted(first: date = date(2026, 10, 30), last: date = LAST) -> Counter[Fact]:
    """Everything that panels are made of, as facts."""
    facts: Counter[Fact] = Counter()
    wanted = list(figures.days(first, last))
    for panel in Panel:
        for by in BY[panel]:
            for day, groups in figures.read(panel, by, wanted).items():
                for group, sums in groups.items():
                    facts.update({(panel, by, f"{day}", group, name): n for name, n in sums.items()})
    for kind, ref in (("coupon", TEMPLATE), ("coupon", OTHER), ("campaign", CAMPAIGN), ("reward", REWARD)):
        for day, sums in figures.read_ref(kind, ref, first, last).items():
            facts.update({("attention", kind, f"{day}", ref, name): n for name, n in sums.items()})
    return Counter({fact: n for fact, n in facts.items() if n})


class Happened(NamedTuple):
    """One thing that happened: to what panel it belongs, when, its groups by dimension, what it adds."""

    panel: str
    at: str
    groups: Mapping[str, str | None]
    adds: Mapping[str, int]


def recount(details: Iterable[Detail]) -> Counter[Fact]:
    """The same facts, told from the events one by one, each once."""
    facts: Counter[Fact] = Counter()
    for each in {one["id"]: one for one in details}.values():
        for panel, at, groups, adds in _happened(each):
            local = datetime.fromisoformat(at).astimezone(ZONE)
            whole = {**groups, **({"hour": f"{local.hour:02d}"} if panel != "attention" else {})}
            for by, group in whole.items():
                facts.update({(panel, by, f"{local.date()}", group or "-", name): n for name, n in adds.items()})
    return Counter({fact: n for fact, n in facts.items() if n})


def _happened(each: Detail) -> Iterator[Happened]:
    kind, told, at = each["type"], each["data"], each["time"]
    if kind.startswith("Coupon"):
        groups = {"template": told["template_id"], **{by: told[by] for by in ("tier", "category", "channel")}}
        yield Happened("funnel", at, groups, _of_coupon(kind, told))
        if kind in {"CouponRedeemed", "CouponReturned"}:
            yield _use("coupon", told["template_id"], at, 1 if kind == "CouponRedeemed" else -1)
    elif kind == "CampaignAwarded":
        yield _use("campaign", CAMPAIGN, at)
    elif kind.startswith("Reward"):
        if kind == "RewardCancelled" or told["order_seq"] == 1:
            yield _use("reward", REWARD, at, -1 if kind == "RewardCancelled" else 1)
    elif kind == "MemberBrowsed":
        yield from _looked(told)
    else:
        receipt = told.get("receipt") or {}
        tier = receipt.get("tier") if kind == "PointsEarned" and receipt else told.get("tier")
        channel = receipt.get("channel") or told.get("channel") or each["origin"]
        yield Happened("traffic", at, {"tier": tier, "channel": channel}, _of_traffic(kind, told))


def _use(kind: str, ref: str, at: str, times: int = 1) -> Happened:
    return Happened("attention", at, {"kind": kind, kind: ref}, {"used": times})


def _looked(told: Detail) -> Iterator[Happened]:
    for action in told["actions"]:
        of_one = {action["kind"]: action["ref"]} if action["kind"] in {"coupon", "campaign", "reward"} else {}
        yield Happened("attention", action["at"], {"kind": action["kind"], **of_one}, {action["what"]: 1})
        if action["kind"] == "coupon":
            groups = {"tier": told["tier"], "channel": told["channel"]}
            yield Happened("funnel", action["at"], groups, {f"offers_{action['what']}": 1})


def _of_coupon(kind: str, told: Detail) -> dict[str, int]:
    name = kind.removeprefix("Coupon").lower()
    cost = told.get("off", 0) + told["unit_cost"]
    money = {"redeemed": 1, "returned": -1}.get(name, 0)
    issued = {"issued": 1} if name in {"sent", "claimed"} else {}
    return {name: 1, **issued, "off_fen": money * told.get("off", 0), "cost_fen": money * cost}


def _of_traffic(kind: str, told: Detail) -> dict[str, int]:
    receipt = told.get("receipt")
    match kind:
        case "PointsEarned" if receipt:
            money = {"gross_fen": receipt["gross"], "paid_fen": receipt["paid"]}
            return {
                "receipts": 1,
                "first_receipts": int(receipt.get("first", False)),
                **money,
                "points_earned": told["points"],
            }
        case "PointsEarned" | "PointsRedeemed" | "PointsExpired":
            return {f"points_{kind.removeprefix('Points').lower()}".replace("redeemed", "spent"): told["points"]}
        case "PointsRefunded":
            goods = {"returns": 1, "money_back_fen": told["money_back"]} if receipt else {}
            return {**goods, "points_taken_back": told["taken_back"], "points_given_back": told["given_back"]}
        case _:
            return {"enrolled" if kind == "MemberEnrolled" else "left": 1}
