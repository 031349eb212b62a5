"""How the demo publishes the starter content: by two people, gifts stocked first, and once however often it runs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from local.demo.api import Api, DemoError
from local.demo.coupons import BASKET, GROSS
from local.demo.journey import CATEGORY, FESTIVAL, SAVER
from local.demo.offers import publish_for_segments, publish_offers
from local.demo.tenants import TENANTS
from local.starter import Starter, read_starter
from loyalty.pricing.basket import Line
from loyalty.pricing.best import best
from loyalty.pricing.price import Basket, Offered, price
from loyalty.types import Fen

STATES = {"approvals": ("draft", "approved"), "publications": ("approved", "published")}
Call = tuple[str, str]


class Desk:
    """The routes of offers as the API answers them, kept in a dictionary; it may fail at its n-th change."""

    def __init__(self) -> None:
        self.offers: dict[str, dict[str, dict[str, Any]]] = {}
        self.calls: list[Call] = []
        self.changes_left = 10_000

    def items(self, _who: str, path: str) -> Iterator[Mapping[str, Any]]:
        yield from self.offers.setdefault(path, {}).values()

    def expect(
        self, _status: int, who: str, _method: str, path: str, body: Mapping[str, Any], *, key: str | None = None
    ) -> Mapping[str, Any]:
        if self.changes_left == 0:
            raise DemoError("out of order")
        self.changes_left -= 1
        self.calls.append((who, path))
        _, shelf, *rest = path.split("/")
        offers = self.offers[f"/{shelf}"]
        if not rest:
            assert key
            return offers.setdefault(key, self._draft(f"id-{key}", body))
        if rest[1] == "stock":
            return {}
        offer = next(one for one in offers.values() if one["template_id"] == rest[0])
        before, after = STATES[rest[1]]
        assert offer["state"] == before
        offer["state"] = after
        return dict(offer)

    @staticmethod
    def _draft(offer_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        ids = dict.fromkeys(("template_id", "campaign_id", "reward_id", "survey_id", "offer_id"), offer_id)
        return {**ids, "state": "draft", "definition": body}

    def states(self) -> set[str]:
        return {offer["state"] for shelf in self.offers.values() for offer in shelf.values()}


@pytest.fixture(scope="module")
def starter() -> Starter:
    return read_starter("aurora")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def publish(desk: Desk, starter: Starter) -> None:
    publish_offers(cast("Api", desk), starter)


def test_everything_is_published_under_the_ids_of_the_files(desk: Desk, starter: Starter) -> None:
    found = publish_offers(cast("Api", desk), starter)
    assert desk.states() == {"published"}
    assert found.coupons.keys() == starter.coupons.keys()
    assert found.rewards.keys() == starter.rewards.keys()
    assert found.surveys.keys() == starter.surveys.keys()


def test_what_a_marketer_drafts_and_publishes_an_approver_approves(desk: Desk, starter: Starter) -> None:
    publish(desk, starter)
    approvals = {who for who, path in desk.calls if path.endswith("/approvals")}
    others = {who for who, path in desk.calls if path.endswith("/publications") or path.count("/") == 1}
    assert (approvals, others) == ({"approver"}, {"marketer"})


def test_members_are_told_once_everything_is_on_offer(desk: Desk, starter: Starter) -> None:
    publish(desk, starter)
    told = {one["definition"]["name_zh"] for one in desk.offers["/notice-templates"].values()}
    assert told == {one.name_zh for one in starter.notices.values()}
    assert "/notice-templates" in desk.calls[-3 * len(told)][1]
    assert all(path.startswith("/notice-templates") for _, path in desk.calls[-3 * len(told) :])


def test_gifts_come_in_before_they_are_published(desk: Desk, starter: Starter) -> None:
    publish(desk, starter)
    paths = [path for _, path in desk.calls]
    stocked = {path.split("/")[2]: n for n, path in enumerate(paths) if path.endswith("/movements")}
    assert len(stocked) == sum(bool(one.stock) for one in starter.rewards.values())
    assert all(n < paths.index(f"/rewards/{reward}/publications") for reward, n in stocked.items())


def test_a_voucher_names_the_template_that_was_published(desk: Desk, starter: Starter) -> None:
    found = publish_offers(cast("Api", desk), starter)
    (voucher,) = [one for one in desk.offers["/rewards"].values() if one["definition"]["kind"] == "voucher"]
    assert voucher["definition"]["template_id"] == found.coupons["voucher-30"]


def test_offers_that_name_a_segment_are_published_once_there_are_segments(desk: Desk, starter: Starter) -> None:
    published = publish_offers(cast("Api", desk), starter)
    offers = desk.offers["/occasion-offers"]
    assert not any("segment_id" in one["definition"] for one in offers.values())
    for _ in range(2):
        assert publish_for_segments(cast("Api", desk), starter, published) == 4
    assert offers.keys() == {f"starter-{entry}" for entry in starter.occasions}
    assert desk.states() == {"published"}


def test_offers_by_occasion_name_coupons_by_the_ids_the_api_gave_out(desk: Desk, starter: Starter) -> None:
    publish_for_segments(cast("Api", desk), starter, publish_offers(cast("Api", desk), starter))
    for entry, offer in starter.occasions.items():
        drafted = desk.offers["/occasion-offers"][f"starter-{entry}"]["definition"]
        assert drafted["coupons"] == [f"id-starter-{name}" for name in offer.coupons]
        preferred = [name for gift in drafted.get("by_interest", ()) for name in gift["coupons"]]
        assert preferred == [f"id-starter-{name}" for gift in offer.by_interest for name in gift.coupons]


def test_a_rerun_changes_nothing(desk: Desk, starter: Starter) -> None:
    publish(desk, starter)
    desk.calls.clear()
    publish(desk, starter)
    assert desk.calls == []


def test_of_a_survey_with_versions_the_first_is_the_starters(desk: Desk, starter: Starter) -> None:
    first = publish_offers(cast("Api", desk), starter).surveys["redemption"]
    standing = desk.offers["/surveys"]["starter-redemption"]
    desk.offers["/surveys"]["later"] = {**standing, "survey_id": "id-later", "number": 2, "state": "draft"}
    assert publish_offers(cast("Api", desk), starter).surveys["redemption"] == first


@pytest.mark.parametrize("changes", [1, 2, 50, 90, 110, 120])
def test_a_run_that_was_cut_short_is_finished_by_the_next(desk: Desk, starter: Starter, changes: int) -> None:
    desk.changes_left = changes
    with pytest.raises(DemoError):
        publish(desk, starter)
    desk.changes_left = 10_000
    publish(desk, starter)
    assert desk.states() == {"published"}
    assert len([path for _, path in desk.calls if path == "/rewards"]) == len(starter.rewards)


def test_the_two_coupons_of_the_story_cost_least_together(starter: Starter) -> None:
    lines = tuple(
        Line(str(one["sku"]), str(one["category"]), int(str(one["quantity"])), Fen(int(str(one["amount"]))))
        for one in BASKET
    )
    wallet = [Offered(entry, entry, starter.coupons[entry].terms) for entry in (SAVER, CATEGORY, FESTIVAL)]
    basket = Basket(tenant_id=TENANTS[0].tenant_id, lines=lines)
    assert {one.code for one in best(basket, wallet)} == {SAVER, CATEGORY}
    assert price(replace(basket, coupons=tuple(wallet[:2]))).payable == GROSS - 50_00 - 28_80
