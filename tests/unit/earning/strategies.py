"""Any rules, receipts and members: few values of each kind, so that they often meet."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from loyalty.earning.evaluation import Bought, Shopper
from loyalty.earning.lines import PricedLine
from loyalty.earning.rule import (
    Add,
    Budget,
    Conditions,
    Every,
    Gift,
    GroupMode,
    Limits,
    Multiply,
    Over,
    Rule,
    Scope,
    Steps,
    Unit,
    Windows,
)  # fmt: skip
from loyalty.types import Fen, Points, Purse
from tests.unit.earning.parts import KEY, SHANGHAI

NAMES = ("a", "b", "c")
SETS = st.frozensets(st.sampled_from(NAMES), max_size=2)
PURSES = st.sampled_from(Purse)
GIFTS = st.builds(
    Gift,
    points=st.integers(0, 50).map(Points),
    purse=PURSES,
    templates=st.lists(st.sampled_from(["t1", "t2"]), max_size=2).map(tuple),
)
MONEY = st.integers(1, 2000_00).map(Fen)


@st.composite
def steps(draw: st.DrawFn, over: Over = Over.RECEIPT) -> Steps:
    fens = sorted(draw(st.sets(MONEY, min_size=1, max_size=3)))
    return Steps(tuple((fen, draw(GIFTS)) for fen in fens), over)


MULTIPLY = st.builds(Multiply, st.integers(0, 5000), PURSES)
EVERY = st.builds(Every, MONEY, GIFTS, st.integers(1, 4))
EFFECTS = st.lists(st.one_of(MULTIPLY, st.builds(Add, GIFTS), EVERY, steps()), min_size=1, max_size=3).map(tuple)
WINDOWS = st.builds(
    Windows,
    minutes=st.none() | st.sampled_from([(0, 720), (720, 1320), (1080, 1320)]),
    birthday=st.sampled_from([None, None, "month", "day"]),
)
CONDITIONS = st.builds(
    Conditions,
    scope=st.builds(Scope, SETS, SETS, SETS, SETS),
    tiers=SETS,
    lists=SETS,
    channels=st.sampled_from([frozenset[str](), frozenset({"till"})]),
    first_purchase=st.booleans(),
    at_least=st.none() | MONEY,
    windows=WINDOWS,
)
LIMITS = st.builds(Limits, *[st.none() | st.integers(1, 100)] * 4)
BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 31 * 24 * 60).map(lambda minutes: BEGIN + timedelta(minutes=minutes))


@st.composite
def rules(draw: st.DrawFn, campaign_id: str = "r") -> Rule:
    return Rule(
        campaign_id=campaign_id,
        name_zh="活动",
        name_en="Campaign",
        starts=draw(st.sampled_from([BEGIN - timedelta(days=9), BEGIN, BEGIN + timedelta(days=9)])),
        until=draw(st.sampled_from([BEGIN + timedelta(days=20), BEGIN + timedelta(days=99)])),
        effects=draw(EFFECTS),
        conditions=draw(st.just(Conditions()) | CONDITIONS),
        priority=draw(st.integers(-1, 1)),
        group=draw(st.sampled_from(["", "g", "h"])),
        stacking=draw(st.sampled_from(GroupMode)),
        limits=draw(st.just(Limits()) | LIMITS),
        control_share=draw(st.sampled_from([0, 0, 500])),
        budget=draw(st.none() | st.builds(Budget, st.sampled_from(Unit), st.integers(1, 1000), st.just(1))),
        point_fen=draw(st.integers(0, 2000)),
        worth=draw(st.dictionaries(st.sampled_from(["t1", "t2"]), st.integers(0, 40))),
    )


RULES = st.integers(1, 8).flatmap(lambda count: st.tuples(*[rules(f"r{n}") for n in range(count)]))
LINES = st.builds(
    lambda sku, category, brand, net, ratio, payable: PricedLine(sku, category, 1, net, net, ratio, payable, 0, brand),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
    st.integers(0, 900_00),
    st.sampled_from([0, 500, 1000, 1333]),
    st.sampled_from([True, True, True, False]),
)
RECEIPTS = st.builds(
    lambda tenant, at, channel, lines, multiplier: Bought(
        KEY, tenant, at.astimezone(SHANGHAI), channel, tuple(lines), multiplier
    ),
    st.sampled_from(NAMES),
    INSTANTS,
    st.sampled_from(["till", "import"]),
    st.lists(LINES, max_size=6),
    st.sampled_from([1000, 1200, 1777]),
)
SHOPPERS = st.builds(
    Shopper,
    tier=st.sampled_from(NAMES),
    first_purchase=st.booleans(),
    born=st.sampled_from([None, "0301", "0315", "0401"]),
    lists=SETS,
    member_id=st.sampled_from(["", "member-anna", "member-bert", "member-cleo"]),
)
