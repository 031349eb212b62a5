"""The loop that counts: packs that a transaction takes, sums without order, messages that come again."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import counting
from loyalty.counting import MOST_ITEMS, MOST_SUMS, Batch, Row, Tally


@dataclass(frozen=True)
class Sold:
    """A made-up event: what it adds, by row and name."""

    id: str
    adds: tuple[tuple[str, str, int], ...]


def tally() -> Tally[Sold]:
    return Tally(
        table="t",
        added=lambda event: [(Row(book, "sums", 4), Counter({name: n})) for book, name, n in event.adds],
        place=lambda row, shard: {"id": f"{row.book}/{shard}", "kind": row.kind},
        mark=lambda event: {"id": f"seen/{event.id}", "kind": "seen"},
    )


ADDS = st.tuples(st.sampled_from("abcdefgh"), st.text("xyz", min_size=1, max_size=4), st.integers(-3, 3))
EVENTS = st.lists(st.lists(ADDS, max_size=6), max_size=300).map(
    lambda many: [Sold(f"e{n}", tuple(adds)) for n, adds in enumerate(many)]
)


@given(EVENTS)
def test_packs_hold_every_event_once_in_order_and_fit_a_transaction(events: list[Sold]) -> None:
    packs = list(tally().packs(events))
    assert [event for pack in packs for event in pack] == events
    for pack in packs:
        total = tally().total(pack)
        assert len(pack) + len(total) <= MOST_ITEMS
        assert all(len(sums) <= MOST_SUMS for sums in total.values())


@given(EVENTS, st.randoms(use_true_random=False))
def test_sums_know_no_order_and_leave_out_what_comes_to_nothing(events: list[Sold], chance: Any) -> None:
    shuffled = chance.sample(events, len(events))
    total = tally().total(events)
    assert tally().total(shuffled) == total
    assert all(sums and all(sums.values()) for sums in total.values())


def test_a_pack_ends_where_a_row_has_as_many_names_as_an_expression_takes() -> None:
    events = [Sold(f"e{n}", tuple(("a", f"{n}-{m}", 1) for m in range(100))) for n in range(5)]
    assert [len(pack) for pack in tally().packs(events)] == [2, 2, 1]


def test_an_event_that_lies_twice_in_a_batch_is_counted_once_and_answers_for_both_messages() -> None:
    bodies = [json.dumps({"detail": {"id": "e1"}})] * 2
    records = [{"messageId": f"m{n}", "body": body} for n, body in enumerate(bodies)]
    batch = counting.read(records, lambda detail: Sold(detail["id"], ()))
    assert (list(batch.events), batch.messages) == (["e1"], {"e1": ["m0", "m1"]})


@pytest.mark.parametrize("body", ["", "nonsense", "[]", "{}", '{"detail": 1}', '{"detail": null}', '{"detail": {}}'])
def test_what_cannot_be_read_is_named(body: str) -> None:
    batch = counting.read([{"messageId": "m0", "body": body}], lambda detail: Sold(detail["id"], ()))
    assert (batch.unreadable, batch.events) == (["m0"], {})


def test_a_kind_that_is_not_counted_is_let_go() -> None:
    batch: Batch[Sold] = counting.read([{"messageId": "m0", "body": '{"detail": {}}'}], lambda _detail: None)
    assert (batch.unreadable, batch.events) == ([], {})


def test_a_row_that_is_not_there_has_no_sums() -> None:
    assert counting.numbers(None) == {}
    assert counting.numbers({"insight_id": "x", "kind": "sums", "seen@gold": 3}) == {"seen@gold": 3}
