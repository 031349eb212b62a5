"""A flash sale: sixteen tills at once want a thousand pieces, in good weather and in bad (requirements C3, P7).

Stock and attempts grow with PROOF_SCALE, to 1,000 pieces and 500 attempts of each till.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from bench.mall import store
from functions.redeem import orders, shelves
from functions.redeem.orders import Wish
from functions.redeem.reward import Reward, definition_of
from loyalty import account_store, attempts, dynamo, ledger, stock
from loyalty.accounts import open_account
from loyalty.buckets import BucketKey, Leg
from loyalty.catalogue import Step, drafted, stepped
from loyalty.clock import iso, local_day, utc_now
from loyalty.entries import EntryKey, from_row
from loyalty.errors import BusyError, LoyaltyError
from loyalty.types import MemberId, Origin, Purse, Status
from tests.proof.scale import SCALE, SEED
from tests.proof.tills import THREADS
from tests.proof.weather import Weather
from tests.support import PROGRAMME

STOCK = min(1000, 84 * SCALE)
ATTEMPTS = min(500, 42 * SCALE)
PRICE = 100
RICH = STOCK * PRICE
POOR = 3 * PRICE + 50
_numbers = count()

pytestmark = pytest.mark.usefixtures("mall")


@pytest.fixture
def reward_id() -> str:
    """A published reward with its stock."""
    reward = Reward.model_validate(
        {"name_zh": "秒杀", "name_en": "Flash sale", "kind": "lounge", "points": PRICE, "quantity": STOCK}
    )
    made = drafted(f"{next(_numbers):024d}", definition_of(reward), "ann", iso(utc_now()))
    attempts.write(shelves.catalogue().put_if_absent(made))
    for step in (Step.APPROVE, Step.PUBLISH):
        made = stepped(made, step, "bob", iso(utc_now()))
        attempts.write(shelves.catalogue().put_if_unchanged(made))
    attempts.write(tuple(stock.opened(_place(made.offer_id, stock.shards_for(STOCK)), STOCK)))
    return made.offer_id


def _place(reward_id: str, shards: int = stock.MOST_SHARDS) -> stock.Place:
    return shelves.place_of(reward_id, None, shards)


def _member(name: str, points: int) -> MemberId:
    account = open_account(MemberId(name), Status.ACTIVE, PROGRAMME, local_day(utc_now(), "Asia/Shanghai"))
    store(account.moved([Leg(Purse.POINTS, BucketKey("981231"), points)]))
    return account.member_id


def _wish(reward_id: str, member_id: MemberId, name: str) -> Wish:
    source = f"redeem/{reward_id}/{member_id}/{name}"
    return Wish(source, member_id, reward_id, None, {}, "member", Origin.MEMBER, "trace")


def _insist(wish: Wish) -> str:
    """Ask until there is an answer or a refusal; return `sold` or why not."""
    while True:
        try:
            orders.redeem(wish, utc_now())
        except BusyError:
            continue
        except LoyaltyError as refusal:
            return refusal.code
        except attempts.CONFLICTS as error:  # the programme's own reading met the weather
            if not attempts.is_conflict(error):
                raise
            continue
        return "sold"


def _rush(wishes: list[list[Wish]], weather: Weather | None = None) -> Counter[str]:
    """Let every thread work through its own wishes, all beginning at the same instant."""
    start, told = threading.Barrier(len(wishes)), Counter[str]()

    def work(number: int, own: list[Wish]) -> list[str]:
        if weather:
            weather.begin_thread(number)
        start.wait()
        return [_insist(wish) for wish in own]

    with ThreadPoolExecutor(len(wishes)) as threads:
        for done in [threads.submit(work, number, own) for number, own in enumerate(wishes)]:
            told.update(done.result())
    return told


@contextmanager
def _calls() -> Iterator[Counter[str]]:
    """Count the calls to DynamoDB within the block."""
    seen: Counter[str] = Counter()

    def note(model: Any, **_: Any) -> None:
        seen[model.name] += 1

    events = dynamo.client().meta.events
    events.register("before-call.dynamodb", note)
    try:
        yield seen
    finally:
        events.unregister("before-call.dynamodb", note)


def _audit(reward_id: str, wishes: list[list[Wish]], sold: int) -> None:
    """What was sold stands in the ledger, in the orders, in the stock and in nobody's account twice."""
    shares = [*stock.dealt(STOCK, stock.shards_for(STOCK)), *[0] * stock.MOST_SHARDS]
    shards = stock.read(_place(reward_id), certain=True)
    assert all(shard.left >= 0 and shard.taken <= 1.5 * shares[shard.number] for shard in shards)
    assert (sum(shard.taken for shard in shards), sum(shard.left for shard in shards)) == (sold, STOCK - sold)
    assert sum(shard.figures.get("points", 0) for shard in shards) == sold * PRICE

    names = {wish.source: wish.member_id for own in wishes for wish in own}
    rows = [row for source in names if (row := ledger.read(EntryKey(source, "redeem")))]
    entries = [from_row(row) for row in rows]
    assert (len(entries), sum(entry.points() for entry in entries)) == (sold, -sold * PRICE)
    per_member = Counter(entry.member_id for entry in entries)
    for member_id in set(names.values()):
        account = account_store.read(member_id, consistent=True)
        assert account is not None
        started = POOR if member_id.startswith("poor") else RICH
        assert account.total(Purse.POINTS) == started - per_member[member_id] * PRICE >= 0
        found = orders.page(member_id, None, 100)[0]
        assert len(found) == min(per_member[member_id], 100)


def test_exactly_what_there_is_is_sold_and_then_nothing_is_written(reward_id: str) -> None:
    members = [_member(f"rich-{reward_id}-{n}", RICH) for n in range(THREADS)]
    wishes = [[_wish(reward_id, member, f"{n}") for n in range(ATTEMPTS)] for member in members]
    told = _rush(wishes)
    assert told == {"sold": STOCK, "sold_out": THREADS * ATTEMPTS - STOCK}
    _audit(reward_id, wishes, STOCK)

    with _calls() as calls:
        assert [_insist(_wish(reward_id, member, "late")) for member in members] == ["sold_out"] * THREADS
    calls.pop("Query", None)  # the programme, once in half a minute
    assert calls == {"BatchGetItem": 2 * THREADS, "TransactGetItems": THREADS}


def test_nobody_spends_points_they_do_not_have_in_bad_weather(reward_id: str) -> None:
    """Members are shared by threads and can pay for three pieces each; every call may fail, or lose its answer."""
    members = [_member(f"poor-{reward_id}-{n}", POOR) for n in range(STOCK // 6)]
    wishes = [
        [_wish(reward_id, members[(n * THREADS + till) % len(members)], f"{till}-{n}") for n in range(ATTEMPTS // 2)]
        for till in range(THREADS)
    ]
    weather = Weather(SEED)
    with weather.over(dynamo.client()):
        told = _rush(wishes, weather)
    most = min(STOCK, 3 * len(members))
    assert told["sold"] == most, f"PROOF_SEED={SEED}"
    assert set(told) <= {"sold", "sold_out", "insufficient_points"}
    _audit(reward_id, wishes, most)
