"""Coupons, rewards and answers to surveys against the ledger: what one side says happened, the other must say too.

This is the demo's own arithmetic on the stored rows, as `local.demo.books` is: it shares nothing with the rules that
wrote them, so that it can disagree with them.
"""

import base64
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Receipt = tuple[str, str]
_UNUSED = ("", "", "", 0, False)


def unaccounted(
    entries: Sequence[Row], coupons: Sequence[Row], orders: Sequence[Row], answers: Sequence[Row] = ()
) -> list[str]:
    """Name every coupon, order of a reward and answer that the ledger tells otherwise, and the reverse.

    Args:
        entries: rows of the ledger that belong to a member.
        coupons: coupons as they stand.
        orders: redeemed rewards as they stand.
        answers: complete answers to surveys.
    """
    issued = {coupon["coupon_id"] for coupon in coupons}
    no_coupon = (order for order in orders if order.get("code") and order["code"] not in issued)
    return [
        *_coupons_told_otherwise(entries, coupons),
        *_orders_told_otherwise(entries, orders),
        *(f"order {order['reward_id']} gave no coupon" for order in no_coupon),
        *_answers_told_otherwise(entries, answers),
    ]


def _coupons_told_otherwise(entries: Sequence[Row], coupons: Sequence[Row]) -> Iterator[str]:
    standing = Counter(code for entry in entries for code in _facts(entry).get("coupons", ()))
    standing.subtract(_came_back(entries))
    off = dict(_taken_off(entries))
    for coupon in coupons:
        code = coupon["coupon_id"]
        tenant, receipt_no, _, fen, alone = coupon.get("use") or _UNUSED
        at_a_purchase = coupon["state"] == "redeemed" and not alone
        if standing.pop(code, 0) != at_a_purchase:
            yield f"coupon {code} is {coupon['state']}"
        elif at_a_purchase and off.get((tenant, receipt_no), {}).get(code, 0) != fen:
            yield f"coupon {code} took off another amount"
    yield from (f"coupon {code} is in the ledger alone" for code, times in standing.items() if times)


def _came_back(entries: Iterable[Row]) -> Iterator[str]:
    for entry in entries:
        for code in entry.get("answer", {}).get("coupons_returned", ()):
            yield code.replace("-", "")


def _taken_off(entries: Iterable[Row]) -> Iterator[tuple[Receipt, dict[str, int]]]:
    """Each purchase's reductions: fen by source."""
    for entry in entries:
        facts = _facts(entry)
        if entry["kind"] == "purchase" and "reductions" in facts:
            off = {source: sum(fen for _, fen in parts) for source, _, _, parts, _ in facts["reductions"]}
            yield (facts["tenant_id"], facts["receipt_no"]), off


def _orders_told_otherwise(entries: Sequence[Row], orders: Sequence[Row]) -> Iterator[str]:
    redeemed = {_entry_id(entry): entry for entry in entries if entry["kind"] == "redeem" and _of_reward(entry)}
    undone = {entry["source"] for entry in entries if entry["kind"] == "refund"}
    for order in orders:
        order_id = order["reward_id"].removeprefix("order/")
        entry = redeemed.pop(order_id, None)
        if entry is None or not _agrees(order, entry):
            yield f"order {order_id} has another redemption"
        elif (order["state"] == "cancelled") != (entry["source"] in undone):
            yield f"order {order_id} is {order['state']}"
    yield from (f"order {order_id} is in the ledger alone" for order_id in redeemed)


def _answers_told_otherwise(entries: Sequence[Row], answers: Sequence[Row]) -> Iterator[str]:
    """What answers say they brought, and what the ledger credited for them; an erased member's name no member."""
    sources = ((entry["source"].partition("/"), entry) for entry in entries if entry["movement"] == "answer")
    credited = {answer_id: entry for (what, _, answer_id), entry in sources if what == "survey"}
    for answer in answers:
        entry = credited.pop(answer["answer_id"], None)
        promised = [["survey", answer["purse"], answer["points"]]] if answer.get("points") else []
        if promised != ([list(reason) for reason in entry["reasons"]] if entry else []):
            yield f"answer {answer['answer_id']} brought other points"
        elif entry and answer.get("member_id", entry["member_id"]) != entry["member_id"]:
            yield f"answer {answer['answer_id']} brought them to somebody else"
    yield from (f"answer {answer_id} is in the ledger alone" for answer_id in credited)


def _of_reward(entry: Row) -> bool:
    return "reward_id" in _facts(entry)


def _facts(entry: Row) -> Row:
    return entry.get("facts") or {}


def _agrees(order: Row, entry: Row) -> bool:
    spent = -sum(points for purse, _, points in entry["legs"] if purse == order["purse"])
    told = (entry["member_id"], entry["facts"]["reward_id"], spent)
    return (order["member_id"], order["reward"], order["points"]) == told


def _entry_id(entry: Row) -> str:
    text = f"{entry['source']}\n{entry['movement']}"
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()
